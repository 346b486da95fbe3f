"""The steps that work on sums, in which terms a search keeps its amounts: by line, or, where nothing is lost, as sums.

The division of an amount over lines matters to a later offer only if that offer covers some of these lines and not
others. Where it cannot matter, lines covered by the same offers are kept as one sum; that makes a search short.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from loyalty.checkout import STEPS, Checkout, Contender
from loyalty.money import allocate
from loyalty.offers import ItemCoupon, SumOffer
from loyalty.taking import take_items, within
from loyalty.tiers import Tier

Amounts = tuple[int, ...]
Places = tuple[int, ...]


class Covered(NamedTuple):
    """A contender and the places in the amounts that each of its sums covers. `bit` marks it in a set of offers."""

    contender: Contender
    bit: int
    portions: tuple[tuple[int, Places], ...]
    group: str | None = None

    def may_precede(self, other: Covered) -> bool:
        """Whether it stands before `other` by rank and covers none of the same goods, so that either may come first."""
        apart = set(self.contender.places).isdisjoint(other.contender.places)
        return apart and self.contender.offer.rank < other.contender.offer.rank

    @property
    def is_share(self) -> bool:
        """Whether it takes a percentage, of whatever it finds."""
        offer = self.contender.offer
        return isinstance(offer, SumOffer) and offer.takes_shares

    def lower(self, checkout: Checkout, amounts: Amounts, room: int | None) -> tuple[Amounts, int]:
        """The amounts after this offer, and what it took off."""
        offer = self.contender.offer
        if isinstance(offer, ItemCoupon):
            takes = list(take_items(checkout, self.contender, offer, amounts, room).takes)
        else:
            assert isinstance(offer, SumOffer)
            takes = self._take(offer, checkout.tier, amounts, room)
        if not takes:
            return amounts, 0
        lowered = list(amounts)
        for place, take in takes:
            lowered[place] -= take
        return tuple(lowered), sum(take for _, take in takes)

    def _take(self, offer: SumOffer, tier: Tier | None, amounts: Amounts, room: int | None) -> list[tuple[int, int]]:
        takes: list[tuple[int, int]] = []
        for portion, places in self.portions:
            covered = [amounts[place] for place in places]
            off = within(self.contender, offer.off(sum(covered), tier, portion), takes, room)
            if off:
                takes += zip(places, allocate(off, covered), strict=True)
        return takes


Steps = tuple[tuple[Covered, ...], ...]


class Stage(NamedTuple):
    """One step. `groups` says which places of the amounts before make one place here; `sizes` counts their lines;
    `ahead` holds the offers of this step and of each later one, with their places here."""

    groups: tuple[Places, ...]
    sizes: tuple[int, ...]
    ahead: Steps

    def enter(self, amounts: Sequence[int]) -> Amounts:
        return tuple(sum(amounts[place] for place in group) for group in self.groups)


def by_line(checkout: Checkout, contenders: Sequence[Contender]) -> Steps:
    """The offers of each step, in the order given, with the lines that each of their sums covers."""
    covered = [
        Covered(contender, 1 << number, _portions(checkout, contender), contender.offer.group)
        for number, contender in enumerate(contenders)
    ]
    return tuple(tuple(step) for _, step in groupby(covered, key=lambda each: STEPS[each.contender.offer.step]))


def _portions(checkout: Checkout, contender: Contender) -> tuple[tuple[int, Places], ...]:
    if not isinstance(contender.offer, SumOffer):
        return tuple((place, (place,)) for place in contender.places)
    sums = defaultdict[int, list[int]](list)
    for place, portion in checkout.portions(contender).items():
        sums[portion].append(place)
    return tuple((portion, tuple(places)) for portion, places in sorted(sums.items()))


class Step(NamedTuple):
    """How a search takes a step: `exact` keeps what the division over lines needs, `rough` only the sums that any offer
    from here on tells apart, made of the places of `exact`: what a bound is computed from."""

    exact: Stage
    rough: Stage

    @property
    def own(self) -> tuple[Covered, ...]:
        return self.exact.ahead[0]

    def own_of(self, chosen: Sequence[Contender]) -> Covered | None:
        """The offer of this step that was applied last, if any."""
        last = chosen[-1] if chosen else None
        return next((each for each in self.own if each.contender is last), None)

    def sums(self, amounts: Amounts) -> Amounts:
        """The amounts of `exact` as those of `rough`."""
        return amounts if self.rough is self.exact else self.rough.enter(amounts)


class Grouping:
    """How the steps of a search group lines into sums."""

    def __init__(self, steps: Steps, line_count: int) -> None:
        self._steps = steps
        self._single: list[Places] = [(line,) for line in range(line_count)]
        self._alike = _alike(steps, line_count)

    def outline(self) -> Stage:
        """All steps in the sums that any of their offers tells apart."""
        return _stage(self._single, self._alike, self._steps)

    def steps(self) -> tuple[Step, ...]:
        """The steps, each in the terms that it needs."""
        later = [_alike(self._steps[number:], len(self._single)) for number in range(1, len(self._steps))]
        alike, found, before = [self._alike, *later], list[Step](), self._single
        for number, partition in enumerate(_partitions(self._steps, alike, self._single)):
            ahead = self._steps[number:]
            exact = _stage(before, partition, ahead)
            found.append(Step(exact, exact if partition is alike[number] else _stage(partition, alike[number], ahead)))
            before = partition
        return tuple(found)


def _stage(before: Sequence[Places], partition: Sequence[Places], steps: Steps) -> Stage:
    """`before` and `partition` are lists of lines; the former is the finer one."""
    place_of = {line: place for place, group in enumerate(partition) for line in group}
    groups: dict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(before):
        groups[place_of[group[0]]].append(place)
    ahead = tuple(tuple(_moved(covered, place_of) for covered in step) for step in steps)
    ordered = [tuple(groups[place]) for place in range(len(partition))]
    return Stage(tuple(ordered), tuple(len(group) for group in partition), ahead)


def _moved(covered: Covered, place_of: Mapping[int, int]) -> Covered:
    portions = tuple((portion, _places(places, place_of)) for portion, places in covered.portions)
    return Covered(covered.contender, covered.bit, portions, covered.group)


def _places(lines: Places, place_of: Mapping[int, int]) -> Places:
    return tuple(sorted({place_of[line] for line in lines}))


def _partitions(steps: Steps, alike: Sequence[list[Places]], single: list[Places]) -> list[list[Places]]:
    """For each step the lines that are kept as one sum: single lines, until nothing later depends on them."""
    partitions: list[list[Places]] = []
    merging = True
    for step, sums in zip(reversed(steps), reversed(alike[: len(steps)]), strict=True):
        kept = set(sums)
        merging = merging and all(
            places in kept and isinstance(covered.contender.offer, SumOffer)
            for covered in step
            for _, places in covered.portions
        )
        partitions.insert(0, sums if merging else single)
    return partitions


def _alike(steps: Steps, line_count: int) -> list[Places]:
    """The lines grouped by the sums that they belong to."""
    marks: list[list[tuple[int, int]]] = [[] for _ in range(line_count)]
    for step in steps:
        for covered in step:
            for portion, places in covered.portions:
                for line in places:
                    marks[line].append((covered.bit, portion))
    groups: dict[tuple[tuple[int, int], ...], list[int]] = defaultdict(list)
    for line, mark in enumerate(marks):
        groups[tuple(mark)].append(line)
    return [tuple(group) for group in groups.values()]
