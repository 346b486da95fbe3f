"""The best lawful combination of offers, proven by a complete search (D26).

The search considers every result of every cluster of item offers, then every subset of the other offers and every order
inside a step. It leaves out only branches that certainly cannot win: those whose bound is already beaten, and those
that reach a state which an earlier branch with the same offers has reached (`stages` says how a state is kept).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import add, le, sub

from loyalty.bound import FEW, MANY, Bound
from loyalty.checkout import CAPPED, STEPS, Checkout, Contender, Preference, preference
from loyalty.clusters import Outcome, TooManyResults, clusters, outcomes, together
from loyalty.limits import Allowance
from loyalty.offers import SumOffer
from loyalty.pipeline import Run, run
from loyalty.stages import Amounts, Covered, Grouping, Step, by_line

Chosen = tuple[Contender, ...]
Groups = frozenset[str]
NO_GROUPS: Groups = frozenset()
Known = dict[tuple[tuple[str, Allowance, int], ...], list[Outcome]]


class OutOfNodes(Exception):
    """The search was given a number of nodes and needs more; `best` is the best combination seen, if any."""

    def __init__(self, best: Run | None = None) -> None:
        super().__init__()
        self.best = best


def best_run(checkout: Checkout, contenders: Sequence[Contender], nodes: int, known: Known | None = None) -> Run:
    """The best lawful combination of these offers, applied.

    `known` keeps the results of clusters for another shopper with the same basket. Raises OutOfNodes if the best is not
    found within `nodes`, or a cluster has too many results.
    """
    try:
        search = _Search(checkout, contenders, nodes, {} if known is None else known)
    except TooManyResults as error:
        raise OutOfNodes from error
    search.solve()
    return search.result()


Sums = tuple[int, ...]


class _Choice:
    """A cluster's results that may still win, each with what it takes off the sums of the outline."""

    def __init__(self, found: Sequence[Outcome], sum_of: Sequence[int], sums: int) -> None:
        self.outcomes = [(outcome, _by_sum(outcome, sum_of, sums)) for outcome in found]
        self.floors: dict[int, int] = {}  # by the identity of the outcome, what no combination with it goes below

    def sort(self) -> None:
        """The most hopeful first."""
        self.outcomes.sort(key=lambda each: self.floors.get(id(each[0]), 0))

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

    def __init__(self, checkout: Checkout, contenders: Sequence[Contender], nodes: int, known: Known) -> None:
        self.known = known
        self.checkout = checkout
        self.nodes = nodes
        self.best: Preference | None = None  # of what the search itself has met, the preferred order first
        self.least = 0  # the lowest total that is known to be had
        self.chosen: Chosen | None = None  # what is better than the first combination
        steps = by_line(checkout, [each for each in contenders if STEPS[each.offer.step] >= CAPPED])
        self.grouping = Grouping(steps, len(checkout.lines))
        self.outline = self.grouping.outline()
        self.rough = self.sharp = Bound(checkout, self.outline)
        if any(1 << len(step) > FEW for step in steps):
            self.sharp = Bound(checkout, self.outline, MANY)
        self.high = self.outline.enter(checkout.gross)
        self.choices = self._choices([each for each in contenders if STEPS[each.offer.step] < CAPPED])
        self.seen: set[tuple[int, int, Groups, int | None, Amounts]] = set()

    @cached_property
    def stages(self) -> tuple[tuple[Step, Bound], ...]:
        """The steps on sums, each with its bound; many a search needs none."""
        return tuple((step, Bound(self.checkout, step.rough)) for step in self.grouping.steps())

    def _choices(self, items: Iterable[Contender]) -> list[_Choice]:
        place_of = {line: place for place, group in enumerate(self.outline.groups) for line in group}
        sum_of = [place_of[line] for line in range(len(self.checkout.lines))]
        found = [self._outcomes(cluster) for cluster in clusters(items)]
        return [_Choice(each, sum_of, len(self.high)) for each in found]

    def _outcomes(self, cluster: Sequence[Contender]) -> list[Outcome]:
        """They do not depend on the tier, so a member and a guest share them."""
        key = tuple((each.offer.id, each.allowance, each.held) for each in cluster)
        if key not in self.known:
            self.known[key] = outcomes(self.checkout, cluster)
        return self.known[key]

    def solve(self) -> None:
        """Find a first combination with every offer that fits, leave out what cannot beat it, and search the rest."""
        self._first()
        self._narrow()
        settled = [choice for choice in self.choices if len(choice.outcomes) == 1]
        self.choices = [choice for choice in self.choices if len(choice.outcomes) > 1]
        high = self.high
        for choice in settled:
            high = _less(high, choice.outcomes[0][1])
        if not self.choices and self._is_settled(high):
            return
        rest: list[Sums] = [(0,) * len(self.high)]
        for choice in reversed(self.choices):
            rest.append(tuple(map(add, rest[-1], choice.most())))
        self.rest = rest[::-1]  # by choice: the most that it and all later ones take off
        self._items(0, tuple(choice.outcomes[0][0] for choice in settled), high)

    def _first(self) -> None:
        most = [choice.outcomes[0][0] for choice in self.choices]
        items = together(self.checkout, most)
        groups = NO_GROUPS.union(*(each.groups for each in most))
        self.first = run(self.checkout, self._greedy(self.outline.enter(items.nets), groups), items)
        self.least = self.first.net

    def _is_settled(self, amounts: Sums) -> bool:
        """Whether the first combination is the best with these item offers, shown by bounds alone: no offer more makes
        it cheaper, none can be spared, and there is only one order."""
        done = {id(applied.offer) for applied in self.first.applied}
        used = [[each for each in step if id(each.contender.offer) in done] for step in self.outline.ahead]
        if any(len(step) > 1 for step in used) or self._floor(amounts, self.sharp) < self.least:
            return False
        room = self.checkout.room(sum(amounts))
        without = [self.rough.least(amounts, amounts, room, each.bit, NO_GROUPS) for step in used for each in step]
        return all(floor > self.least for floor in without)

    def result(self) -> Run:
        """The best combination seen so far."""
        return self.first if self.chosen is None else run(self.checkout, self.chosen)

    def _greedy(self, sums: Sums, groups: Groups) -> list[Contender]:
        """The offers on sums, step by step, each time the one that takes most off, one of each exclusion group."""
        found: list[Contender] = []
        for step in self.outline.ahead:
            left = list(step)
            while left:
                left = [each for each in left if each.group is None or each.group not in groups]
                lowered = [(self._lowered(each, sums), each) for each in left]
                if not lowered:
                    break
                sums, chosen = min(lowered, key=lambda one: sum(one[0]))
                found.append(chosen.contender)
                groups = groups if chosen.group is None else groups | {chosen.group}
                left.remove(chosen)
        return found

    def _lowered(self, each: Covered, sums: Sums) -> Sums:
        """The sums of the outline after an offer; coupons for items need lines, and wait."""
        return each.lower(self.checkout, sums, None)[0] if isinstance(each.contender.offer, SumOffer) else sums

    def _narrow(self) -> None:
        """Keep of each cluster the results that may be part of the best combination."""
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
            floor = self._floor(tuple(map(add, low, gap)), self.rough)
            if floor > self.least:
                choice.outcomes.remove(each)
                lost.append(gap)
            choice.floors[id(each[0])] = floor
        for choice in self.choices:  # the most hopeful first
            choice.sort()

    def _floor(self, low: Sums, bound: Bound) -> int:
        """What no combination goes below whose goods cost at least `low` after the item steps."""
        return bound.least(low, self.high, self.checkout.room(sum(low)), 0, NO_GROUPS)

    def _hopes(self, floor: int, chosen: Chosen) -> bool:
        """Whether what goes on from these offers, and not below `floor`, may be preferred to the best so far."""
        if self.best is None or floor > self.least:
            return floor <= self.least
        total, count, ranks, _ = self.best
        if floor != total or len(chosen) != count:
            return (floor, len(chosen)) < (total, count)
        return sorted(each.offer.rank for each in chosen) <= ranks  # of the same offers the order decides

    def _count(self) -> None:
        self.nodes -= 1
        if self.nodes < 0:
            raise OutOfNodes(self.result())

    def _items(self, number: int, picked: tuple[Outcome, ...], high: Sums) -> None:
        """Every choice of one result for each cluster from `number` on."""
        self._count()
        if number == len(self.choices):
            self._enter_sums(picked)
            return
        choice = self.choices[number]
        for outcome, off in choice.outcomes:
            now, left = (*picked, outcome), _less(high, off)
            chosen = tuple(each.contender for one in now for each in one.applied)
            if not self._hopes(choice.floors.get(id(outcome), 0), chosen):
                continue
            low = _less(left, self.rest[number + 1])
            bounds = (self.rough, self.sharp) if len(self.choices) > 1 else (self.sharp,)  # alone it was asked before
            if all(self._hopes(self._floor(low, bound), chosen) for bound in bounds):
                self._items(number + 1, now, left)

    def _enter_sums(self, picked: Sequence[Outcome]) -> None:
        items = together(self.checkout, picked)
        self.seen.clear()  # its states are told apart by the item offers chosen, which have changed
        groups = NO_GROUPS.union(*(outcome.groups for outcome in picked))
        chosen = tuple(applied.contender for applied in items.applied)
        self._enter(0, items.nets, chosen, groups, self.checkout.room(items.net), 0)

    def _enter(
        self, number: int, amounts: Amounts, chosen: Chosen, groups: Groups, room: int | None, mask: int
    ) -> None:
        if number < len(self.stages):
            self._sums(number, self.stages[number][0].exact.enter(amounts), chosen, groups, room, mask)
            return
        found = preference(sum(amounts), chosen)
        if self.best is None or found < self.best:
            self.best, self.chosen, self.least = found, chosen, found[0]

    def _sums(self, number: int, amounts: Amounts, chosen: Chosen, groups: Groups, room: int | None, mask: int) -> None:
        """Every subset of this step's offers in every order, then the next step."""
        self._count()
        state, (stage, bound) = (number, mask, groups, room, amounts), self.stages[number]
        if state in self.seen:
            return
        self.seen.add(state)
        rough = stage.sums(amounts)
        floor = bound.least(rough, rough, room, mask, groups)
        if not self._hopes(floor, chosen):
            return
        last = stage.own_of(chosen)
        for covered in stage.own:
            if mask & covered.bit or (covered.group is not None and covered.group in groups):
                continue
            if last is not None and room is None and covered.may_precede(last):
                continue  # apart from each other, so the other order comes to the same
            lowered, off = covered.lower(self.checkout, amounts, room)
            if off:
                now = groups if covered.group is None else groups | {covered.group}
                left = None if room is None else room - off
                self._sums(number, lowered, (*chosen, covered.contender), now, left, mask | covered.bit)
        self._enter(number + 1, amounts, chosen, groups, room, mask)
