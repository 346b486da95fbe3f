"""`tier_percent`: the percentage of the member's tier (D02)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from loyalty.audience import Shopper
from loyalty.money import half_up
from loyalty.offers.offer import SumOffer, common
from loyalty.quote import Miss, Step
from loyalty.section import Section
from loyalty.tiers import Tier


@dataclass(frozen=True)
class TierPercent(SumOffer):
    """The percentage of the member's tier, off the sum of the covered goods (D02)."""

    kind = "tier_percent"
    takes_shares = True
    step = Step.TIER
    since = 1
    for_members = True

    def barred_for_kind(self, shopper: Shopper) -> Miss | None:
        if shopper.tier is None:
            return Miss.MEMBERS_ONLY
        return None if shopper.tier.percent_off else Miss.TIER_TOO_LOW

    def off(self, total: int, tier: Tier | None, portion: int = 0) -> int:
        return half_up(total, tier.percent_off) if tier else 0

    def rate(self, tier: Tier | None, portion: int = 0) -> Fraction | None:
        return tier.percent_off if tier else Fraction(0)

    @classmethod
    def read(cls, section: Section) -> Self:
        return cls(**common(section, cls))
