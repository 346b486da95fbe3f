"""What entries change at HQ, as a till's directory has it after its next contact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hq.headquarters import Headquarters
from protocol.directory import CardState, card_key
from protocol.entries import EntryVerdict
from tests.hq.devices import Device, join
from tests.hq.entering import NEW, OLD, Till
from tests.hq.places import only
from tests.hq.whole_till import WholeTill, whole_till

pytestmark = only("sqlite")


@pytest.fixture
def till(hq: Headquarters, device: Device, tmp_path: Path) -> Iterator[WholeTill]:
    with whole_till(hq, device, tmp_path / "till") as till:
        yield till


def known(till: WholeTill, uid: str) -> tuple[str, CardState] | None:
    found = till.test.shop.directory.card(card_key(till.hq.keys.lookup, uid))
    return None if found is None else (found.member, found.state)


def test_a_till_learns_of_cards_that_another_sold_blocked_and_took_back(till: WholeTill) -> None:
    other = Till(till.hq, join(till.hq, "s01", "2"))
    assert other.sell("m1", NEW, others_lost=True).verdict is EntryVerdict.DONE
    assert (known(till, NEW), known(till, OLD)) == (None, ("m1", CardState.ACTIVE)), "not yet"
    till.meet()
    assert (known(till, NEW), known(till, OLD)) == (("m1", CardState.ACTIVE), ("m1", CardState.BLOCKED))
    other.take_back("m1", NEW)
    till.meet()
    assert known(till, NEW) is None


def test_a_till_learns_the_ends_of_a_new_number(till: WholeTill) -> None:
    Till(till.hq, join(till.hq, "s01", "2")).phone("m1", "13900004321")
    till.meet()
    found = till.test.shop.directory.member("m1")
    assert found is not None
    assert found.phone_masked == "139****4321"
