"""A merge as tills see it: one that hears of it later goes on in its leases, and then shows the member who stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from hq.headquarters import Headquarters
from hq.replayer import replay_pending
from hq.schema import card
from loyalty.ledger import Asset
from protocol.feed import member_bucket
from terminal.counter.phrase import Refusal
from tests.hq.devices import Device
from tests.hq.looking import balance, broken, held, judged
from tests.hq.mergers import merge, with_operator
from tests.hq.places import only
from tests.hq.rich import account
from tests.hq.whole_till import WholeTill, whole_till

pytestmark = only("sqlite")


@pytest.fixture
def till(hq: Headquarters, device: Device, tmp_path: Path) -> Iterator[WholeTill]:
    with whole_till(with_operator(hq), device, tmp_path / "till") as till:
        yield till


def card_of(till: WholeTill, member: str) -> str:
    with till.hq.database.reading() as connection:
        return str(connection.scalar(select(card.c.key).where(card.c.member == member)))


def known_as(till: WholeTill, key: str) -> str:
    found = till.test.shop.directory.card(key)
    assert found is not None
    return found.member


def test_a_till_in_the_dark_goes_on_and_then_shows_who_stays(till: WholeTill) -> None:
    key = card_of(till, "m1")
    assert member_bucket("m1") != member_bucket("m2"), "so the card changes its bucket"
    merge(till.hq, "m1", "m2")
    assert known_as(till, key) == "m1"
    till.sell(20_000, points=500)
    assert balance(till.hq, "m2") == (720, 0)
    assert till.meet() == {}
    assert judged(till.hq, till.device, 1) == "applied"
    assert known_as(till, key) == "m2"
    assert till.test.shop.ledger.held("m1").points == ()
    assert (held(till.hq, "m1", till.device.holder), balance(till.hq, "m1")) == (0, (0, 0))
    earned = balance(till.hq, "m2")[0] - 820
    assert earned > 0
    till.meet()
    till.member = "m2"
    lots = {lot.id for lot in till.test.shop.ledger.held("m2").points}
    assert "open.m1" in lots, "what was the other's is leased anew"
    till.sell(20_000, points=400)
    assert till.meet() == {}
    assert broken(till.hq) == []


def test_what_was_sold_to_the_one_who_is_gone_can_be_refunded(till: WholeTill) -> None:
    till.sell(4_000, 6_000, points=300)
    till.meet()
    merge(till.hq, "m1", "m2")
    till.meet()
    with pytest.raises(Refusal):
        till.test.shop.member("m1")
    before = balance(till.hq, "m2")[0]
    till.refund((1, 1))
    assert till.meet() == {}
    assert replay_pending(till.hq.database, till.hq.programmes) == 0
    assert [judged(till.hq, till.device, seq) for seq in range(1, till.test.shop.ledger.next_seq())] == ["applied"] * (
        till.test.shop.ledger.next_seq() - 1
    )
    assert account(till.hq, "m1").total(Asset.POINTS) == 0
    assert balance(till.hq, "m2")[0] != before
    assert broken(till.hq) == []
