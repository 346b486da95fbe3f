"""A total that no continuation of a search goes below: what lets it leave out branches that cannot win (D26).

Known are a least total and, for each sum of lines, the least that it can cost when the steps ahead begin. Each offer
ahead is applied to these as if nothing stood in its way: to the least sum that it can find, or to the threshold that it
needs, whichever leaves less. Cheaper goods never end up dearer, so what comes out is never above the truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from loyalty.checkout import Checkout
from loyalty.offers import ItemCoupon, SumOffer
from loyalty.stages import Covered, Stage, Steps

MOST_SUBSETS = 8  # of the offers of one step, that are put in every order


class Low(NamedTuple):
    """The least total, and the least of each sum; the total may be known better than the sums."""

    total: int
    sums: tuple[int, ...]

    def under(self, other: Low) -> Low:
        return Low(min(self.total, other.total), tuple(map(min, self.sums, other.sums)))


class Bound:
    """Bounds for one stage of a search."""

    def __init__(self, checkout: Checkout, stage: Stage) -> None:
        self.checkout = checkout
        self.sizes = stage.sizes

    def least(
        self,
        amounts: Sequence[int],
        high: Sequence[int],
        room: int | None,
        steps: Steps,
        mask: int,
        groups: frozenset[str],
    ) -> int:
        """The least total after `steps`, of which the offers in `mask` and those of `groups` are no longer free.

        The sums cost from `amounts` to `high` when the steps begin; `room` is the most that may come off in all.
        """
        low = Low(sum(amounts), tuple(amounts))
        for step in steps:
            free = [each for each in step if not mask & each.bit and (each.group is None or each.group not in groups)]
            if len(free) == 1:
                low = self._after(low, free[0])
            elif free:
                low = self._after_some(low, free) or self._after_all(low, free, high)
        return low.total if room is None else max(low.total, sum(amounts) - room)

    def _after_some(self, low: Low, free: Sequence[Covered]) -> Low | None:
        """After any lawful subset of these offers in any order; None if there are too many."""
        reached = {0: low}
        for mask, number in _orders(free):
            before = reached[mask]
            after, known = self._after(before, free[number]), reached.get(mask | 1 << number)
            reached[mask | 1 << number] = after if known is None else after.under(known)
            if len(reached) > MOST_SUBSETS:
                return None
        for each in reached.values():
            low = low.under(each)
        return low

    def _after_all(self, low: Low, free: Sequence[Covered], high: Sequence[int]) -> Low:
        """Cruder, for many offers: all percentages first, each a unit lower for the rounding, then all amounts."""
        amounts = 0
        for each in free:
            if self._is_share(each):
                after = self._after(low, each, at_once=True)
                low = Low(max(0, after.total - 1), tuple(max(0, one - 1) for one in after.sums))
            else:
                amounts += self._most_off(each, high)
        return Low(max(0, low.total - amounts), tuple(max(0, one - amounts) for one in low.sums))

    def _is_share(self, each: Covered) -> bool:
        offer = each.contender.offer
        return isinstance(offer, SumOffer) and offer.rate(self.checkout.tier) is not None

    def _most_off(self, each: Covered, high: Sequence[int]) -> int:
        """What an offer may take off at most."""
        offer = each.contender.offer
        if isinstance(offer, SumOffer):
            off = [
                offer.off(sum(high[place] for place in places), self.checkout.tier, portion)
                for portion, places in each.portions
            ]
        else:
            assert isinstance(offer, ItemCoupon)
            gross, pieces = self.checkout.gross, self.checkout.pieces
            units = sorted((-(-gross[line] // pieces[line]) for line in each.contender.places), reverse=True)
            off = [offer.off_units(units[:1]) * offer.most_units]
        return each.contender.within_budget(sum(off))

    def _after(self, low: Low, each: Covered, *, at_once: bool = False) -> Low:
        """After one offer. `at_once`: as if there were no threshold."""
        offer = each.contender.offer
        if not isinstance(offer, SumOffer):
            off = self._most_off(each, ())
            return Low(max(0, low.total - off), tuple(max(0, one - off) for one in low.sums))
        total, sums = low.total, list(low.sums)
        for portion, places in each.portions:
            covered = sum(sums[place] for place in places)
            rest = sum(sums) - covered
            found = max(covered, total - rest)  # what is not elsewhere is here
            total = rest + self._left(each, offer, found, portion, at_once)
            if len(places) == 1:
                sums[places[0]] = self._left(each, offer, covered, portion, at_once)
            else:
                self._divide(sums, places, self._steepest(offer, covered, portion, at_once))
        return Low(max(total, sum(sums)), tuple(sums))

    def _left(self, each: Covered, offer: SumOffer, low: int, portion: int, at_once: bool) -> int:
        """The least that can be left of a sum of at least `low`."""
        rate = offer.rate(self.checkout.tier, portion) if at_once else None
        if rate is not None:
            left = low - (-(-low * rate.numerator // rate.denominator))
        else:
            left = offer.least_after(low, self.checkout.tier, portion)
        budget = each.contender.allowance.money
        return left if budget is None else max(left, low - budget)

    def _steepest(self, offer: SumOffer, low: int, portion: int, at_once: bool) -> Fraction:
        """The largest share that can come off a sum of at least `low`."""
        rate = offer.rate(self.checkout.tier, portion)
        if rate is not None:
            return rate
        peaks = [peak for peak in offer.peaks(low) if peak]
        return max(
            (Fraction(offer.off(peak, self.checkout.tier, portion), peak) for peak in peaks), default=Fraction(0)
        )

    def _divide(self, sums: list[int], places: Sequence[int], rate: Fraction) -> None:
        """Each sum loses its share at most, and the units by which a division over lines may differ from it (D01)."""
        lines = sum(self.sizes[place] for place in places)
        for place in places:
            share = -(-sums[place] * rate.numerator // rate.denominator)
            sums[place] = max(0, sums[place] - share - min(self.sizes[place], lines - self.sizes[place]) - 1)


def _orders(free: Sequence[Covered]) -> Iterator[tuple[int, int]]:
    """Every lawful subset (as a mask) with every offer that may be added to it, smaller subsets first."""
    reached, queue = {0}, [0]
    for mask in queue:
        groups = {each.group for number, each in enumerate(free) if mask >> number & 1 and each.group}
        for number, each in enumerate(free):
            if mask >> number & 1 or each.group in groups:
                continue
            yield mask, number
            if mask | 1 << number not in reached:
                reached.add(mask | 1 << number)
                queue.append(mask | 1 << number)
