"""`stamp_card`: buy ten, get one free, counted over many purchases (消费十杯送一杯)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from loyalty.basket import Line
from loyalty.limits import Allowance
from loyalty.offers.offer import UnitOffer, common
from loyalty.section import Section
from loyalty.stamps import stamp_result
from loyalty.units import Pick, Shelves, cost, count, part


@dataclass(frozen=True)
class StampCard(UnitOffer):
    """Each paid unit gives a stamp and `buys` stamps make a unit free, the cheapest of the basket. For members."""

    kind = "stamp_card"
    for_members = True

    buys: int

    @property
    def least_units(self) -> int:
        return 1

    def pick(self, lines: Sequence[Line], shelves: Shelves, allowance: Allowance, held: int) -> Pick | None:
        (free,) = shelves
        units = count(free)
        gifts, _ = stamp_result(held, units, self.buys, allowance.times)
        off = cost(part(free, units - gifts, units))
        if not off or (allowance.units is not None and units > allowance.units):
            return None
        return Pick(off, tuple(free), gifts)

    @classmethod
    def read(cls, section: Section) -> Self:
        buys = section.integer("buys", 1, 999)
        return cls(**common(section, cls), buys=buys)
