"""What is counted over a world, or over many."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

GIVEN, REFUSED, REFUSED_FALSELY = "given", "refused", "refused_falsely"
UP, CUT = "up", "cut"


@dataclass(frozen=True)
class Violation:
    """A rule that did not hold. `touches` are the members and devices it is about."""

    invariant: str
    text: str
    touches: tuple[str, ...]


@dataclass
class Tally:
    """`wished` are redemptions that a member asked for, `accepted` those that were given; `false_declines` were
    refused although HQ would have had enough for them, had the line been up."""

    faults: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    operations: int = 0
    wished: int = 0
    accepted: int = 0
    false_declines: int = 0
    overspent: int = 0
    declined: Counter[str] = field(default_factory=Counter)
    cells: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # redemptions by line, place and end

    def add(self, other: Tally) -> None:
        self.faults += other.faults
        self.checks += other.checks
        self.declined += other.declined
        self.cells += other.cells
        for name in ("operations", "wished", "accepted", "false_declines", "overspent"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def redeemed(self, line: str, place: str, end: str) -> None:
        """A redemption while the `line` was `up` or `cut`, and how it ended: given, refused, or refused falsely."""
        self.wished += 1
        self.accepted += end == GIVEN
        self.false_declines += end == REFUSED_FALSELY
        self.cells[line, place, end] += 1

    def of_line(self, line: str, end: str | None = None) -> int:
        """How many there were, or ended so, on such a line."""
        return sum(n for (where, _, how), n in self.cells.items() if where == line and end in (None, how))
