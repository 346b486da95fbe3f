"""The best lawful combination of offers, proven by a complete search (D26).

The search considers every subset of the offers and every order inside a step. It leaves out only branches that
certainly cannot win: those whose most hopeful total is already beaten, and those that reach a state which an earlier
branch with the same offers has reached (`stages` says how a state is kept).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from loyalty.basket import Line
from loyalty.offers import Offer, PriceOffer, SumOffer
from loyalty.pipeline import Preference, gross_of, in_step_order, preference
from loyalty.stages import Amounts, Covered, by_line, stages
from loyalty.tiers import Tier

Offers = tuple[Offer, ...]
Ahead = tuple[tuple[Covered, ...], ...]


def best_order(lines: Sequence[Line], offers: Sequence[Offer], tier: Tier | None) -> Offers:
    """The offers of the best lawful combination, in the order of application."""
    search = _Search(lines, in_step_order(offers), tier)
    search.prices(0, gross_of(lines), (), 0)
    return search.offers


class _Search:
    """Depth first, offers in rank order, so that of two orders with one result the preferred one is met first."""

    def __init__(self, lines: Sequence[Line], offers: Sequence[Offer], tier: Tier | None) -> None:
        gross = gross_of(lines)
        self.tier = tier
        self.priced = [
            (offer, _after(gross, offer.take(lines, gross, tier))) for offer in offers if isinstance(offer, PriceOffer)
        ]
        lowest = accumulate((priced for _, priced in reversed(self.priced)), _lower, initial=gross)
        self.lowest = list(lowest)[::-1]  # by place: the amounts once this and all later price offers are applied
        self.line_steps = by_line(lines, [o for o in offers if isinstance(o, SumOffer)], len(self.priced))
        self.stages = stages(self.line_steps, len(lines))
        self.best: Preference | None = None
        self.offers: Offers = ()
        self.seen: set[tuple[int, int, Amounts]] = set()

    def prices(self, start: int, amounts: Amounts, chosen: Offers, mask: int) -> None:
        """Every subset of the price offers from `start`; their order does not matter."""
        low = _lower(amounts, self.lowest[start])
        if self._hopeless(amounts, low, self.line_steps, chosen, mask):
            return
        for place in range(start, len(self.priced)):
            offer, priced = self.priced[place]
            lowered = _lower(amounts, priced)
            if lowered != amounts:
                self.prices(place + 1, lowered, (*chosen, offer), mask | 1 << place)
        self._enter(0, amounts, chosen, mask)

    def _enter(self, number: int, amounts: Amounts, chosen: Offers, mask: int) -> None:
        if number < len(self.stages):
            self._sums(number, self.stages[number].enter(amounts), chosen, mask)
            return
        found = preference(sum(amounts), chosen)
        if self.best is None or found < self.best:
            self.best, self.offers = found, chosen

    def _sums(self, number: int, amounts: Amounts, chosen: Offers, mask: int) -> None:
        """Every subset of this step's offers in every order, then the next step."""
        state, stage = (number, mask, amounts), self.stages[number]
        if state in self.seen or self._hopeless(amounts, amounts, stage.ahead, chosen, mask):
            return
        self.seen.add(state)
        for covered in stage.own:
            lowered = None if mask & covered.bit else covered.lower(amounts, self.tier)
            if lowered is not None:
                self._sums(number, lowered, (*chosen, covered.offer), mask | covered.bit)
        self._enter(number + 1, amounts, chosen, mask)

    def _hopeless(self, amounts: Amounts, low: Amounts, ahead: Ahead, chosen: Offers, mask: int) -> bool:
        """Whether no continuation can be preferred to the best so far."""
        if self.best is None:
            return False
        floor, forced = self._floor(amounts, low, ahead, mask)
        hope, best = (floor, len(chosen) + len(forced)), self.best[:2]
        if hope == best:  # only exactly these offers could reach it, and their first order has been met before
            return sorted(offer.rank for offer in (*chosen, *forced)) >= self.best[2]
        return hope > best

    def _floor(self, amounts: Amounts, low: Amounts, ahead: Ahead, mask: int) -> tuple[int, list[SumOffer]]:
        """A total that no continuation goes below, and offers without which none reaches it.

        The goods cost at most `amounts` and at least `low` when the steps `ahead` begin.
        """
        floor, forced = sum(low), list[SumOffer]()
        for number, step in enumerate(ahead):
            pending = [covered for covered in step if not mask & covered.bit]
            if number == 0 and low != amounts and len(pending) == 1 and not pending[0].offer.needs:
                floor -= pending[0].offer.off(pending[0].total(low), self.tier)  # cheaper goods, cheaper result
                continue
            gains = [(covered.offer, covered.offer.off(covered.total(amounts), self.tier)) for covered in pending]
            useful = [offer for offer, gain in gains if gain]
            if useful:
                floor, forced = _lowered(floor, forced, useful, sum(gain for _, gain in gains))
        return floor, forced


def _lowered(floor: int, forced: list[SumOffer], useful: list[SumOffer], gain: int) -> tuple[int, list[SumOffer]]:
    """`floor` and its forced offers after a step whose `useful` offers may take off `gain` in all.

    Whichever of them comes first needs its threshold, so the total was at least that before the step. Where that is
    more than the floor, nothing is known of the steps before.
    """
    threshold = min(offer.needs for offer in useful)
    if threshold < floor:
        return floor - gain, forced + useful
    if threshold - gain < floor:
        return threshold - gain, useful
    return floor, forced if threshold - gain > floor else []


def _after(amounts: Sequence[int], takes: Sequence[int]) -> Amounts:
    return tuple(amount - take for amount, take in zip(amounts, takes, strict=True))


def _lower(one: Amounts, other: Amounts) -> Amounts:
    return tuple(map(min, one, other))
