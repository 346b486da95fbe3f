"""What must be true of holdings, in the fewest lines: sums in dictionaries, no database, no chain, no clock.

A change says what one operation does to the lease of its terminal, to HQ's pool, to what HQ counts and to rights to
refund. HQ hears of it when it is uploaded. Of a limit HQ keeps no pool: what was used and is leased stays within it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.model.refunds import NO_RIGHT, Refunds, RightChange

POOL, LIMIT = "pool", "limit"
Lot = tuple[str, str, str]  # member ("": a bearer), asset, lot
VALUE = ("principal", "bonus")


@dataclass(frozen=True)
class Change:
    """One operation, or one grant: what it does to a lease and, in the case of an operation, when HQ hears of it."""

    lease: Mapping[Lot, int]
    pool: Mapping[Lot, int] = field(default_factory=dict)
    used: Mapping[Lot, int] = field(default_factory=dict)
    right: RightChange = NO_RIGHT


@dataclass
class Reference:
    """`at_hq[holder, lot]` is what HQ must say, `at_till[terminal, lot]` what that terminal's ledger must say.

    `most` is the bound of a limit, `good_until` the last good day of lots that have one."""

    most: Callable[[Lot], int] = lambda _lot: 0
    at_hq: Counter[tuple[str, Lot]] = field(default_factory=Counter)
    at_till: Counter[tuple[str, Lot]] = field(default_factory=Counter)
    used: Counter[Lot] = field(default_factory=Counter)
    refunds: Refunds = field(default_factory=Refunds)
    good_until: dict[Lot, str] = field(default_factory=dict)
    waiting: dict[str, list[Change]] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    given: dict[str, list[Change]] = field(default_factory=dict)
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
        self.refunds.append(terminal, change.right)
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
            self.used.update(change.used)
            self._check_limits({*change.lease, *change.used})
            self.refunds.upload(terminal, change.right)
        self.sent[terminal] += count

    def issue(self, lot: Lot, amount: int, good_until: str | None) -> None:
        """HQ makes something new, in its pool."""
        self.at_hq[POOL, lot] += amount
        if good_until:
            self.good_until[lot] = good_until

    def expire_pool(self, day: str) -> int:
        """HQ's part of what was good until before `day` ends; how many lots. Of what is leased its holder ends each."""
        ended = [
            at for at, left in self.at_hq.items() if left and at[0] == POOL and self.good_until.get(at[1], day) < day
        ]
        for place in ended:
            del self.at_hq[place]
        return len(ended)

    def give(self, terminal: str, number: int, change: Change) -> None:
        """HQ leases parts of its pool, in a grant that the terminal will hear of."""
        assert number == len(self.given[terminal]) + 1, f"grant {number} after {len(self.given[terminal])}"
        self.given[terminal].append(change)
        for lot, amount in change.lease.items():
            self._add_to_pool(lot, -amount)
            self.at_hq[terminal, lot] += amount
        self._check_limits(change.lease)
        self.refunds.give(terminal, change.right)

    def apply(self, terminal: str, number: int) -> None:
        """The terminal applies each grant once, in order."""
        assert number == self.applied[terminal] + 1, f"grant {number} after {self.applied[terminal]}"
        self.applied[terminal] = number
        change = self.given[terminal][number - 1]
        for lot, amount in change.lease.items():
            self.at_till[terminal, lot] += amount
        self.refunds.apply(terminal, change.right)

    def _add_to_pool(self, lot: Lot, amount: int) -> None:
        """Value that is leased becomes a lot of its own, so the pool's is counted over all lots."""
        if lot[1] != LIMIT:
            place = (POOL, pooled(lot))
            self.at_hq[place] += amount
            assert self.at_hq[place] >= 0, f"HQ gave what its pool does not have: {place}"

    def _check_limits(self, lots: set[Lot] | Mapping[Lot, int]) -> None:
        """What was used and what all terminals may use is within the limit."""
        for lot in lots:
            if lot[1] == LIMIT:
                gone = self.used[lot] + sum(n for (_, one), n in self.at_hq.items() if one == lot)
                assert gone <= self.most(lot), f"HQ gave more of {lot} than there is"

    def hq(self) -> dict[tuple[str, Lot], int]:
        return {place: amount for place, amount in self.at_hq.items() if amount}

    def till(self, terminal: str) -> dict[Lot, int]:
        return {lot: amount for (where, lot), amount in self.at_till.items() if where == terminal and amount}

    def total(self, member: str, asset: str) -> int:
        """Wherever it is, as far as HQ has heard."""
        return sum(n for (_, (who, what, _)), n in self.at_hq.items() if (who, what) == (member, asset))

    def unknown_to_hq(self, terminal: str) -> int:
        return len(self.waiting[terminal]) - self.sent[terminal]


def pooled(lot: Lot) -> Lot:
    member, asset, name = lot
    return (member, asset, "*" if asset in VALUE else name)
