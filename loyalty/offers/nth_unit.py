"""`nth_unit`: each n-th unit is reduced, such as the second at half price (第二件半价)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from loyalty.basket import Line
from loyalty.limits import Allowance
from loyalty.offers.blocks import pick_blocks
from loyalty.offers.offer import UnitOffer, common
from loyalty.section import Section
from loyalty.units import Pick, Shelves


@dataclass(frozen=True)
class NthUnit(UnitOffer):
    """Down the order of price, `percent` off the last of each full block of `nth` units."""

    kind = "nth_unit"

    nth: int
    percent: Fraction

    @property
    def least_units(self) -> int:
        return self.nth

    def pick(self, lines: Sequence[Line], shelves: Shelves, allowance: Allowance, held: int) -> Pick | None:
        (free,) = shelves
        return pick_blocks(free, self.nth, 1, self.percent, allowance)

    @classmethod
    def read(cls, section: Section) -> Self:
        nth, percent = section.integer("nth", 1, 999), section.fraction("percent", 1)
        return cls(**common(section, cls), nth=nth, percent=percent)
