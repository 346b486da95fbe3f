"""What is counted over a world, or over many."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Violation:
    """A rule that did not hold. `touches` are the members and devices it is about."""

    invariant: str
    text: str
    touches: tuple[str, ...]


@dataclass
class Tally:
    """`wished` are redemptions that a member asked for, `accepted` those that were given; `false_declines` were
    refused although the member's true balance had the points."""

    faults: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    operations: int = 0
    wished: int = 0
    accepted: int = 0
    false_declines: int = 0
    overspent: int = 0
    declined: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.faults += other.faults
        self.checks += other.checks
        self.declined += other.declined
        for name in ("operations", "wished", "accepted", "false_declines", "overspent"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
