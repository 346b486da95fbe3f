"""Units of goods in runs: how item offers see a basket. Dearest first; of equal price, the lower line first.

A run is (price of one unit, place of its line, how many). Units of one line cost the same here: item offers come right
after the item price, and a unit takes part in one of them only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Run = tuple[int, int, int]
Shelves = Sequence[Sequence[Run]]


@dataclass(frozen=True)
class Pick:
    """The units that take part in an offer, as runs, and what comes off them in all; `times` counts applications."""

    off: int
    used: tuple[Run, ...]
    times: int = 1


def in_order(runs: Iterable[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: (-run[0], run[1]))


def count(runs: Iterable[Run]) -> int:
    return sum(run[2] for run in runs)


def cost(runs: Iterable[Run]) -> int:
    return sum(run[0] * run[2] for run in runs)


def part(runs: Sequence[Run], start: int, stop: int) -> list[Run]:
    """The units from place `start` to before `stop`."""
    found, place = [], 0
    for price, line, many in runs:
        taken = min(stop, place + many) - max(start, place)
        if taken > 0:
            found.append((price, line, taken))
        place += many
        if place >= stop:
            break
    return found


def lasts_of_blocks(runs: Sequence[Run], block: int, lasts: int) -> int:
    """What the last `lasts` units of each full block of `block` units cost, down the order."""

    def before(place: int) -> int:
        full, rest = divmod(place, block)
        return full * lasts + max(0, rest - (block - lasts))

    total, place, end = 0, 0, count(runs) // block * block
    for price, _, many in runs:
        stop = min(place + many, end)
        total += price * (before(stop) - before(place))
        place = stop
    return total
