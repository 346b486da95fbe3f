"""`cheapest_free`: of at least so many units the cheapest is free, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from loyalty.basket import Line
from loyalty.limits import Allowance
from loyalty.offers.offer import UnitOffer, common
from loyalty.section import Section
from loyalty.units import Pick, Shelves, count


@dataclass(frozen=True)
class CheapestFree(UnitOffer):
    """With at least `of` covered units the cheapest is free; all of them take part."""

    kind = "cheapest_free"

    of: int

    @property
    def least_units(self) -> int:
        return self.of

    def pick(self, lines: Sequence[Line], shelves: Shelves, allowance: Allowance, held: int) -> Pick | None:
        (free,) = shelves
        units = count(free)
        if units < self.of or (allowance.units is not None and units > allowance.units) or not free[-1][0]:
            return None
        return Pick(free[-1][0], tuple(free))

    @classmethod
    def read(cls, section: Section) -> Self:
        of = section.integer("of", 1, 999)
        return cls(**common(section, cls), of=of)
