"""Finding the tier of a member."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from loyalty import read_programme
from loyalty.tiers import earned_tier, ladder, tier_of
from tests.loyalty.material import programme
from tests.loyalty.tier_material import TIERS as LADDER
from tests.loyalty.tier_material import scheme, tier

TIERS = programme().tiers


def test_a_tier_is_found_by_its_id() -> None:
    assert tier_of(TIERS, "gold").rank == 3


def test_a_tier_that_the_programme_does_not_know_counts_as_the_lowest() -> None:
    assert tier_of(TIERS, "platinum").id == "regular"
    assert tier_of(TIERS[::-1], "platinum").id == "regular"


def test_the_ladder_holds_the_lowest_tier_and_those_with_a_threshold_in_order() -> None:
    shuffled = programme(format=2, tiers=LADDER[::-1], tier_policy={"metric": "spend", "window": "rolling"}).tiers
    assert [each.id for each in ladder(shuffled)] == ["regular", "silver", "gold", "diamond"]


def test_a_sum_earns_the_highest_tier_whose_threshold_it_meets() -> None:
    tiers = scheme().tiers
    assert [earned_tier(tiers, amount).id for amount in (0, 49_999, 50_000, 999_999)] == [
        "regular",
        "regular",
        "silver",
        "diamond",
    ]


def test_one_visit_may_earn_a_tier() -> None:
    steps = [tier("regular", 1, 0), tier("friend", 2, 1), tier("regular-guest", 3, 2)]
    tiers = programme(format=2, tiers=steps, tier_policy={"metric": "visits", "window": "rolling"}).tiers
    assert [earned_tier(tiers, visits).id for visits in (0, 1, 2)] == ["regular", "friend", "regular-guest"]


def test_in_the_sample_chain_a_higher_tier_has_the_higher_discount_and_earns_more() -> None:
    sample = Path(__file__).parents[2] / "samples" / "chain" / "programme.json"
    steps = sorted(read_programme(sample.read_bytes()).tiers, key=lambda step: step.rank)
    assert [step.name["zh-CN"] for step in steps] == ["普通", "银卡", "金卡", "钻石"]
    assert all(below.percent_off < step.percent_off and below.earn < step.earn for below, step in pairwise(steps))
