"""Counters of one card as several places saw them: which cannot be of one chip (cards.md, Clone alarm).

A chip counts up. So a smaller counter that was surely seen after a larger one, and the same counter at two places, mean
a second chip with its key, or a link that was kept for later. Reports come late, in any order, and by clocks that are
only so good: each sighting says between which times it was, and only what holds for all of them counts. What is said of
two sightings does not depend on which of them was heard of first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cards.sun import CounterVerdict

READ_TWICE_MS = 2 * 60 * 1000  # a scanner reads a link twice over, and an answer that was lost is asked for again


@dataclass(frozen=True, slots=True)
class Sighting:
    """A link that was good, shown at `place` at some time from `from_ms` to `until_ms`."""

    counter: int
    from_ms: int
    until_ms: int
    place: str

    def surely_before(self, other: Sighting, by_ms: int = 0) -> bool:
        """Whether it was earlier than `other`, by more than `by_ms`, whatever the clocks."""
        return self.until_ms + by_ms < other.from_ms


def contradiction(one: Sighting, other: Sighting) -> CounterVerdict | None:
    """What is wrong with two sightings of one card; None where one honest chip can have made both."""
    if one.counter == other.counter:
        apart = one.surely_before(other, READ_TWICE_MS) or other.surely_before(one, READ_TWICE_MS)
        return CounterVerdict.REPEATED if one.place != other.place or apart else None
    low, high = sorted((one, other), key=lambda each: each.counter)
    return CounterVerdict.BACKWARDS if high.surely_before(low) else None


def contradicted(new: Sighting, known: Iterable[Sighting]) -> tuple[Sighting, CounterVerdict] | None:
    """The first of `known` that `new` cannot be of one chip with, and why; None where all can be."""
    for each in known:
        verdict = contradiction(each, new)
        if verdict is not None:
            return each, verdict
    return None
