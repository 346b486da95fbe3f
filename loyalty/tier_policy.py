"""How tiers are reached, kept and lost: the programme's tier policy (F096–F101)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from loyalty.section import Section
from loyalty.tier_window import WINDOWS, Window
from loyalty.tiers import Tier

MOST_GRACE = 366
SHORTEST_MONTH = 28


class Metric(StrEnum):
    """What counts. A sale counts net of its refunds (D16)."""

    SPEND = "spend"  # minor units really paid
    VISITS = "visits"
    POINTS = "points"  # points earned


class Downgrade(StrEnum):
    """What a review does to a tier whose threshold was not met again."""

    NEVER = "never"
    ONE_STEP = "one_step"  # to the next lower tier that can be earned
    TO_EARNED = "to_earned"  # to the tier whose threshold was met


@dataclass(frozen=True)
class TierPolicy:
    """A tier is reached at once when what counts in the window meets its threshold, and reviewed when a period ends.

    `grace_days` after that end still count for the period, and only then the review is held.
    """

    metric: Metric
    window: Window
    downgrade: Downgrade = Downgrade.TO_EARNED
    grace_days: int = 0


def read_tier_policy(section: Section, tiers: Sequence[Tier]) -> TierPolicy | None:
    """The key `tier_policy` of a programme; without it nobody rises or falls. Thresholds and a policy go together."""
    has_thresholds = any(tier.threshold for tier in tiers)
    if not section.has("tier_policy"):
        if has_thresholds:
            section.fault("tier_policy", "say how the thresholds of the tiers are reached, or leave them out")
        return None
    if not has_thresholds:
        section.fault("tier_policy", "give the tiers above the lowest a 'threshold', or leave it out")
    return _policy(section.section("tier_policy"))


def _policy(section: Section) -> TierPolicy | None:
    metric = section.choice("metric", [*map(str, Metric)])
    downgrade = str(Downgrade.TO_EARNED)
    if section.has("downgrade"):
        downgrade = section.choice("downgrade", [*map(str, Downgrade)])
    grace = section.integer("grace_days", 0, MOST_GRACE) if section.has("grace_days") else 0
    window = section.variants("window", WINDOWS)
    if window is None:
        return None
    if grace >= window.review_months * SHORTEST_MONTH:
        most = window.review_months * SHORTEST_MONTH - 1
        section.fault("grace_days", f"use at most {most}, so that one review is held before the next period ends")
    section.close()
    return TierPolicy(Metric(metric), window, Downgrade(downgrade), grace) if metric and downgrade else None
