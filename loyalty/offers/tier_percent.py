"""`tier_percent`: the percentage of the member's tier (D02)."""

from __future__ import annotations

from dataclasses import dataclass
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
    step = Step.TIER
    since = 1
    for_members = True

    def barred(self, shopper: Shopper) -> Miss | None:
        miss = super().barred(shopper)
        if miss is None and shopper.tier is not None and not shopper.tier.percent_off:
            return Miss.TIER_TOO_LOW
        return miss

    def off(self, total: int, tier: Tier | None, portion: int = 0) -> int:
        return half_up(total, tier.percent_off) if tier else 0

    @classmethod
    def read(cls, section: Section) -> Self:
        return cls(**common(section, cls))
