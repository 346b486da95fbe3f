"""Why a price is what it is: reasons for what came off, and for each offer that missed why and how far it is (D27)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from loyalty.basket import Line
from loyalty.conditions import Shopper, first_failed
from loyalty.offers import Offer, PriceOffer, SumOffer
from loyalty.pipeline import STEPS, Run, gross_of, in_step_order
from loyalty.quote import Miss, Missed, Reason

MAX_DISTANCE = 10**12
_IDLE = frozenset({Miss.NOTHING_OFF, Miss.NO_ELIGIBLE_GOODS})  # would work on further goods, had there been any


def reasons(done: Run) -> tuple[Reason, ...]:
    """What each applied offer took off the whole order."""
    return tuple(
        Reason(applied.offer.id, applied.offer.step, applied.amount, order)
        for order, applied in enumerate(done.applied, 1)
    )


def line_reasons(done: Run, index: int) -> tuple[Reason, ...]:
    """What each applied offer took off one line."""
    return tuple(
        Reason(applied.offer.id, applied.offer.step, applied.takes[index], order)
        for order, applied in enumerate(done.applied, 1)
        if applied.takes[index]
    )


def missed_offers(lines: Sequence[Line], offers: Sequence[Offer], shopper: Shopper, done: Run) -> tuple[Missed, ...]:
    """Every offer that was not applied, in the order of the pipeline, with the first condition that failed."""
    checkout, applied = _Checkout(lines, shopper, done), {offer.id for offer in done.offers}
    found = []
    for offer in in_step_order(offers):
        if offer.id not in applied:
            missed = checkout.missed(offer)
            found.append(missed)
            if missed.miss in _IDLE:
                checkout.idle.append(offer)
    return tuple(found)


@dataclass
class _Checkout:
    """A priced basket that is asked about the offers it did not get, in the order of the pipeline."""

    lines: Sequence[Line]
    shopper: Shopper
    done: Run
    idle: list[Offer] = field(default_factory=list)

    def missed(self, offer: Offer) -> Missed:
        miss = first_failed(offer, self.shopper, self.lines)
        if miss is not None:
            return Missed(offer.id, miss)
        if isinstance(offer, SumOffer):
            return self._missed_sum(offer)
        takes = offer.take(self.lines, self._after_prices(), self.shopper.tier)
        return Missed(offer.id, Miss.BETTER_WITHOUT if any(takes) else Miss.NOTHING_OFF)

    def _missed_sum(self, offer: SumOffer) -> Missed:
        sum_with = self._sum_with(offer)
        total, tier = sum_with(0), self.shopper.tier
        if total < offer.needs:
            saves = offer.off(offer.needs, tier)
            return Missed(offer.id, Miss.BELOW_THRESHOLD, least_more(offer.needs, sum_with), saves)
        return Missed(offer.id, Miss.BETTER_WITHOUT if offer.off(total, tier) else Miss.NOTHING_OFF)

    def _sum_with(self, offer: SumOffer) -> Callable[[int], int]:
        """The sum that `offer` looks at, after the earlier steps, if ordinary goods worth so much more were bought."""
        before = [each for each in (*self.done.offers, *self.idle) if STEPS[each.step] < STEPS[offer.step]]
        sums = sorted((each for each in before if isinstance(each, SumOffer)), key=lambda each: STEPS[each.step])
        lines = [*self.lines, Line(no=len(self.lines) + 1, gtin="", quantity=1, unit_price=0, category="")]
        priced = self._after_prices()

        def sum_with(more: int) -> int:
            amounts = [*priced, more]
            for each in sums:
                takes = each.take(lines, amounts, self.shopper.tier)
                amounts = [amount - take for amount, take in zip(amounts, takes, strict=True)]
            return sum(amount for line, amount in zip(lines, amounts, strict=True) if offer.covers(line))

        return sum_with

    def _after_prices(self) -> list[int]:
        amounts = list(gross_of(self.lines))
        for applied in self.done.applied:
            if isinstance(applied.offer, PriceOffer):
                amounts = [amount - take for amount, take in zip(amounts, applied.takes, strict=True)]
        return amounts


def least_more(needs: int, sum_with: Callable[[int], int]) -> int | None:
    """The least amount with which `sum_with` reaches `needs`; None if none does, such as at 100 % off.

    Each step is at most what is surely missing: one unit of goods counts for at most one, and for at most the slope
    seen so far, give or take the rounding.
    """
    more, reached = 0, sum_with(0)
    step = needs - reached
    while reached < needs:
        more += step
        if more > MAX_DISTANCE:
            return None
        before, reached = reached, sum_with(more)
        step = max(needs - reached, (needs - reached) * step // (abs(reached - before) + 2))
    while more > 0 and sum_with(more - 1) >= needs:
        more -= 1
    return more
