"""What one offer does to the table, and what bounds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.loyalty.oracle.exact import divide
from tests.loyalty.oracle.table import Table, Unit

Rule = dict[str, Any]


@dataclass(frozen=True)
class Allowance:
    """What an offer may still do on this order; None is without limit."""

    times: int | None = None
    units: int | None = None
    money: int | None = None

    @property
    def exhausted(self) -> bool:
        return 0 in (self.times, self.units, self.money)


@dataclass(frozen=True)
class Facts:
    """What is known beside the basket. `chosen` are the offers for which a valid coupon is laid on the table."""

    tier: Rule | None = None
    stamps: dict[str, int] = field(default_factory=dict)
    allowances: dict[str, Allowance] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()

    def allowance(self, offer: Rule) -> Allowance:
        return self.allowances.get(offer["id"], Allowance())


@dataclass(frozen=True)
class Effect:
    """`takes` comes off each line; `used` units of each line take part; `times` is how often it was applied."""

    takes: tuple[int, ...]
    used: tuple[int, ...] = ()
    times: int = 1

    @property
    def amount(self) -> int:
        return sum(self.takes)


NOTHING = Effect(())


def least(*bounds: int | None) -> int | None:
    """The smallest of the bounds that are there."""
    return min((bound for bound in bounds if bound is not None), default=None)


def within(count: int, *bounds: int | None) -> int:
    """`count`, or the smallest bound below it."""
    return min(count, *(bound for bound in bounds if bound is not None), count)


def over_units(table: Table, units: Sequence[Unit], off: int, times: int, money: int | None) -> Effect:
    """`off` divided over all `units` that took part, by line, in proportion to what they cost (D01)."""
    off = within(off, money)
    if off <= 0:
        return NOTHING
    counts, costs = Counter(unit.line for unit in units), Counter[int]()
    for unit in units:
        costs[unit.line] += unit.cost
    places = range(len(table.lines))
    takes = divide(off, [costs[i] for i in places])
    return Effect(tuple(takes), tuple(counts[i] for i in places), times)


def over_lines(table: Table, covered: Sequence[int], off: int, money: int | None) -> Effect:
    """`off` taken off the sum of the covered lines, at most that sum, at most what the order's cap leaves."""
    weights = [table.amounts[i] if i in covered else 0 for i in range(len(table.lines))]
    off = within(off, sum(weights), money, table.room)
    return Effect(tuple(divide(off, weights))) if off > 0 else NOTHING
