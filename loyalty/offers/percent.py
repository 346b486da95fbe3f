"""A percentage off the sum of goods from a threshold on, at most so much: what several kinds have in common."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from loyalty.money import half_up
from loyalty.offers.offer import SumOffer, common
from loyalty.section import Section
from loyalty.tiers import Tier


@dataclass(frozen=True)
class Percent(SumOffer):
    """`percent` off a sum of at least `threshold`, at most `most` minor units (None: no such limit)."""

    takes_shares = True

    percent: Fraction
    threshold: int
    most: int | None

    @property
    def needs(self) -> int:
        return self.threshold

    def off(self, total: int, tier: Tier | None, portion: int = 0) -> int:
        if total < self.threshold:
            return 0
        off = half_up(total, self.percent)
        return off if self.most is None else min(off, self.most)

    def rate(self, tier: Tier | None, portion: int = 0) -> Fraction | None:
        return self.percent

    @classmethod
    def read(cls, section: Section) -> Self:
        return cls(
            **common(section, cls),
            percent=section.fraction("percent", 1),
            threshold=section.integer("threshold", 0) if section.has("threshold") else 0,
            most=section.integer("most", 1) if section.has("most") else None,
        )
