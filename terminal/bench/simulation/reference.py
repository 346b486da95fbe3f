"""The world's own ledger: what every till has made a fact, and what it means for a member, by a model of a few lines.

It reads the bytes of the operations itself and uses none of the product's code.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from terminal.bench.simulation.leased import Leased
from terminal.bench.simulation.reference_rights import RightsUsed, rights_used

# What moves to these accounts leaves the active balance.
OUTSIDE = ("issued", "redeemed", "expired", "pending", "cancelled", "paid_out")
SPENT = ("redeemed", "paid_out")
PURSES = {"points": "points", "principal": "value", "bonus": "value"}  # by asset: what a member sees as one sum
Key = tuple[str, int, int]
Purse = tuple[str, str]  # of a member: points or value


@dataclass(frozen=True)
class Fact:
    """An operation on a till's disk."""

    key: Key
    data: bytes
    means_something: bool = True  # False: from a terminal whose release is broken

    @property
    def holder(self) -> str:
        return f"{self.key[0]}:{self.key[1]}"


@dataclass(frozen=True)
class Effect:
    """What an operation does to its member: changes of purses, what was spent of them, what it left owing."""

    member: str | None
    change: Mapping[str, int]
    spent: Mapping[str, int]
    owing: Mapping[str, int]


def effect(operation: Mapping[str, Any]) -> Effect:
    """What the customer saw happen to points and value, from the postings alone."""
    change, spent, owing = Counter[str](), Counter[str](), Counter[str]()
    for posting in operation["postings"]:
        purse = PURSES.get(posting["asset"])
        if purse is None:
            continue
        if posting["account"] in OUTSIDE:
            change[purse] -= posting["amount"]
        if posting["account"] in SPENT:
            spent[purse] += posting["amount"]
        if posting["account"] == "debt":
            owing[purse] -= posting["amount"]
    return Effect(operation["member"], change, spent, owing)


