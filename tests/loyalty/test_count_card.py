"""Kinds of count cards and the lots that are sold of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import ProgrammeError
from loyalty.count_card import CountCard, CountLot, count_order
from loyalty.goods import Goods
from tests.loyalty.material import NAME, programme
from tests.loyalty.value_material import CUPS, value_programme


def sold(uses: int, paid: int, used: int = 0, **more: Any) -> CountLot:
    return CountLot(more.pop("id", "c1"), "cups", uses, paid, "2026-01-01", **more).use(used)


def test_all_keys_are_read_and_none_need_be_there() -> None:
    assert programme().count_cards == ()
    coffee = Goods(categories=frozenset({"coffee"}))
    assert value_programme().count_cards == (CountCard("cups", NAME, 10_000, 12, coffee, 12, "P1"),)
    plain = {key: CUPS[key] for key in ("id", "name", "price", "uses")} | {"assurance": "P4"}
    assert programme(format=2, count_cards=[plain]).count_card("cups") == CountCard(
        "cups", NAME, 10_000, 12, Goods(), None, "P4"
    )
    assert value_programme().count_card("mugs") is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"uses": 0}, "uses"),
        ({"uses": 10_001}, "uses"),
        ({"lifetime_months": 0}, "lifetime_months"),
        ({"lifetime_months": 1_201}, "lifetime_months"),
        ({"price": -1}, "price"),
        ({"assurance": "P0"}, "assurance"),
        ({"x": 1}, "x"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(change: dict[str, Any], path: str) -> None:
    with pytest.raises(ProgrammeError) as caught:
        programme(format=2, count_cards=[{**CUPS, **change}])
    assert [fault.path for fault in caught.value.faults] == [f"count_cards[0].{path}"]


@pytest.mark.parametrize("change", [{"price": 0, "uses": 1, "lifetime_months": 1}, {"uses": 10_000}])
def test_the_smallest_and_the_largest_card_are_lawful(change: dict[str, Any]) -> None:
    (card,) = programme(format=2, count_cards=[{**CUPS, **change}]).count_cards
    assert (card.price, card.uses) == (change.get("price", 10_000), change["uses"])


def test_two_cards_of_one_id_are_a_fault() -> None:
    with pytest.raises(ProgrammeError, match="already used above"):
        programme(format=2, count_cards=[CUPS, CUPS])


def test_unused_uses_are_worth_their_part_of_the_price() -> None:
    """10.00 for 3: the last use is worth 3.33, the one before 3.34, the first 3.33."""
    lot, amounts = sold(3, 1_000), []
    for _ in range(3):
        lot, amount = lot.refund(1)
        amounts.append(amount)
    assert amounts == [333, 334, 333]
    assert sold(3, 1_000, used=1).refund(2)[1] == 667
    assert lot.left == 0


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.integers(1, 30), st.integers(0, 5000), st.data())
def test_refunds_in_parts_give_what_one_gives_and_with_the_uses_made_the_price(
    uses: int, paid: int, data: st.DataObject
) -> None:
    lot = sold(uses, paid, used=data.draw(st.integers(0, uses)))
    whole = lot.refund(lot.left)[1]
    parts = 0
    while lot.left:
        lot, amount = lot.refund(data.draw(st.integers(1, lot.left)))
        assert amount >= 0
        parts += amount
    assert parts == whole <= paid
    assert lot.used or whole == paid


@pytest.mark.parametrize(("paid", "used", "refunded"), [(9, 13, 0), (9, -1, 0), (9, 0, 13), (-1, 0, 0), (9, 7, 6)])
def test_a_lot_below_zero_is_a_bug(paid: int, used: int, refunded: int) -> None:
    with pytest.raises(ValueError, match="count lot c1 goes below zero"):
        CountLot("c1", "cups", 12, paid, "2026-01-01", used=used, refunded=refunded)


def test_a_lot_without_uses_is_a_bug() -> None:
    with pytest.raises(ValueError, match="count lot c1 goes below zero"):
        CountLot("c1", "cups", 0, 100, "2026-01-01")


def test_the_soonest_to_expire_comes_first() -> None:
    dates = {"undated": None, "a": "2026-12-31", "b": "2026-05-01"}
    lots = [sold(1, 1, id=name, expires_on=day) for name, day in dates.items()]
    assert [lot.id for lot in sorted(lots, key=count_order)] == ["b", "a", "undated"]
