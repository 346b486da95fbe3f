"""How often a PIN may be guessed: waits, the lock, and counts of several terminals that merge (cards.md, PIN).

A count belongs to one PIN (its version) since one reset. A right PIN, and HQ, reset: the count begins again under the
next reset number. Of two counts the one of the higher (version, reset) is right; of one and the same, each terminal's
own number is its highest, and they are added up. So counts can be merged in any order and any number of times.
Every guess is counted as wrong before it is looked at, and taken back when it was right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MINUTE_MS = 60 * 1000
DAY_MS = 24 * 60 * MINUTE_MS


class Gate(StrEnum):
    """Whether a PIN may be guessed now."""

    OPEN = "open"
    WAIT = "wait"  # too many wrong ones: later
    LOCKED = "locked"  # until HQ resets it, with staff
    OFFLINE = "offline"  # enough for a day without HQ
    TERMINAL = "terminal"  # too many wrong ones here, whoever's


@dataclass(frozen=True)
class PinLimits:
    """`waits` are (wrong guesses, wait after the newest in ms), ascending; `locked` wrong ones lock the PIN.

    Without HQ a member has `offline_day` guesses at one terminal in 24 hours. `terminal` bounds the guesses that were
    not right at one terminal, over all members, as (so many, in so many ms): against one PIN tried on everybody.
    """

    waits: tuple[tuple[int, int], ...] = ((3, MINUTE_MS), (5, 15 * MINUTE_MS))
    locked: int = 10
    offline_day: int = 5
    terminal: tuple[tuple[int, int], ...] = ((20, 15 * MINUTE_MS), (100, DAY_MS))


USUAL = PinLimits()


@dataclass(frozen=True)
class PinCount:
    """Wrong guesses at a member's PIN, by terminal; `last_ms` is when the newest was."""

    version: int = 0
    reset: int = 0
    wrong: Mapping[str, int] = field(default_factory=dict)
    last_ms: int = 0

    @property
    def total(self) -> int:
        return sum(self.wrong.values())

    @property
    def age(self) -> tuple[int, int]:
        """What orders counts: a new PIN begins anew, and so does a reset."""
        return self.version, self.reset

    def of(self, version: int) -> PinCount:
        """The count for the PIN of this version: an older one does not concern it."""
        return PinCount(version) if version > self.version else self

    def merge(self, other: PinCount) -> PinCount:
        """What both together know. Commutative, associative, and twice the same is once."""
        if self.age != other.age:
            return max(self, other, key=lambda count: count.age)
        terminals = sorted(self.wrong.keys() | other.wrong.keys())
        wrong = {name: max(self.wrong.get(name, 0), other.wrong.get(name, 0)) for name in terminals}
        return PinCount(self.version, self.reset, wrong, max(self.last_ms, other.last_ms))

    def guessed(self, terminal: str, now_ms: int) -> PinCount:
        """With one more guess, wrong until it is known to be right."""
        wrong = {**self.wrong, terminal: self.wrong.get(terminal, 0) + 1}
        return PinCount(self.version, self.reset, wrong, max(self.last_ms, now_ms))

    def begun_anew(self) -> PinCount:
        """After a right PIN, or HQ's word."""
        return PinCount(self.version, self.reset + 1)


@dataclass(frozen=True)
class Asked:
    """`wait_ms` is how long until it is worth asking again; None where only HQ helps."""

    gate: Gate
    wait_ms: int | None = 0


def ask(
    count: PinCount,
    of_member: Sequence[int],
    of_terminal: Sequence[int],
    now_ms: int,
    online: bool,
    limits: PinLimits = USUAL,
) -> Asked:
    """Whether the PIN may be guessed now: the first gate that is shut, the hardest first.

    `of_member` and `of_terminal` are when guesses that were not right were begun at this terminal, this member's and
    everybody's. Times are of a clock that no jump moves; what lies ahead of it counts as now.
    """
    if count.total >= limits.locked:
        return Asked(Gate.LOCKED, None)
    waits = [wait for wrong, wait in limits.waits if count.total >= wrong]
    left = max(waits, default=0) - max(0, now_ms - count.last_ms)
    if left > 0:
        return Asked(Gate.WAIT, left)
    if not online and (left := _until_room(of_member, limits.offline_day, DAY_MS, now_ms)):
        return Asked(Gate.OFFLINE, left)
    left = max((_until_room(of_terminal, most, window, now_ms) for most, window in limits.terminal), default=0)
    return Asked(Gate.TERMINAL, left) if left else Asked(Gate.OPEN)


def _until_room(guesses: Sequence[int], most: int, window_ms: int, now_ms: int) -> int:
    """How long until fewer than `most` guesses lie in the window; 0 if that is so now."""
    inside = sorted(min(at, now_ms) for at in guesses if at > now_ms - window_ms)
    return inside[-most] + window_ms - now_ms if len(inside) >= most else 0