@dataclass
class Reference:
    """Facts in the order in which they happened, and balances. `bounded` is what a copied disk, or goods that came
    back when their points were spent, may take a purse below zero."""

    opening: Mapping[str, int]
    facts: dict[Key, Fact] = field(default_factory=dict)
    twice: dict[Key, list[Fact]] = field(default_factory=dict)  # of a copied disk: others under a number that was used
    gone_with_disk: set[Key] = field(default_factory=set)  # a copy of a disk came in their place
    forgotten: set[Key] = field(default_factory=set)  # by a restored HQ, and their disk is gone
    copied: set[str] = field(default_factory=set)  # (device:epoch) that a copied disk was used of
    balance: Counter[Purse] = field(default_factory=Counter)
    bounded: Counter[Purse] = field(default_factory=Counter)
    intents: Counter[tuple[str, str]] = field(default_factory=Counter)
    sold: dict[Key, dict[int, int]] = field(default_factory=dict)  # units by line
    returned: Counter[tuple[Key, int]] = field(default_factory=Counter)
    rights: RightsUsed = field(default_factory=RightsUsed)
    overspent: int = 0
    operations: int = 0

    def __post_init__(self) -> None:
        self.balance.update({(member, "points"): points for member, points in self.opening.items()})

    def record(self, fact: Fact) -> list[tuple[str, str, str]]:
        """Take in a fact; returns the invariants that it breaks, each with a sentence and the member."""
        return list(self._record(fact))

    def _record(self, fact: Fact) -> Iterator[tuple[str, str, str]]:
        self.operations += 1
        known = self.facts.setdefault(fact.key, fact)
        if known.data != fact.data:
            self.twice.setdefault(fact.key, []).append(fact)
        operation = json.loads(fact.data)
        who = operation["member"] or ""
        self.intents[fact.holder, operation["intent"]] += 1
        if self.intents[fact.holder, operation["intent"]] > 1 and fact.holder not in self.copied:
            yield "one_intent_one_operation", f"operation {fact.key} has the intent of another", who
        yield from self._move(effect(operation))
        yield from self._goods(fact, operation, who)
        yield from self.rights.record(operation)

    def _move(self, moved: Effect) -> Iterator[tuple[str, str, str]]:
        if moved.member is None:
            return
        for name in ("points", "value"):
            purse, spent = (moved.member, name), moved.spent.get(name, 0)
            before = self.balance[purse]
            self.balance[purse] += moved.change.get(name, 0)
            self.bounded[purse] += max(0, moved.owing.get(name, 0))
            after = self.balance[purse]
            if spent <= 0 or after >= 0:
                continue
            self.overspent += min(-after, max(0, before) - after)
            if after + self.bounded[purse] < 0:
                yield "nothing_overspent", f"{moved.member} has spent more {name} than there was: {after}", moved.member

    def _goods(self, fact: Fact, operation: Mapping[str, Any], who: str) -> Iterator[tuple[str, str, str]]:
        """No unit comes back twice, wherever it is brought."""
        if operation["kind"] == "sale":
            lines = operation["detail"]["basket"]["lines"]
            self.sold[fact.key] = {line["no"]: line["quantity"] for line in lines}
        for sale, no, quantity in self._came_back(operation):
            self.returned[sale, no] += quantity
            copied = {fact.holder, f"{sale[0]}:{sale[1]}"} & self.copied
            if self.returned[sale, no] > self.sold.get(sale, {}).get(no, 0) and not copied:
                yield "nothing_refunded_twice", f"line {no} of {sale} came back {self.returned[sale, no]} times", who

    def _came_back(self, operation: Mapping[str, Any]) -> list[tuple[Key, int, int]]:
        """Of which sale, of which line, how many units."""
        kind, detail = operation["kind"], operation["detail"]
        if kind not in ("refund", "void") or detail["sale"] is None:
            return []
        sale = (detail["sale"]["device"], detail["sale"]["epoch"], detail["sale"]["seq"])
        if kind == "void":
            return [(sale, no, quantity) for no, quantity in self.sold.get(sale, {}).items()]
        return [(sale, line["no"], line["quantity"]) for line in detail["request"]]

    def disk_put_back(self, holder: str, head: int, leased: Leased) -> None:
        """The disk of `holder` is again as it was after `head` operations, with what it `leased` then."""
        self.disk_copied(holder, leased)
        self.disk_gone(holder, head)

    def disk_copied(self, holder: str, leased: Leased) -> None:
        """There are two disks of `holder`: what it `leased` may be spent on both."""
        self.copied.add(holder)
        self.may_be_lost(leased)

    def disk_gone(self, holder: str, head: int) -> None:
        """What the disk of `holder` held above `head` is nowhere any more, unless HQ has it."""
        self.copied.add(holder)
        self.gone_with_disk |= {key for key in self.facts if f"{key[0]}:{key[1]}" == holder and key[2] > head}

    def forgotten_at_hq(self, holder: str, head: int) -> None:
        """A restored HQ knows nothing of what `holder` did after `head` operations, and its disk is gone: what was used
        or brought back there may be once more. So much a backup and a disk cost that are lost together."""
        for fact in self.facts.values():
            if fact.holder == holder and fact.key[2] > head and fact.key not in self.forgotten:
                self.forgotten.add(fact.key)
                self._allow_again(json.loads(fact.data))

    def _allow_again(self, operation: Mapping[str, Any]) -> None:
        moved = effect(operation)
        for purse, amount in moved.spent.items():
            self.bounded[moved.member or "", purse] += max(0, amount)
        self.rights.bounded.update(+rights_used(operation))
        for sale, no, quantity in self._came_back(operation):
            self.returned[sale, no] -= quantity

    def may_be_lost(self, leased: Leased) -> None:
        """So much may be spent twice: the bound of a loss (sync.md, Leases 12)."""
        self.bounded.update(leased.purses)
        self.rights.bounded.update(leased.rights)

    def every(self) -> Iterator[Fact]:
        for key, fact in self.facts.items():
            yield fact
            yield from self.twice.get(key, ())

    def keep(self, fact: Fact) -> None:
        """Take in a fact of a terminal that makes no sense: it has to be kept, whatever it means."""
        self.operations += 1
        self.facts[fact.key] = fact
