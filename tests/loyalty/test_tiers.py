"""Finding the tier of a member."""

from __future__ import annotations

from loyalty.tiers import tier_of
from tests.loyalty.material import programme

TIERS = programme().tiers


def test_a_tier_is_found_by_its_id() -> None:
    assert tier_of(TIERS, "gold").rank == 3


def test_a_tier_that_the_programme_does_not_know_counts_as_the_lowest() -> None:
    assert tier_of(TIERS, "platinum").id == "regular"
    assert tier_of(TIERS[::-1], "platinum").id == "regular"
