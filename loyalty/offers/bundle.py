"""`bundle`: goods that are cheaper together, for a price or at a percentage (套餐)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from loyalty.basket import Line
from loyalty.goods import Goods
from loyalty.limits import Allowance
from loyalty.money import half_up
from loyalty.offers.blocks import most_sets
from loyalty.offers.offer import UnitOffer, common
from loyalty.section import Section
from loyalty.units import Pick, Shelves, cost, count, in_order, part


@dataclass(frozen=True)
class Part:
    """`quantity` units of these goods are in each set."""

    goods: Goods
    quantity: int


@dataclass(frozen=True)
class Bundle(UnitOffer):
    """Sets of all `parts`, each of the dearest units left; a unit belongs to the first part that covers it.

    A set costs `price`, or `percent` comes off all sets. A set that costs no more than `price` is not made.
    """

    kind = "bundle"

    parts: tuple[Part, ...]
    price: int | None
    percent: Fraction

    @property
    def selections(self) -> tuple[Goods, ...]:
        return tuple(part.goods for part in self.parts)

    @property
    def least_units(self) -> int:
        return sum(part.quantity for part in self.parts)

    @property
    def shelves(self) -> int:
        return len(self.parts)

    def portion(self, line: Line) -> int:
        return next(place for place, each in enumerate(self.parts) if each.goods.covers(line))

    def pick(self, lines: Sequence[Line], shelves: Shelves, allowance: Allowance, held: int) -> Pick | None:
        fits = min(count(shelf) // each.quantity for each, shelf in zip(self.parts, shelves, strict=True))
        sets = most_sets(fits, self.least_units, allowance)
        if self.price is not None:
            while sets and self._cost_of_set(shelves, sets - 1) <= self.price:  # later sets are never dearer
                sets -= 1
        used = [
            run for each, shelf in zip(self.parts, shelves, strict=True) for run in part(shelf, 0, sets * each.quantity)
        ]
        total = cost(used)
        off = half_up(total, self.percent) if self.price is None else total - sets * self.price
        return Pick(off, tuple(in_order(used)), sets) if off else None

    def _cost_of_set(self, shelves: Shelves, number: int) -> int:
        return sum(
            cost(part(shelf, number * each.quantity, (number + 1) * each.quantity))
            for each, shelf in zip(self.parts, shelves, strict=True)
        )

    @classmethod
    def read(cls, section: Section) -> Self:
        parts = []
        for entry in section.sections("parts", 1, 20):
            parts.append(Part(Goods.read(entry), entry.integer("quantity", 1, 999)))
            entry.close()
        price = section.integer("price", 0) if section.has("price") else None
        percent = section.fraction("percent", 1) if section.has("percent") else Fraction(0)
        if (price is None) == (not percent):
            section.fault("price", "use either 'price' or 'percent'")
        return cls(**common(section, cls, Goods()), parts=tuple(parts), price=price, percent=percent)
