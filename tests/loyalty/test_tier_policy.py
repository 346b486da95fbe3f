"""Reading tiers and their policy, and what must fit together."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import ProgrammeError, read_programme
from loyalty.tier_policy import Downgrade, Metric, TierPolicy
from loyalty.tier_window import AnniversaryWindow, CalendarWindow, RollingWindow
from tests.loyalty.material import document
from tests.loyalty.tier_material import TIERS, scheme, tier


def faults(**changes: Any) -> dict[str, str]:
    with pytest.raises(ProgrammeError) as caught:
        read_programme(document(**{"format": 2, "tiers": TIERS, **changes}))
    return {fault.path: fault.remedy for fault in caught.value.faults}


def policy(**keys: Any) -> dict[str, Any]:
    return {"metric": "spend", "window": "calendar_year", **keys}


def test_what_is_left_out_has_its_default() -> None:
    assert scheme().tier_policy == TierPolicy(Metric.SPEND, CalendarWindow(12, 1), Downgrade.TO_EARNED, 0)
    assert scheme("anniversary", "visits").tier_policy == TierPolicy(Metric.VISITS, AnniversaryWindow(12))
    assert scheme("rolling", "points").tier_policy == TierPolicy(Metric.POINTS, RollingWindow(12, 1))


def test_every_key_is_read() -> None:
    found = scheme(months=6, first_month=4, downgrade="one_step", grace_days=167).tier_policy
    assert found == TierPolicy(Metric.SPEND, CalendarWindow(6, 4), Downgrade.ONE_STEP, 167)
    assert scheme("anniversary", months=24).tier_policy == TierPolicy(Metric.SPEND, AnniversaryWindow(24))
    assert scheme("rolling", months=18, review_months=3, grace_days=83, downgrade="never").tier_policy == TierPolicy(
        Metric.SPEND, RollingWindow(18, 3), Downgrade.NEVER, 83
    )


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = faults(tier_policy={"metric": "spent", "window": "rolling", "review_months": 5, "downgrade": "no", "to": 1})
    assert [*found] == [
        "tier_policy.metric",
        "tier_policy.downgrade",
        "tier_policy.review_months",
        "tier_policy.to",
    ]
    assert found["tier_policy.metric"] == "did you mean 'spend'?"


@pytest.mark.parametrize("key", ["metric", "downgrade", "window"])
def test_a_choice_that_is_not_known_is_a_fault_of_its_own(key: str) -> None:
    assert [*faults(tier_policy=policy(**{key: "best"}))] == [f"tier_policy.{key}"]


def test_a_key_of_another_window_is_not_known() -> None:
    assert [*faults(tier_policy=policy(review_months=3))] == ["tier_policy.review_months"]
    assert [*faults(tier_policy=policy(window="rolling", first_month=3))] == ["tier_policy.first_month"]


def test_grace_ends_before_the_next_review() -> None:
    assert faults(tier_policy=policy(months=1, grace_days=28)) == {
        "tier_policy.grace_days": "use at most 27, so that one review is held before the next period ends"
    }
    assert scheme(months=1, grace_days=27).tier_policy
    assert [*faults(tier_policy=policy(window="rolling", grace_days=28))] == ["tier_policy.grace_days"]


def test_a_policy_needs_thresholds_and_thresholds_a_policy() -> None:
    bare = [tier("regular", 1, None), tier("gold", 2, None)]
    assert faults(tiers=bare, tier_policy=policy()) == {
        "tier_policy": "give the tiers above the lowest a 'threshold', or leave it out"
    }
    assert faults() == {"tier_policy": "say how the thresholds of the tiers are reached, or leave them out"}


def test_thresholds_rise_with_the_rank() -> None:
    wrong = [tier("gold", 3, 100), tier("silver", 2, 100), tier("regular", 1, 0)]
    found = faults(tiers=wrong, tier_policy=policy())
    assert found == {"tiers[0].threshold": "use more than 100, the threshold of the tiers below it"}
    assert [*faults(tiers=[tier("a", 1, 0), tier("b", 2, 0), tier("c", 3, 9)], tier_policy=policy())] == [
        "tiers[1].threshold"
    ]


def test_everyone_has_the_lowest_tier() -> None:
    wrong = [tier("regular", 1, 1), tier("gold", 3, 100)]
    assert [*faults(tiers=wrong, tier_policy=policy())] == ["tiers[0].threshold"]


def test_a_threshold_needs_format_2() -> None:
    assert next(iter(faults(format=1, tier_policy=policy()))) == "tier_policy"
