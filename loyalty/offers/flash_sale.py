"""`flash_sale`: a low price for a limited number of units (秒杀)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from loyalty.basket import Line
from loyalty.goods import Goods
from loyalty.limits import Allowance
from loyalty.offers.offer import UnitOffer, common
from loyalty.section import GTIN, GTIN_SHAPE, Section
from loyalty.units import Pick, Run, Shelves, in_order, part


@dataclass(frozen=True)
class FlashSale(UnitOffer):
    """`prices` by GTIN. Units dearer than that take part, the largest saving first, as far as the limits allow."""

    kind = "flash_sale"

    prices: Mapping[str, int]

    @property
    def least_units(self) -> int:
        return 1

    def pick(self, lines: Sequence[Line], shelves: Shelves, allowance: Allowance, held: int) -> Pick | None:
        (free,) = shelves
        most = min((bound for bound in (allowance.units, allowance.times) if bound is not None), default=None)
        savings = in_order((self._saves(lines, run), run[1], run[2]) for run in free if self._saves(lines, run) > 0)
        taken = savings if most is None else part(savings, 0, most)
        price_of = {line: price for price, line, _ in free}
        used = in_order((price_of[line], line, many) for _, line, many in taken)
        off = sum(saving * many for saving, _, many in taken)
        return Pick(off, tuple(used), sum(many for _, _, many in taken)) if off else None

    def _saves(self, lines: Sequence[Line], run: Run) -> int:
        line = lines[run[1]]
        own = self.prices[line.gtin]
        return run[0] - (own if line.grams is None else line.at(own))

    @classmethod
    def read(cls, section: Section) -> Self:
        prices = section.keyed_integers("prices", GTIN, GTIN_SHAPE)
        goods = Goods.read(section, named=frozenset(prices))
        return cls(**common(section, cls, goods), prices=prices)
