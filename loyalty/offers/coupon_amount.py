"""`coupon_amount`: an amount off the order, for a coupon (代金券)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from loyalty.offers.offer import SumOffer, common
from loyalty.quote import Step
from loyalty.section import Section
from loyalty.tiers import Tier


@dataclass(frozen=True)
class CouponAmount(SumOffer):
    """`amount` off a sum of at least `threshold`, at most the sum; what is over is lost."""

    kind = "coupon_amount"
    step = Step.COUPON

    amount: int
    threshold: int

    @property
    def needs(self) -> int:
        return self.threshold

    def off(self, total: int, tier: Tier | None, portion: int = 0) -> int:
        return min(self.amount, total) if total >= self.threshold else 0

    @classmethod
    def read(cls, section: Section) -> Self:
        amount = section.integer("amount", 1)
        threshold = section.integer("threshold", 0) if section.has("threshold") else 0
        return cls(**common(section, cls), amount=amount, threshold=threshold)
