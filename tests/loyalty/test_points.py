"""Points earned, and points used as money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loyalty import Basket, Earned, Lot, Moment, PointsUse, Quote, TillState
from loyalty.points import last_good_day, points_held, programme_day
from tests.loyalty.material import BARE, NOON, basket, line, member, programme, quote, till

RULE = BARE["earning"][0]
RULES = programme()
HOUR = 3_600_000


def earning(**changes: Any) -> dict[str, Any]:
    return {**RULE, **changes}


def with_pin(state: TillState) -> TillState:
    return replace(state, pin=True)


def use(asked: int, net: int, state: TillState, **changes: Any) -> PointsUse:
    return quote(basket(net, points=asked), programme(**changes), member(), state).use


def earned(priced: Quote) -> dict[str, int]:
    return {each.rule: each.points for each in priced.earned}


def test_the_tier_multiplies_exactly() -> None:
    assert earned(quote(basket(3999), RULES, member("gold"))) == {"base": 5}  # 5.9985, not 3 × 1.5
    flat = programme(earning=[earning(by_tier=False)])
    assert earned(quote(basket(3999), flat, member("gold"))) == {"base": 3}


def test_excluded_categories_earn_nothing_and_still_carry_their_share_of_points_used() -> None:
    goods = Basket((line(1, 10000), line(2, 10000, category="tobacco")), points=1000)
    priced = quote(goods, RULES, member(), till(1000))
    assert [each.base for each in priced.lines] == [9500, 9500]
    assert earned(priced) == {"base": 9}


def test_each_rule_is_floored_for_itself_and_a_rule_without_points_is_not_listed() -> None:
    rules = programme(earning=[earning(), earning(id="rare", per=10**6), earning(id="often", points=3, per=100)])
    assert quote(basket(1999), rules, member()).earned == (Earned("base", 1), Earned("often", 59))


@pytest.mark.parametrize(
    ("asked", "net", "state", "expected"),
    [
        (0, 10000, till(2000), PointsUse(0, 0, 0, 2000, None)),
        (1000, 10000, till(2000), PointsUse(1000, 1000, 1000, 2000, None)),
        (1050, 10000, till(2000), PointsUse(1050, 1000, 1000, 2000, "whole_units")),
        (50, 10000, till(2000), PointsUse(50, 0, 0, 2000, "whole_units")),
        (2100, 10000, till(2099), PointsUse(2100, 2000, 2000, 2000, "available")),
        (2099, 10000, till(2099), PointsUse(2099, 2000, 2000, 2000, "whole_units")),
        (5000, 9000, till(9000), PointsUse(5000, 4500, 4500, 4500, "cap")),
        (9000, 9000, till(9000), PointsUse(9000, 4500, 4500, 4500, "cap")),
        (100, 10000, till(9000, assurance="P0"), PointsUse(100, 0, 0, 0, "assurance")),
        (1, 10000, till(9000, assurance="P0"), PointsUse(1, 0, 0, 0, "assurance")),
        (1600, 10000, till(9000, assurance="P1", used=500), PointsUse(1600, 1500, 1500, 1500, "copyable_daily")),
        (1600, 10000, till(9000, assurance="P2", used=500), PointsUse(1600, 1500, 1500, 1500, "copyable_daily")),
        (1600, 10000, till(9000, assurance="P1", used=9999), PointsUse(1600, 0, 0, 0, "copyable_daily")),
        (1, 10000, till(9000, assurance="P1", used=9999), PointsUse(1, 0, 0, 0, "copyable_daily")),
        (1600, 10000, till(9000, assurance="P3", used=500), PointsUse(1600, 1600, 1600, 5000, None)),
        (1600, 10000, with_pin(till(9000, assurance="P1", used=9999)), PointsUse(1600, 1600, 1600, 5000, None)),
        (1600, 10000, with_pin(till(9000, assurance="P0")), PointsUse(1600, 0, 0, 0, "assurance")),
        (9900, 10000, till(800, assurance="P1", used=1900), PointsUse(9900, 100, 100, 100, "available")),
    ],
)
def test_the_most_that_is_lawful_is_used_and_the_first_limit_named(
    asked: int, net: int, state: TillState, expected: PointsUse
) -> None:
    assert use(asked, net, state) == expected


def test_without_a_cap_the_order_is_the_limit() -> None:
    rules = {**BARE["points_as_money"], "cap": [1, 1]}
    assert use(3000, 2345, till(9000), points_as_money=rules) == PointsUse(3000, 2300, 2300, 2300, "order")
    assert use(2345, 2345, till(9000), points_as_money=rules).limited_by == "order"


def test_a_cap_of_nothing_lets_no_points_pay() -> None:
    rules = {**BARE["points_as_money"], "cap": [0, 1]}
    assert use(100, 2345, till(9000), points_as_money=rules) == PointsUse(100, 0, 0, 0, "cap")


def test_a_unit_worth_another_amount_is_converted_exactly() -> None:
    rules = {**BARE["points_as_money"], "points": 30, "money": 7}
    assert use(1000, 200, till(9000), points_as_money=rules) == PointsUse(1000, 420, 98, 420, "cap")


@pytest.mark.parametrize(("debt", "available"), [(0, 500), (99, 400), (100, 400), (500, 0), (501, 0)])
def test_d12_nothing_is_redeemed_below_zero(debt: int, available: int) -> None:
    state = replace(till(500), debt=debt)
    assert use(5000, 100000, state).available == available
    assert use(5000, 100000, state).points == available


@pytest.mark.parametrize(("debt", "held"), [(0, 500), (499, 1), (500, 0), (501, 0)])
def test_d12_a_debt_comes_off_what_is_held_and_nothing_is_below_zero(debt: int, held: int) -> None:
    assert points_held(RULES, NOON, replace(till(300, 200), debt=debt)) == held


@pytest.mark.parametrize("asked", [1, 100])
def test_a_guest_uses_none(asked: int) -> None:
    found = quote(basket(1000, points=asked), RULES, None, till(500)).use
    assert found == PointsUse(asked, 0, 0, 0, "not_a_member")


@pytest.mark.parametrize(("hours", "points"), [(11, 500), (12, 0)])
def test_a_lot_is_good_until_the_midnight_of_the_programme_not_of_the_shop(hours: int, points: int) -> None:
    state = TillState((Lot("a", 500, "2025-01-01", "2026-03-01"), Lot("b", 0, "2025-01-01")), "P4")
    at = Moment(NOON.utc_ms + hours * HOUR, "America/New_York")
    assert quote(basket(2000, points=500), RULES, member(), state, at).use.points == points


def test_the_day_of_the_programme_has_no_cut_off() -> None:
    assert programme_day(RULES, Moment(NOON.utc_ms - 11 * HOUR)) == date(2026, 3, 1)
    assert Moment(NOON.utc_ms - 11 * HOUR).business_date() == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        ("2026-03-01", 24, "2028-03-01"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2027-01-31", 13, "2028-02-29"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-12-15", 12, "2027-12-15"),
        ("2026-12-15", None, None),
    ],
)
def test_the_last_good_day_is_in_the_calendar(day: str, months: int | None, last: str | None) -> None:
    assert last_good_day(date.fromisoformat(day), months) == last
