"""The best lawful combination of offers, proven by a complete search (D26).

The search considers every result of every cluster of item offers, then every subset of the other offers and every order
inside a step. It leaves out only branches that certainly cannot win: those whose bound is already beaten, and those
that reach a state which an earlier branch with the same offers has reached (`stages` says how a state is kept).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import add, le, sub

from loyalty.bound import Bound
from loyalty.checkout import CAPPED, STEPS, Checkout, Contender, Preference, preference
from loyalty.clusters import Outcome, clusters, outcomes
from loyalty.pipeline import run, sum_of_goods
from loyalty.stages import Amounts, by_line, outline, stages
from loyalty.taking import Takes

Chosen = tuple[Contender, ...]
Groups = frozenset[str]
NO_GROUPS: Groups = frozenset()


class OutOfNodes(Exception):
    """The search was given a number of nodes and needs more; `best` is the best combination seen."""

    def __init__(self, best: Chosen) -> None:
        super().__init__()
        self.best = best


def best_order(checkout: Checkout, contenders: Sequence[Contender], nodes: int | None = None) -> Chosen:
    """The offers of the best lawful combination, in the order of application.

    Raises OutOfNodes if it is not found within `nodes` (None: however many it takes).
    """
    search = _Search(checkout, contenders, nodes)
    search.solve()
    return search.chosen


Sums = tuple[int, ...]


class _Choice:
    """A cluster's results that may still win, each with what it takes off the sums of the outline."""

    def __init__(self, found: Sequence[Outcome], sum_of: Sequence[int], sums: int) -> None:
        self.outcomes = [(outcome, _by_sum(outcome, sum_of, sums)) for outcome in found]

    def most(self) -> Sums:
        """The most that any result takes off each sum."""
        return tuple(map(max, *(off for _, off in self.outcomes))) if len(self.outcomes) > 1 else self.outcomes[0][1]

    def gaps(self) -> list[tuple[Sums, tuple[Outcome, Sums]]]:
        """Each result with how much less it takes off each sum than the best that any does; the first one may stay."""
        most = self.most()
        return [(_less(most, each[1]), each) for each in self.outcomes[1:]]


def _by_sum(outcome: Outcome, sum_of: Sequence[int], sums: int) -> Sums:
    off = [0] * sums
    for line, take in outcome.takes:
        off[sum_of[line]] += take
    return tuple(off)


def _less(amounts: Sums, off: Sums) -> Sums:
    return tuple(map(sub, amounts, off))


