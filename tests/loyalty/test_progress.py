"""How far the next tier is."""

from __future__ import annotations

import pytest

from loyalty import MemberFacts
from loyalty.progress import tier_progress
from loyalty.quote import TierProgress
from tests.loyalty.material import programme
from tests.loyalty.tier_material import scheme


@pytest.mark.parametrize(
    ("tier", "qualifying", "found"),
    [
        ("regular", 0, TierProgress("silver", "spend", 50_000)),
        ("silver", 70_000, TierProgress("gold", "spend", 30_000)),
        ("silver", 0, TierProgress("gold", "spend", 100_000)),
        ("silver", 99_999, TierProgress("gold", "spend", 1)),
        ("silver", 100_000, TierProgress("diamond", "spend", 100_000)),
        ("diamond", 0, None),
        ("staff", 0, None),
        ("platinum", 0, None),
        ("silver", None, None),
    ],
)
def test_the_distance_to_the_next_tier(tier: str, qualifying: int | None, found: TierProgress | None) -> None:
    assert tier_progress(MemberFacts("m1", tier, qualifying=qualifying), scheme()) == found


def test_the_metric_says_what_the_distance_is_counted_in() -> None:
    found = tier_progress(MemberFacts("m1", "silver", qualifying=70_000), scheme(metric="visits"))
    assert found == TierProgress("gold", "visits", 30_000)


def test_without_a_policy_there_is_no_next_tier() -> None:
    assert tier_progress(MemberFacts("m1", "regular", qualifying=5), programme()) is None
