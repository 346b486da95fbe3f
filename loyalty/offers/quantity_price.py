"""`quantity_price`: the unit price falls with the number bought together, as in group buying (团购)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from loyalty.basket import Line
from loyalty.goods import Goods
from loyalty.offers.offer import PriceOffer, common
from loyalty.section import GTIN, GTIN_SHAPE, Section


@dataclass(frozen=True)
class QuantityPrice(PriceOffer):
    """`prices` by GTIN: pairs (at least so many units, unit price), rising; the last one reached holds for all."""

    kind = "quantity_price"

    prices: Mapping[str, Sequence[tuple[int, int]]]

    def unit_price(self, line: Line, together: int) -> int | None:
        reached = [price for at_least, price in self.prices[line.gtin] if together >= at_least]
        return reached[-1] if reached else None

    @classmethod
    def read(cls, section: Section) -> Self:
        prices: dict[str, list[tuple[int, int]]] = {}
        for entry in section.sections("prices", 1, 2000):
            gtin = entry.text("product", GTIN, GTIN_SHAPE)
            step = (entry.integer("at_least", 1, 9999), entry.integer("unit_price", 0))
            entry.close()
            if gtin:
                prices.setdefault(gtin, []).append(step)
        goods = Goods.read(section, named=frozenset(prices))
        return cls(**common(section, cls, goods), prices={gtin: sorted(steps) for gtin, steps in prices.items()})
