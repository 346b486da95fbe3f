"""The programme's policy for points."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loyalty import ProgrammeError, read_programme
from loyalty.points import bases, good_until
from loyalty.points_policy import Expiry, PointsBase, PointsPolicy
from tests.loyalty.material import BARE, document, programme

NET = PointsPolicy(base=PointsBase.NET)


def policy(months: int | None = 24, **keys: Any) -> PointsPolicy:
    money = {**BARE["points_as_money"], "lifetime_months": months}
    return read_programme(document(format=2, points=keys, points_as_money=money)).points


def test_the_defaults_are_those_of_the_domain_rules() -> None:
    assert programme().points == policy() == PointsPolicy(0, 30, PointsBase.GROSS, Expiry.ROLLING)


def test_every_key_is_read() -> None:
    keys = {"return_window_days": 7, "longest_offline_days": 10, "base": "net", "expiry": "year_end"}
    assert policy(**keys) == PointsPolicy(7, 10, PointsBase.NET, Expiry.YEAR_END)


def test_points_become_active_before_they_expire() -> None:
    assert policy(1, return_window_days=27).return_window_days == 27
    with pytest.raises(ProgrammeError, match="return_window_days"):
        policy(1, return_window_days=28)
    assert policy(None, return_window_days=366).return_window_days == 366


def test_a_word_that_is_not_known_is_a_fault() -> None:
    with pytest.raises(ProgrammeError) as caught:
        policy(base="nett", expiry="never")
    assert {fault.path for fault in caught.value.faults} == {"points.base", "points.expiry"}


def test_d04_the_base_is_what_was_really_paid() -> None:
    assert bases([20000], [0], 3000, 0, PointsPolicy()) == (17000,), "200.00 with 30.00 in points: not 200 points"


def test_d04_points_and_idle_bonus_are_divided_over_the_goods_one_after_the_other() -> None:
    nets = [3333, 3333, 3334, 0]
    assert bases(nets, [0] * 4, 1000, 0, PointsPolicy()) == (3000, 3000, 3000, 0)
    assert bases(nets, [0] * 4, 1000, 1000, PointsPolicy()) == (2666, 2667, 2667, 0)
    assert sum(bases(nets, [0] * 4, 1234, 567, PointsPolicy())) == 10000 - 1234 - 567


def test_bonus_beyond_the_goods_has_paid_something_else() -> None:
    assert bases([1000, 0], [0, 0], 400, 900, PointsPolicy()) == (0, 0)


def test_the_base_may_leave_out_the_tax_in_what_was_paid() -> None:
    nets, taxes = [11300, 11300, 0], [1300, 1300, 0]
    assert bases(nets, taxes, 0, 0, PointsPolicy()) == (11300, 11300, 0)
    assert bases(nets, taxes, 0, 0, NET) == (10000, 10000, 0)
    assert bases(nets, taxes, 11300, 0, NET) == (5000, 5000, 0), "what points paid takes its tax with it"


def test_tax_on_top_is_paid_in_money_and_belongs_to_the_base() -> None:
    nets, taxes = [10000, 0], [1300, 0]
    assert bases(nets, taxes, 5000, 0, PointsPolicy(), on_top=True) == (6300, 0)
    assert bases(nets, taxes, 5000, 0, NET, on_top=True) == (5000, 0)


@pytest.mark.parametrize(
    ("earned_on", "months", "rolling", "year_end"),
    [
        ("2026-03-01", 12, "2027-03-01", "2027-12-31"),
        ("2026-12-31", 1, "2027-01-31", "2027-12-31"),
        ("2026-11-30", 1, "2026-12-30", "2026-12-31"),
        ("2026-03-01", None, None, None),
    ],
)
def test_points_end_after_their_lifetime_or_with_the_year_in_which_it_ends(
    earned_on: str, months: int | None, rolling: str | None, year_end: str | None
) -> None:
    money = {**BARE["points_as_money"], "lifetime_months": months}
    for expiry, last in (("rolling", rolling), ("year_end", year_end)):
        rules = programme(format=2, points={"expiry": expiry}, points_as_money=money)
        assert good_until(date.fromisoformat(earned_on), rules) == last
