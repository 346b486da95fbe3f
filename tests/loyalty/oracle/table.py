"""The basket on the oracle's table: what each line costs now and how many of its units are still free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from tests.loyalty.oracle.exact import half_up
from tests.loyalty.oracle.selection import is_goods

Line = dict[str, Any]


def cost(line: Line, unit_price: int) -> int:
    """What a line costs at this unit price; a weighed line is one unit, rounded once (D01)."""
    if line.get("grams") is None:
        return int(line["quantity"]) * unit_price
    return half_up(Fraction(unit_price * line["grams"], 1000))


def gross(line: Line) -> int:
    price = line["unit_price"]
    return -cost(line, -price) if price < 0 else cost(line, price)


def units_of(line: Line) -> int:
    return 1 if line.get("grams") is not None else int(line["quantity"])


@dataclass(frozen=True)
class Unit:
    """One unit of goods: `line` is its place among the lines."""

    line: int
    cost: int


@dataclass(frozen=True)
class Table:
    """`amounts` by line, `free` units by line, and `room`: what tier, order and coupon offers may still take off."""

    lines: tuple[Line, ...]
    amounts: tuple[int, ...]
    free: tuple[int, ...]
    item_prices: tuple[int, ...] = ()  # what one unit costs after the step item_price
    room: int | None = None
    used: dict[str, tuple[int, ...]] = field(default_factory=dict)  # units by line, of each item offer applied

    @classmethod
    def laid(cls, lines: Iterable[Line]) -> Table:
        """The goods of a basket, by line number, at shelf price."""
        goods = tuple(sorted((line for line in lines if is_goods(line)), key=lambda line: int(line["no"])))
        return cls(goods, tuple(gross(line) for line in goods), tuple(units_of(line) for line in goods))

    def priced(self) -> Table:
        """The table once the step item_price is over: units have their price."""
        each = tuple(amount // units_of(line) for line, amount in zip(self.lines, self.amounts, strict=True))
        return replace(self, item_prices=each)

    def capped(self, cap: Fraction | None) -> Table:
        """The table once the item steps are over: the order's cap is known."""
        if cap is None:
            return self
        whole = sum(self.amounts) * cap
        return replace(self, room=whole.numerator // whole.denominator)

    def units(self, covered: Sequence[int]) -> list[Unit]:
        """The free units of these lines, dearest first, ties to the lower line number."""
        found = [Unit(i, self.item_prices[i]) for i in covered for _ in range(self.free[i])]
        return sorted(found, key=lambda unit: (-unit.cost, unit.line))
