"""Lotteries as they are declared: spans of chances, exact odds, and what a document may hold."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import ProgrammeError, read_programme
from loyalty.limits import Limit, Measure, Period, Scope
from loyalty.lottery import Lottery, Prize, PrizeKind, Winning, odds
from tests.loyalty.lottery_material import PRIZES, lotteries, prize, the_lottery, wheel
from tests.loyalty.material import GTIN, NAME, document, programme
from tests.loyalty.rights_material import coupon_rule, ten_percent

WHEEL = the_lottery(lotteries())
RULES = settings(derandomize=True, max_examples=100, deadline=None)


def faults(*found: dict[str, Any]) -> list[str]:
    own = {"by": "points", "cost": 5}
    coupons = [coupon_rule("gift"), coupon_rule("bought", issue=own)]
    with pytest.raises(ProgrammeError) as caught:
        read_programme(document(ten_percent(), format=2, coupons=coupons, lotteries=list(found)))
    return [fault.path for fault in caught.value.faults]


def test_what_a_lottery_says_is_read() -> None:
    bike, voucher, hundred, none = WHEEL.prizes
    assert (WHEEL.cost, WHEEL.total, WHEEL.instead, WHEEL.limits) == (50, 100, "hundred", ())
    assert bike == Prize("bike", NAME, 1, Winning(PrizeKind.GOODS, product=GTIN), 2)
    assert voucher.winning == Winning(PrizeKind.COUPON, coupon="gift")
    assert hundred.winning == Winning(PrizeKind.POINTS, points=100)
    assert none.winning == Winning()
    assert [each.can_run_out for each in WHEEL.prizes] == [True, True, False, False]


def test_a_draw_may_be_limited_by_day_and_by_all_that_limits_know() -> None:
    book = lotteries(wheel(most_per_day=3, most_per_member=9, members_only=True))
    assert the_lottery(book).limits == (
        Limit(Scope.MEMBER, Measure.TIMES, 9),
        Limit(Scope.MEMBER, Measure.TIMES, 3, Period.DAY),
    )
    assert the_lottery(book).audience.members_only


@pytest.mark.parametrize(
    ("chance", "found"),
    [(0, "bike"), (1, "voucher"), (9, "voucher"), (10, "hundred"), (39, "hundred"), (40, "none"), (99, "none")],
)
def test_a_chance_falls_on_one_prize(chance: int, found: str) -> None:
    assert WHEEL.prize_at(chance).id == found


@pytest.mark.parametrize("chance", [-1, 100])
def test_a_chance_beside_the_wheel_is_refused(chance: int) -> None:
    with pytest.raises(ValueError, match=f"chance {chance} is not one of 0 to 99"):
        WHEEL.prize_at(chance)


def test_a_prize_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="has no prize 'car'"):
        WHEEL.prize("car")


def test_the_odds_are_exact_and_what_has_run_out_adds_to_what_it_becomes() -> None:
    assert odds(WHEEL) == {
        "bike": Fraction(1, 100),
        "voucher": Fraction(9, 100),
        "hundred": Fraction(3, 10),
        "none": Fraction(3, 5),
    }
    assert odds(WHEEL, {"bike", "voucher"}) == {
        "bike": 0,
        "voucher": 0,
        "hundred": Fraction(4, 10),
        "none": Fraction(3, 5),
    }


@RULES
@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.sets(st.integers(1, 7)))
def test_the_odds_are_those_of_all_chances(weights: list[int], gone: set[int]) -> None:
    prizes = tuple(Prize(f"p{no}", NAME, weight, Winning()) for no, weight in enumerate(weights))
    lottery = Lottery("x", NAME, 1, prizes, "p0")
    out = {f"p{no}" for no in gone}
    drawn = [lottery.prize_at(chance).id for chance in range(lottery.total)]
    given_out = ["p0" if id in out else id for id in drawn]
    found = odds(lottery, out)
    assert sum(found.values()) == 1
    assert found == {each.id: Fraction(given_out.count(each.id), lottery.total) for each in prizes}


def test_without_the_key_there_is_no_lottery() -> None:
    assert programme().lotteries == ()


def test_a_prize_that_can_run_out_needs_one_that_cannot() -> None:
    assert faults(wheel(instead=None)) == ["lotteries[0].instead"]
    assert faults(wheel(instead="bike")) == ["lotteries[0].instead"]
    assert faults(wheel(instead="voucher")) == ["lotteries[0].instead"]
    assert faults(wheel(instead="car")) == ["lotteries[0].instead"]
    assert faults(wheel(PRIZES[1], instead="voucher")) == ["lotteries[0].instead"]
    assert the_lottery(lotteries(wheel(*PRIZES[2:], instead=None))).instead is None


def test_what_may_stand_in_the_place_of_a_prize_is_named() -> None:
    coupons = [coupon_rule("gift")]
    remedies = []
    for prizes in (PRIZES, PRIZES[:2]):
        wrong = document(ten_percent(), format=2, coupons=coupons, lotteries=[wheel(*prizes, instead="bike")])
        with pytest.raises(ProgrammeError) as caught:
            read_programme(wrong)
        remedies.append(caught.value.faults[0].remedy)
    assert remedies == [
        "use a prize without 'most' that is no coupon: hundred, none",
        "use a prize without 'most' that is no coupon: add one",
    ]


def test_the_least_of_everything_is_lawful() -> None:
    few = prize("a", 1, "goods", 0, product=GTIN, quantity=1), prize("b", 1, "points", points=1)
    lottery = the_lottery(lotteries(wheel(*few, cost=0, instead="b", most_per_day=1)))
    assert [each.most for each in lottery.prizes] == [0, None]
    assert [lottery.limits[0].most, lottery.cost, lottery.total] == [1, 0, 2]


def test_a_coupon_with_a_price_of_its_own_is_no_prize() -> None:
    unknown, bought = prize("a", 1, "coupon", coupon="other"), prize("b", 1, "coupon", coupon="bought")
    paths = faults(wheel(unknown, bought, PRIZES[2]))
    assert paths == ["lotteries[0].prizes[0].prize.coupon", "lotteries[0].prizes[1].prize.coupon"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = [
        prize("a", 0, "points", points=0),
        prize("a", 1, "car", colour="red"),
        prize("b", 1, "goods", product="12", quantity=0, size=4),
        {**prize("c", 1, "nothing"), "chance": 3},
    ]
    limits = [{"scope": "member", "measure": "times", "most": 1, "period": "day"}]
    assert faults(wheel(*wrong, cost=-1, instead=None, limits=limits, most_per_day=2), wheel()) == [
        "lotteries[0].cost",
        "lotteries[0].prizes[0].prize.points",
        "lotteries[0].prizes[0].weight",
        "lotteries[0].prizes[1].prize.kind",
        "lotteries[0].prizes[2].prize.quantity",
        "lotteries[0].prizes[2].prize.product",
        "lotteries[0].prizes[2].prize.size",
        "lotteries[0].prizes[3].chance",
        "lotteries[0].prizes[1].id",
        "lotteries[0].most_per_day",
        "lotteries[1].id",
    ]
