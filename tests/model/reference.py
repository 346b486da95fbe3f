"""What must be true of holdings, in the fewest lines: sums in dictionaries, no database, no chain, no clock.

A change names (member, asset, lot) and an amount in a terminal's lease. HQ hears of it when it is uploaded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

POOL = "pool"
Lot = tuple[str, str, str]  # member, asset, lot
VALUE = ("principal", "bonus")


@dataclass(frozen=True)
class Change:
    """One operation: what it does to the lease of its terminal, and what it brings back to HQ's pool."""

    lease: Mapping[Lot, int]
    pool: Mapping[Lot, int] = field(default_factory=dict)
    born: frozenset[Lot] = frozenset()  # lots that it makes here


@dataclass
class Reference:
    """`at_hq[holder, lot]` is what HQ must say, `at_till[terminal, lot]` what that terminal's ledger must say."""

    at_hq: Counter[tuple[str, Lot]] = field(default_factory=Counter)
    at_till: Counter[tuple[str, Lot]] = field(default_factory=Counter)
    waiting: dict[str, list[Change]] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    given: dict[str, list[Mapping[Lot, int]]] = field(default_factory=dict)
    applied: Counter[str] = field(default_factory=Counter)

    def join(self, terminal: str) -> None:
        self.waiting[terminal], self.given[terminal] = [], []

    def allows(self, terminal: str, change: Change) -> bool:
        """Whether nothing in the lease would fall below zero."""
        return all(self.at_till[terminal, lot] + amount >= 0 for lot, amount in change.lease.items())

    def append(self, terminal: str, change: Change) -> None:
        assert self.allows(terminal, change), "overspent at the terminal"
        for lot, amount in change.lease.items():
            self.at_till[terminal, lot] += amount
        self.waiting[terminal].append(change)

    def upload(self, terminal: str, count: int) -> None:
        """HQ takes in the next `count` operations."""
        first = self.sent[terminal]
        for change in self.waiting[terminal][first : first + count]:
            for lot, amount in change.lease.items():
                self.at_hq[terminal, lot] += amount
                assert self.at_hq[terminal, lot] >= 0, f"{terminal} spent what HQ never gave: {lot}"
            for lot, amount in change.pool.items():
                self._add_to_pool(lot, amount)
        self.sent[terminal] += count

    def give(self, terminal: str, number: int, parts: Mapping[Lot, int]) -> None:
        """HQ leases parts of its pool, in a grant that the terminal will hear of."""
        assert number == len(self.given[terminal]) + 1, f"grant {number} after {len(self.given[terminal])}"
        self.given[terminal].append(parts)
        for lot, amount in parts.items():
            self._add_to_pool(lot, -amount)
            self.at_hq[terminal, lot] += amount

    def apply(self, terminal: str, number: int) -> None:
        """The terminal applies each grant once, in order."""
        assert number == self.applied[terminal] + 1, f"grant {number} after {self.applied[terminal]}"
        self.applied[terminal] = number
        for lot, amount in self.given[terminal][number - 1].items():
            self.at_till[terminal, lot] += amount

    def _add_to_pool(self, lot: Lot, amount: int) -> None:
        """Value that is leased becomes a lot of its own, so the pool's is counted over all lots."""
        place = (POOL, pooled(lot))
        self.at_hq[place] += amount
        assert self.at_hq[place] >= 0, f"HQ gave what its pool does not have: {place}"

    def hq(self) -> dict[tuple[str, Lot], int]:
        return {place: amount for place, amount in self.at_hq.items() if amount}

    def till(self, terminal: str) -> dict[Lot, int]:
        return {lot: amount for (where, lot), amount in self.at_till.items() if where == terminal and amount}

    def balance(self, member: str) -> int:
        """Points, wherever they are, as far as HQ has heard."""
        return sum(n for (_, (who, asset, _)), n in self.at_hq.items() if (who, asset) == (member, "points"))

    def unknown_to_hq(self, terminal: str) -> int:
        return len(self.waiting[terminal]) - self.sent[terminal]


def pooled(lot: Lot) -> Lot:
    member, asset, name = lot
    return (member, asset, "*" if asset in VALUE else name)
