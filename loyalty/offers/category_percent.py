"""`category_percent`: a percentage by category (正价8折, 特价9折)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from loyalty.basket import Line
from loyalty.goods import Goods
from loyalty.money import half_up
from loyalty.offers.offer import SumOffer, common
from loyalty.quote import Step
from loyalty.section import Section
from loyalty.tiers import Tier


@dataclass(frozen=True)
class Rate:
    """`percent` off the sum of these categories."""

    goods: Goods
    percent: Fraction


@dataclass(frozen=True)
class CategoryPercent(SumOffer):
    """Each rate is fixed once on the sum of its categories; a line belongs to the first rate that names it."""

    kind = "category_percent"
    takes_shares = True
    step = Step.TIER

    rates: tuple[Rate, ...]

    @property
    def selections(self) -> tuple[Goods, ...]:
        return tuple(rate.goods for rate in self.rates)

    def portion(self, line: Line) -> int:
        return next(place for place, rate in enumerate(self.rates) if rate.goods.covers(line))

    def off(self, total: int, tier: Tier | None, portion: int = 0) -> int:
        return half_up(total, self.rates[portion].percent)

    def rate(self, tier: Tier | None, portion: int = 0) -> Fraction | None:
        return self.rates[portion].percent

    @classmethod
    def read(cls, section: Section) -> Self:
        rates = []
        for entry in section.sections("rates", 1, 50):
            categories = entry.identifiers("categories")
            if not categories:
                entry.fault("categories", "name at least one category")
            rates.append(Rate(Goods(categories=categories), entry.fraction("percent", 1)))
            entry.close()
        return cls(**common(section, cls, Goods()), rates=tuple(rates))
