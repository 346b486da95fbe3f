"""The part of a return that is points, and the lots they go back to (D14)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import Account, Lot
from loyalty.refund_points import Mix, back_postings, lots_back
from tests.loyalty.test_refund_properties import RULES

DRAWN = (Lot("a", 100, "2026-01-01", "2026-03-31"), Lot("b", 50, "2026-01-01"))
TODAY = date(2026, 3, 31)


def test_without_points_all_is_money() -> None:
    assert Mix(0, 0, 1000, 1000).part(400, 400) == (0, 400)


def test_half_a_point_waits_as_money() -> None:
    assert Mix(3, 30, 70, 100).part(50, 50) == (1, 40)
    assert Mix(3, 30, 70, 100).part(50, 50) != (2, 30)


def test_a_point_worth_more_than_all_that_came_back_costs_nothing() -> None:
    dear = Mix(9, 750, 34, 784)
    assert dear.part(68, 68) == (1, 0)  # a point of 0.83 for goods of 0.68, of which 0.34 was money
    assert dear.part(68, 68) not in ((0, 68), (1, -16))
    assert dear.part(-20, -20) == (0, -20)  # what the rest costs more is still to be paid


def test_a_point_that_fell_due_early_costs_nothing_later() -> None:
    points_alone = Mix(5, 500, 0, 500)
    assert points_alone.part(33, 33) == (1, 0)
    assert points_alone.part(66, 66, before=1) == points_alone.part(66, 66) == (1, 0)


def test_points_that_went_back_before_stay_there() -> None:
    assert Mix(3, 30, 70, 100).part(20, 20, before=1) == (1, 10)


@RULES
@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(0, 5000), st.integers(0, 1000), st.data())
def test_points_and_money_are_worth_what_came_back(
    points: int, worth: int, rest: int, freight: int, data: st.DataObject
) -> None:
    mix = Mix(points, worth, rest + freight, worth + rest)
    goods = data.draw(st.integers(0, mix.goods))
    value = goods + data.draw(st.integers(0, freight))
    back, money = mix.part(value, goods)
    assert 0 <= back <= points
    assert 0 <= money <= mix.money
    assert abs((value - money) * points - back * worth) < worth + points  # less than a point and a minor unit
    assert mix.part(worth + rest + freight, mix.goods) == (points, mix.money)


@RULES
@given(st.integers(1, 5000), st.integers(0, 5000), st.data())
def test_where_a_point_is_worth_a_minor_unit_or_less_money_never_falls(
    worth: int, rest: int, data: st.DataObject
) -> None:
    mix = Mix(worth * data.draw(st.integers(1, 20)), worth, rest, worth + rest)
    goods = data.draw(st.integers(0, mix.goods - 1))
    (few, less), (many, more) = mix.part(goods, goods), mix.part(goods + 1, goods + 1)
    assert few <= many
    assert less <= more


def test_the_lot_last_consumed_is_first_and_the_last_good_day_counts() -> None:
    assert [(each.drawn, each.lot.points) for each in lots_back(DRAWN, 20, 70, TODAY, 14)] == [("b", 30), ("a", 40)]
    assert not any(each.in_grace for each in lots_back(DRAWN, 20, 70, TODAY, 14))


def test_a_day_later_it_gets_its_grace() -> None:
    (back,) = lots_back(DRAWN, 50, 100, date(2026, 4, 1), 14)
    assert (back.in_grace, back.lot) == (True, Lot("grace:a:2026-04-15", 100, "2026-01-01", "2026-04-15"))


def test_no_more_goes_back_than_paid() -> None:
    with pytest.raises(ValueError, match="cannot give 51 points back after 100: 150 paid"):
        lots_back(DRAWN, 100, 51, TODAY, 14)


def test_points_that_come_back_pay_a_debt_first() -> None:
    postings = back_postings(lots_back(DRAWN, 0, 150, TODAY, 14), debt=60)
    assert [(each.account, each.lot, each.amount) for each in postings] == [
        (Account.REDEEMED, "b", -50),
        (Account.DEBT, "b", 50),
        (Account.REDEEMED, "a", -100),
        (Account.DEBT, "a", 10),
        (Account.LEASE, "a", 90),
    ]


def test_the_id_of_a_lot_in_grace_stays_short() -> None:
    (back,) = lots_back([Lot("x" * 64, 5, "2026-01-01", "2026-03-01")], 0, 5, TODAY, 14)
    assert len(back.lot.id) <= 64
    assert back.lot.id.startswith("grace:")


@RULES
@given(st.integers(1, 60), st.integers(1, 900), st.integers(0, 900), st.integers(0, 300), st.data())
def test_what_went_back_before_changes_nothing(
    points: int, worth: int, rest: int, freight: int, data: st.DataObject
) -> None:
    mix = Mix(points, worth, rest + freight, worth + rest)
    goods = sorted(data.draw(st.tuples(st.integers(0, mix.goods), st.integers(0, mix.goods))))
    other = sorted(data.draw(st.tuples(st.integers(0, freight), st.integers(0, freight))))
    before, _ = mix.part(goods[0] + other[0], goods[0])
    assert mix.part(goods[1] + other[1], goods[1], before) == mix.part(goods[1] + other[1], goods[1])
