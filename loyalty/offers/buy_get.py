"""`buy_get`: buy X get Y, of the same goods or of others, free or reduced (买二送一)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from loyalty.basket import Line
from loyalty.goods import Goods
from loyalty.limits import Allowance
from loyalty.money import half_up
from loyalty.offers.blocks import most_sets, pick_blocks
from loyalty.offers.offer import UnitOffer, common
from loyalty.section import GTIN, GTIN_SHAPE, Section
from loyalty.units import Pick, Shelves, cost, count, in_order, part


@dataclass(frozen=True)
class BuyGet(UnitOffer):
    """For `buy` units, `percent` off `get` further ones.

    Of the same goods: blocks of `buy` + `get` units down the order of price, the last ones reduced. Of other goods,
    `gifts`: each set takes the `buy` cheapest units and reduces up to `get` of the dearest gifts.
    """

    kind = "buy_get"

    buy: int
    get: int
    percent: Fraction
    gifts: Goods | None

    @property
    def selections(self) -> tuple[Goods, ...]:
        return (self.goods, self.gifts) if self.gifts else (self.goods,)

    @property
    def least_units(self) -> int:
        return self.buy + (1 if self.gifts else self.get)

    @property
    def shelves(self) -> int:
        return 2 if self.gifts else 1

    def portion(self, line: Line) -> int:
        return 1 if self.gifts and self.gifts.covers(line) else 0

    def pick(self, lines: Sequence[Line], shelves: Shelves, allowance: Allowance, held: int) -> Pick | None:
        if self.gifts is None:
            return pick_blocks(shelves[0], self.buy + self.get, self.get, self.percent, allowance)
        bought, gifts = shelves
        sets = most_sets(min(count(bought) // self.buy, -(-count(gifts) // self.get)), self.buy + self.get, allowance)
        given = part(gifts, 0, sets * self.get)
        off = half_up(cost(given), self.percent)
        last = count(bought)
        used = [*part(bought, last - sets * self.buy, last), *given]
        return Pick(off, tuple(in_order(used)), sets) if off else None

    @classmethod
    def read(cls, section: Section) -> Self:
        return cls(
            **common(section, cls),
            buy=section.integer("buy", 1, 999),
            get=section.integer("get", 1, 999),
            percent=section.fraction("percent", 1) if section.has("percent") else Fraction(1),
            gifts=_gifts(section),
        )


def _gifts(section: Section) -> Goods | None:
    products = section.texts("get_products", GTIN, GTIN_SHAPE) if section.has("get_products") else frozenset()
    categories = section.identifiers("get_categories") if section.has("get_categories") else frozenset()
    return Goods(products=products, categories=categories) if products or categories else None
