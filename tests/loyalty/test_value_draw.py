"""Drawing on lots of stored value and giving back."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty.value_draw import draw_value, expire_bonus, give_back
from loyalty.value_move import ValuePart, after_moves
from tests.loyalty.value_material import lot

SOON = lot(10_000, 1_000, id="soon", expires_on="2026-04-30")
LATE = lot(20_000, 0, id="late", expires_on="2026-12-31")


def parts(*args: Any) -> list[ValuePart]:
    return [move.part() for move in draw_value(*args)]


def test_d24_spending_draws_principal_and_bonus_in_the_ratio_of_the_top_up() -> None:
    (move,) = draw_value([lot(100_000, 20_000)], 30_000)
    assert (move.principal, move.bonus) == (25_000, 5_000)
    assert move.after.principal_left == 75_000  # what can be paid out
    assert move.after.principal_left not in (70_000, 90_000)  # principal first, bonus first
    assert (move.principal, move.bonus) not in ((30_000, 0), (10_000, 20_000))


def test_d24_each_top_up_has_its_own_ratio() -> None:
    lots = [lot(10_000, 10_000, id="a"), lot(10_000, 0, id="b")]
    assert parts(lots, 30_000) == [ValuePart("a", 10_000, 10_000), ValuePart("b", 10_000, 0)]
    assert parts(lots, 10_000) == [ValuePart("a", 5_000, 5_000)]
    assert parts(lots, 10_000) != [ValuePart("a", 6_667, 3_333)]  # 20,000 : 10,000 over both


def test_the_lot_that_expires_soonest_is_drawn_first() -> None:
    assert parts([LATE, SOON], 12_100) == [ValuePart("soon", 10_000, 1_000), ValuePart("late", 1_100, 0)]


def test_nothing_is_drawn_for_nothing_and_empty_lots_are_passed_over() -> None:
    assert draw_value([SOON], 0) == ()
    assert parts([lot(5, spent=5, id="empty"), lot(7)], 1) == [ValuePart("v1", 1, 0)]


@pytest.mark.parametrize(("amount", "said"), [(31_001, "the lots hold 31000"), (-1, "the amount must not be negative")])
def test_more_than_is_there_is_a_bug(amount: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        draw_value([SOON, LATE], amount)


def test_d24_a_refund_goes_to_the_lot_last_drawn_and_winds_its_sum_back() -> None:
    moves = draw_value([SOON, LATE], 12_100)
    drawn, after = [move.part() for move in moves], after_moves([SOON, LATE], moves)
    back = give_back(after, drawn, 2_000)
    assert [(move.lot, move.principal, move.bonus) for move in back] == [("late", 1_100, 0), ("soon", 818, 82)]
    assert [move.lot for move in back] != ["soon"]


def test_winding_back_goes_by_the_sum_and_not_by_the_sale() -> None:
    """Two sales of 1 from 1 + 1: the first drew principal, the second bonus. The first one's refund gives bonus."""
    once, twice = lot(1, 1).spend(1), lot(1, 1).spend(2)
    (move,) = give_back([twice], [ValuePart("v1", 1, 0)], 1)
    assert (move.principal, move.bonus, move.after) == (0, 1, once)


def test_refunds_in_parts_end_where_one_refund_ends() -> None:
    moves = draw_value([SOON, LATE], 12_100)
    drawn, lots = [move.part() for move in moves], after_moves([SOON, LATE], moves)
    for already in range(0, 12_100, 1_100):
        lots = after_moves(lots, give_back(lots, drawn, 1_100, already))
    assert lots == (SOON, LATE)


@pytest.mark.parametrize(("amount", "already"), [(101, 0), (51, 50), (-1, 0), (1, -1)])
def test_no_more_comes_back_than_was_drawn(amount: int, already: int) -> None:
    with pytest.raises(ValueError, match="100 was drawn"):
        give_back([lot(100, 0, 100)], [ValuePart("v1", 100, 0)], amount, already)


def test_a_lot_that_is_not_here_cannot_take_its_value_back() -> None:
    with pytest.raises(ValueError, match="cannot give 100 back to value lot v1: it is not known here"):
        give_back([], [ValuePart("v1", 100, 0)], 100)
    assert give_back([], [ValuePart("v1", 100, 0)], 0, 100) == ()


def test_a_lot_that_was_drawn_twice_is_wound_back_twice() -> None:
    moves = give_back([lot(100, 0, 60)], [ValuePart("v1", 20, 0), ValuePart("v1", 40, 0)], 60)
    assert after_moves([lot(100, 0, 60)], moves) == (lot(100),)


@pytest.mark.parametrize(("today", "ended"), [("2026-04-30", 0), ("2026-05-01", 1_000)])
def test_bonus_ends_after_its_last_good_day_and_principal_does_not(today: str, ended: int) -> None:
    moves = expire_bonus([SOON, LATE], today)
    assert sum(move.ended for move in moves) == ended
    assert after_moves([SOON, LATE], moves)[0].principal_left == 10_000
