"""Prices by product: what member prices and special prices have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from loyalty.basket import Line
from loyalty.goods import Goods
from loyalty.offers.offer import PriceOffer, common
from loyalty.section import GTIN, GTIN_SHAPE, Section


@dataclass(frozen=True)
class PriceTable(PriceOffer):
    """A lower unit price: `prices` by GTIN, in minor units."""

    prices: Mapping[str, int]

    def unit_price(self, line: Line, together: int) -> int | None:
        return self.prices[line.gtin]

    @classmethod
    def read(cls, section: Section) -> Self:
        prices = section.keyed_integers("prices", GTIN, GTIN_SHAPE)
        goods = Goods.read(section, named=frozenset(prices))
        return cls(**common(section, cls, goods), prices=prices)
