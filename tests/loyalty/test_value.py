"""A lot of stored value and the steps that change it."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty.value import Draw, ValueLot, value_order
from tests.loyalty.value_material import lot


def state(each: ValueLot) -> tuple[int, int, int, int]:
    return (each.principal_left, each.bonus_left, each.principal_spent, each.bonus_spent)


@pytest.mark.parametrize(
    ("draw", "left"),
    [
        (Draw.PROPORTIONAL, (75_000, 15_000, 25_000, 5_000)),
        (Draw.PRINCIPAL_FIRST, (70_000, 20_000, 30_000, 0)),
        (Draw.BONUS_FIRST, (90_000, 0, 10_000, 20_000)),
    ],
)
def test_what_is_drawn_first_is_the_lots_own_terms(draw: Draw, left: tuple[int, int, int, int]) -> None:
    assert state(lot(100_000, 20_000, draw=draw).spend(30_000)) == left


def test_principal_first_comes_to_the_bonus_in_the_end() -> None:
    assert state(lot(100, 20, draw=Draw.PRINCIPAL_FIRST).spend(110)) == (0, 10, 100, 10)


@pytest.mark.parametrize(("spent", "principal"), [(1, 1), (2, 1), (3, 2), (4, 3), (5, 3), (6, 4)])
def test_the_principal_drawn_so_far_is_rounded_half_up_once(spent: int, principal: int) -> None:
    assert lot(200, 100).spend(spent).principal_spent == principal  # spent × 2/3


def test_half_a_unit_of_principal_rounds_up() -> None:
    assert lot(100, 100).spend(1).principal_spent == 1


@pytest.mark.parametrize("spent", [0, 1, 50])
def test_a_lot_of_one_kind_gives_that_kind(spent: int) -> None:
    assert state(lot(50).spend(spent)) == (50 - spent, 0, spent, 0)
    assert state(lot(0, 50).spend(spent)) == (0, 50 - spent, 0, spent)


def test_winding_back_undoes_spending() -> None:
    assert lot(100, 33).spend(50).spend(27).wind_back(27) == lot(100, 33).spend(50)


def test_a_pay_out_ends_the_bonus_and_leaves_the_rest_of_the_principal() -> None:
    after = lot(100_000, 20_000, 30_000).pay_out(50_000)
    assert state(after) == (25_000, 0, 25_000, 5_000)
    assert (after.bonus_ended, after.left) == (15_000, 25_000)


def test_after_a_pay_out_only_principal_is_spent_and_comes_back() -> None:
    paid = lot(100_000, 20_000, 30_000).pay_out(50_000)
    spent = paid.spend(10_000)
    assert state(spent) == (15_000, 0, 35_000, 5_000)
    assert spent.wind_back(10_000) == paid


def test_bonus_that_would_come_back_after_its_end_has_ended() -> None:
    back = lot(100_000, 20_000, 30_000).pay_out(50_000).wind_back(12_000)
    assert state(back) == (35_000, 0, 15_000, 3_000)  # 10,000 of the 12,000 were principal
    assert back.bonus_ended == 17_000
    assert state(back.spend(12_000)) == (23_000, 0, 27_000, 3_000)  # and principal alone is there to be drawn again


def test_a_pay_out_after_all_bonus_was_spent_still_ends_it() -> None:
    paid = lot(100, 20, 20, draw=Draw.BONUS_FIRST).pay_out(100)
    assert state(paid) == (0, 0, 0, 20)
    assert state(paid.wind_back(20)) == (0, 0, 0, 0)
    assert paid.wind_back(20).bonus_ended == 20


def test_one_unit_paid_out_or_ended_ends_the_bonus() -> None:
    assert state(lot(100, 20).pay_out(1)) == (99, 0, 0, 0)
    assert state(lot(100, 20, draw=Draw.BONUS_FIRST).spend(19).end_bonus()) == (100, 0, 0, 19)


def test_a_pay_out_of_nothing_changes_nothing() -> None:
    assert lot(100, 20, 30).pay_out(0) == lot(100, 20, 30)


def test_ending_the_bonus_leaves_the_principal() -> None:
    ended = lot(100_000, 20_000, 30_000).end_bonus()
    assert state(ended) == (75_000, 0, 25_000, 5_000)
    assert ended.end_bonus() == ended


@pytest.mark.parametrize("step", ["spend", "wind_back", "pay_out"])
@pytest.mark.parametrize("amount", [-1, 10_000])
def test_no_step_goes_below_zero(step: str, amount: int) -> None:
    with pytest.raises(ValueError, match=r"below zero|negative|cannot give"):
        getattr(lot(100, 20, 60), step)(amount)


@pytest.mark.parametrize(
    "wrong", [{"spent": -1}, {"spent": 121}, {"paid_out": 101}, {"paid_out": -1}, {"bonus_ended": 21}, {"bonus": -5}]
)
def test_a_lot_below_zero_is_a_bug(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="value lot v1 goes below zero"):
        lot(100, **{"bonus": 20, **wrong})


def test_the_order_of_spending_is_that_of_points() -> None:
    lots = [
        lot(1, id="undated"),
        lot(1, id="late", expires_on="2026-12-31"),
        lot(1, id="b", expires_on="2026-04-30"),
        lot(1, id="a", expires_on="2026-04-30"),
        lot(1, id="older", expires_on="2026-04-30", topped_up_on="2025-01-01"),
    ]
    assert [each.id for each in sorted(lots, key=value_order)] == ["older", "a", "b", "late", "undated"]
