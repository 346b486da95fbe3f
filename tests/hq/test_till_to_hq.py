"""What a till does with goods that come back and with value, all the way to HQ's books and its replay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hq.founding import set_programme
from hq.headquarters import Headquarters
from loyalty import Tender, TenderKind, read_programme, room_key
from loyalty.ledger import Asset
from terminal.counter.pay_out import PayOutWish, pay_value_out
from terminal.counter.top_up import TopUpWish, top_up_value
from tests.hq.devices import Device, join
from tests.hq.looking import balance, broken, judged
from tests.hq.rich import account
from tests.hq.tiny_chain import PROGRAMME
from tests.hq.whole_till import WholeTill, whole_till
from tests.terminal.counter.desks import refused_by
from tests.terminal.counter.returns import PROVEN

RULES: dict[str, Any] = PROGRAMME | {
    "format": 2,
    "version": 4,
    "stored_value": {"steps": [{"from": 10_000, "percent": [1, 5]}]},
    "cash_rounding": 0,
}


@pytest.fixture
def chain(hq: Headquarters) -> Headquarters:
    """HQ with a programme that offers stored value."""
    with hq.database.transaction() as connection:
        set_programme(connection, RULES, hq.keys, hq.clock())
    return replace(hq, programmes={**hq.programmes, 4: read_programme(RULES)})


@pytest.fixture
def till(chain: Headquarters, device: Device, tmp_path: Path) -> Iterator[WholeTill]:
    with whole_till(chain, device, tmp_path / "first") as till:
        yield till


def flaws(till: WholeTill, *seqs: int) -> list[str]:
    """What HQ thinks of these operations once it has replayed them, where that is not plainly applied."""
    found = {seq: judged(till.hq, till.device, seq) for seq in seqs}
    return [f"{seq} {said}" for seq, said in found.items() if said != "applied"]


def test_a_return_and_a_void_are_booked_and_replayed(till: WholeTill) -> None:
    till.sell(4000, 6000, points=500)
    till.refund((2, 1))
    till.sell(3000)
    till.void()
    assert till.meet() == {}
    assert flaws(till, 1, 2, 3, 4) == []
    assert broken(till.hq) == []
    here = till.test.shop.lots(till.test.shop.member("m1"))
    assert balance(till.hq, "m1") == (sum(lot.points for lot in here), 0)


def test_what_a_till_cannot_take_back_hq_takes_from_its_pool(till: WholeTill) -> None:
    """Leases 3: the lease was spent, so the till books a debt, and HQ nets it with what lies there."""
    till.sell(20000)
    sold = till.sold
    here = sum(lot.points for lot in till.test.shop.ledger.held("m1").points)
    till.sell(4000, points=here - here % 100)
    till.sold = sold
    assert till.refund((1, 1))["debt"] > 0
    assert till.meet() == {}
    before, debt = balance(till.hq, "m1")
    assert debt == 0
    assert before > 0
    assert broken(till.hq) == []


def top_up(till: WholeTill, amount: int, intent: str) -> None:
    member = till.test.shop.member("m1")
    wish = TopUpWish(member, amount, (Tender(TenderKind.MOBILE, amount),), PROVEN)
    top_up_value(till.test.shop, wish, intent, {"amount": amount})


def test_value_goes_up_is_spent_comes_back_and_is_paid_out(till: WholeTill) -> None:
    till.ask(limits={room_key("m1"): 20_000})
    top_up(till, 20_000, "a" * 32)
    till.sell(5_000, 7_000, tenders=[("stored_value", 10_560)])
    till.refund((1, 1))
    assert till.meet() == {}
    assert flaws(till, *range(1, till.test.shop.ledger.next_seq())) == []
    books = account(till.hq)
    row = till.test.shop.member("m1")
    assert (row.principal, row.bonus) == (books.total(Asset.PRINCIPAL), books.total(Asset.BONUS))
    assert row.principal + row.bonus == 24_000 - 6_160
    till.ask(value=row.principal + row.bonus)
    wish = PayOutWish(till.test.shop.member("m1"), None, TenderKind.MOBILE, PROVEN)
    receipt = pay_value_out(till.test.shop, wish, "b" * 32, {})
    seq = receipt["seq"]
    till.meet()
    assert flaws(till, seq) == []
    assert broken(till.hq) == []
    assert account(till.hq).total(Asset.PRINCIPAL) == row.principal - receipt["amount"]


def test_the_right_to_refund_goes_to_another_shop_and_only_once(till: WholeTill, tmp_path: Path) -> None:
    """D30: sold in one shop, refunded in another through HQ; the first till then refuses."""
    till.sell(4000, 6000)
    till.refund((1, 1))
    till.meet()
    with whole_till(till.hq, join(till.hq, "s02", "1"), tmp_path / "second") as other:
        other.sold = till.sold
        assert refused_by(lambda: other.preview((2, 1))).phrase.code == "refund_elsewhere"
        held_by = other.ask(sale=till.sold)
        assert held_by is not None
        assert (held_by.device, held_by.store) == (till.device.name, "s01")
        till.meet()  # answers the recall
        assert refused_by(lambda: till.preview((2, 1))).phrase.code == "refund_elsewhere"
        till.send()
        assert other.ask(sale=till.sold) is None
        assert refused_by(lambda: other.preview((1, 1))).phrase.code == "units_not_left"
        assert other.refund((2, 1))["given"] == 5280
        assert other.meet() == {}
        assert flaws(other, *range(1, other.test.shop.ledger.next_seq())) == []
    assert broken(till.hq) == []