class _Search:
    """Depth first, offers in rank order, so that of two orders with one result the preferred one is met first."""

    def __init__(self, checkout: Checkout, contenders: Sequence[Contender], nodes: int | None) -> None:
        self.checkout = checkout
        self.nodes = nodes
        self.best: Preference | None = None
        self.chosen: Chosen = ()
        steps = by_line(checkout, [each for each in contenders if STEPS[each.offer.step] >= CAPPED])
        count = len(checkout.lines)
        self.outline = outline(steps, count)
        self.stages = stages(steps, count)
        self.bounds = [Bound(checkout, stage.rough) for stage in self.stages]
        self.root = Bound(checkout, self.outline)
        self.high = self.outline.enter(checkout.gross)
        self.no_goods = sum(checkout.gross) - sum_of_goods(checkout, checkout.gross)
        self.choices = self._choices([each for each in contenders if STEPS[each.offer.step] < CAPPED])
        self.seen: set[tuple[int, int, Groups, int | None, Amounts]] = set()

    def _choices(self, items: Iterable[Contender]) -> list[_Choice]:
        place_of = {line: place for place, group in enumerate(self.outline.groups) for line in group}
        sum_of = [place_of[line] for line in range(len(self.checkout.lines))]
        found = [outcomes(self.checkout, cluster) for cluster in clusters(items)]
        return [_Choice(each, sum_of, len(self.high)) for each in found]

    def solve(self) -> None:
        """Find a first combination with every offer that fits, leave out what cannot beat it, and search the rest."""
        self._first()
        self._narrow()
        self.choices.sort(key=lambda choice: len(choice.outcomes))
        rest = [self._zero()]
        for choice in reversed(self.choices):
            rest.append(tuple(map(add, rest[-1], choice.most())))
        self.rest = rest[::-1]  # by choice: the most that it and all later ones take off
        self._items(0, (), NO_GROUPS, self.high, ())

    def _zero(self) -> Sums:
        return (0,) * len(self.high)

    def _first(self) -> None:
        chosen, groups, takes = Chosen(), NO_GROUPS, list[Takes]()
        for choice in self.choices:
            outcome = next(each for each, _ in choice.outcomes if groups.isdisjoint(each.groups))
            chosen, groups = chosen + outcome.chosen, groups | outcome.groups
            takes.append(outcome.takes)
        done = run(self.checkout, [*chosen, *self._fitting(groups)])
        self.best = done.preference
        self.chosen = tuple(applied.contender for applied in done.applied)

    def _fitting(self, groups: Groups) -> Iterable[Contender]:
        """The offers on sums in the order of the pipeline, one of each exclusion group."""
        for covered in (each for step in self.outline.ahead for each in step):
            group = covered.group
            if group is None or group not in groups:
                groups = groups if group is None else groups | {group}
                yield covered.contender

    def _narrow(self) -> None:
        """Keep of each cluster the results that may be part of the best combination."""
        assert self.best is not None
        low = self.high
        for choice in self.choices:
            low = _less(low, choice.most())
        gaps = [(sum(gap), gap, choice, each) for choice in self.choices for gap, each in choice.gaps()]
        gaps.sort(key=lambda one: one[0])
        lost: list[Sums] = []
        for _, gap, choice, each in gaps:
            if any(all(map(le, small, gap)) for small in lost):  # goods dearer than some that were beaten are beaten
                choice.outcomes.remove(each)
                continue
            floor = self._floor(tuple(map(add, low, gap)))
            if not self._hopes(floor, each[0].chosen):
                choice.outcomes.remove(each)
                if floor > self.best[0]:
                    lost.append(gap)

    def _may_win(self, low: Sums, chosen: Chosen) -> bool:
        """Whether goods that cost at least `low`, with at least these offers, may end up preferred to the best."""
        return self._hopes(self._floor(low), chosen)

    def _floor(self, low: Sums) -> int:
        room = self.checkout.room(sum(low) - self.no_goods)
        return self.root.least(low, self.high, room, 0, NO_GROUPS)

    def _hopes(self, floor: int, chosen: Chosen) -> bool:
        assert self.best is not None
        total, count, ranks, _ = self.best
        if floor != total or len(chosen) != count:
            return (floor, len(chosen)) < (total, count)
        return sorted(each.offer.rank for each in chosen) < ranks

    def _count(self) -> None:
        if self.nodes is not None:
            self.nodes -= 1
            if self.nodes < 0:
                raise OutOfNodes(self.chosen)

    def _items(self, number: int, chosen: Chosen, groups: Groups, high: Sums, takes: tuple[Takes, ...]) -> None:
        """Every lawful choice of one result for each cluster from `number` on."""
        self._count()
        if not self._may_win(_less(high, self.rest[number]), chosen):
            return
        if number == len(self.choices):
            self._enter_sums(chosen, groups, takes)
            return
        for outcome, off in self.choices[number].outcomes:
            if groups.isdisjoint(outcome.groups):
                more = (*takes, outcome.takes) if outcome.takes else takes
                self._items(number + 1, chosen + outcome.chosen, groups | outcome.groups, _less(high, off), more)

    def _enter_sums(self, chosen: Chosen, groups: Groups, takes: Iterable[Takes]) -> None:
        amounts = list(self.checkout.gross)
        for taken in takes:
            for line, take in taken:
                amounts[line] -= take
        self.seen.clear()  # its states are told apart by the item offers chosen, which have changed
        room = self.checkout.room(sum_of_goods(self.checkout, amounts))
        self._enter(0, tuple(amounts), chosen, groups, room, 0)

    def _enter(
        self, number: int, amounts: Amounts, chosen: Chosen, groups: Groups, room: int | None, mask: int
    ) -> None:
        if number < len(self.stages):
            self._sums(number, self.stages[number].exact.enter(amounts), chosen, groups, room, mask)
            return
        found = preference(sum(amounts), chosen)
        if self.best is None or found < self.best:
            self.best, self.chosen = found, chosen

    def _sums(self, number: int, amounts: Amounts, chosen: Chosen, groups: Groups, room: int | None, mask: int) -> None:
        """Every subset of this step's offers in every order, then the next step."""
        self._count()
        state, stage = (number, mask, groups, room, amounts), self.stages[number]
        if state in self.seen:
            return
        self.seen.add(state)
        rough = stage.rough.enter(amounts)
        floor = self.bounds[number].least(rough, rough, room, mask, groups)
        if not self._hopes(floor, chosen):
            return
        for covered in stage.own:
            if mask & covered.bit or (covered.group is not None and covered.group in groups):
                continue
            lowered, off = covered.lower(self.checkout, amounts, room)
            if off:
                now = groups if covered.group is None else groups | {covered.group}
                left = None if room is None else room - off
                self._sums(number, lowered, (*chosen, covered.contender), now, left, mask | covered.bit)
        self._enter(number + 1, amounts, chosen, groups, room, mask)
