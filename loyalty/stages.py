"""In which terms a search keeps its amounts: by line, or, where nothing is lost, as sums of lines that go together.

The division of an amount over lines matters to a later offer only if that offer covers some of these lines and not
others. Where it cannot matter, lines covered by the same offers are kept as one sum; that makes a search short.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from loyalty.basket import Line
from loyalty.money import allocate
from loyalty.offers import SumOffer
from loyalty.pipeline import STEPS
from loyalty.tiers import Tier

Amounts = tuple[int, ...]
Places = tuple[int, ...]


@dataclass(frozen=True)
class Covered:
    """An offer and the places in the amounts that it covers. `bit` marks it in a set of offers."""

    offer: SumOffer
    bit: int
    places: Places

    def total(self, amounts: Amounts) -> int:
        return sum(amounts[place] for place in self.places)

    def lower(self, amounts: Amounts, tier: Tier | None) -> Amounts | None:
        """The amounts after this offer, or None if it takes nothing off."""
        off = self.offer.off(self.total(amounts), tier)
        if not off:
            return None
        lowered = list(amounts)
        shares = allocate(off, [amounts[place] for place in self.places])
        for place, share in zip(self.places, shares, strict=True):
            lowered[place] -= share
        return tuple(lowered)


@dataclass(frozen=True)
class Stage:
    """One step. `groups` says which places of the amounts before make one place here; `ahead` holds the offers of
    this step and of each later one, with their places here."""

    groups: tuple[Places, ...]
    ahead: tuple[tuple[Covered, ...], ...]

    @property
    def own(self) -> tuple[Covered, ...]:
        return self.ahead[0]

    def enter(self, amounts: Amounts) -> Amounts:
        return tuple(sum(amounts[place] for place in group) for group in self.groups)


def by_line(lines: Sequence[Line], offers: Sequence[SumOffer], first_bit: int) -> tuple[tuple[Covered, ...], ...]:
    """The offers of each step, in the order given, with the lines that they cover. Bits count up from `first_bit`."""
    covered = [
        Covered(offer, 1 << place, tuple(index for index, line in enumerate(lines) if offer.covers(line)))
        for place, offer in enumerate(offers, first_bit)
    ]
    return tuple(tuple(step) for _, step in groupby(covered, key=lambda each: STEPS[each.offer.step]))


def stages(steps: tuple[tuple[Covered, ...], ...], line_count: int) -> tuple[Stage, ...]:
    """The stages of a search over `steps` (from `by_line`)."""
    partitions = _partitions(steps, line_count)
    found: list[Stage] = []
    before: list[Places] = [(index,) for index in range(line_count)]
    for number, partition in enumerate(partitions):
        place_of = {line: place for place, group in enumerate(partition) for line in group}
        groups: dict[int, list[int]] = defaultdict(list)
        for place, group in enumerate(before):
            groups[place_of[group[0]]].append(place)
        ahead = tuple(tuple(_moved(covered, place_of) for covered in step) for step in steps[number:])
        found.append(Stage(tuple(tuple(groups[place]) for place in range(len(partition))), ahead))
        before = partition
    return tuple(found)


def _moved(covered: Covered, place_of: dict[int, int]) -> Covered:
    return Covered(covered.offer, covered.bit, tuple(sorted({place_of[line] for line in covered.places})))


def _partitions(steps: tuple[tuple[Covered, ...], ...], line_count: int) -> list[list[Places]]:
    """For each step the lines that are kept as one sum: single lines, until nothing later depends on them."""
    single: list[Places] = [(index,) for index in range(line_count)]
    partitions: list[list[Places]] = []
    merging = True
    for number in reversed(range(len(steps))):
        alike = _alike([covered for step in steps[number:] for covered in step], line_count)
        merging = merging and all(covered.places in alike for covered in steps[number])
        partitions.insert(0, alike if merging else single)
    return partitions


def _alike(offers: Sequence[Covered], line_count: int) -> list[Places]:
    """The lines grouped by the offers that cover them."""
    marks = [0] * line_count
    for covered in offers:
        for line in covered.places:
            marks[line] |= covered.bit
    groups: dict[int, list[int]] = defaultdict(list)
    for line, mark in enumerate(marks):
        groups[mark].append(line)
    return [tuple(group) for group in groups.values()]
