"""A total that no continuation of a search goes below: what lets it leave out branches that cannot win (D26).

Known are a least total and, for each sum of lines, the least that it can cost when the steps ahead begin. Each offer
ahead is applied to these as if nothing stood in its way: to the least sum that it can find, or to the threshold that it
needs, whichever leaves less. Cheaper goods never end up dearer, so what comes out is never above the truth.
"""

from __future__ import annotations

from collections.abc import Sequence

from loyalty.checkout import Checkout
from loyalty.offers import ItemCoupon, SumOffer
from loyalty.stages import Covered, Stage

FEW, MANY = 8, 32  # subsets of the offers of one step that are put in every order: for a rough and for a sharp bound
Sums = tuple[int, ...]
Low = tuple[int, Sums]  # the least total, and the least of each sum; the total may be known better than the sums
Orders = Sequence[tuple[int, int]]  # a subset as a mask, and the place of an offer that may be added to it


class Bound:
    """Bounds for one stage of a search: of more than `subsets` subsets of a step only the sums are compared."""

    def __init__(self, checkout: Checkout, stage: Stage, subsets: int = FEW) -> None:
        self.subsets = subsets
        self.checkout = checkout
        self.tier = checkout.tier
        self.sizes = stage.sizes
        self.ahead = stage.ahead
        self._orders: dict[int, Orders] = {}

    def least(self, amounts: Sums, high: Sums, room: int | None, mask: int, groups: frozenset[str]) -> int:
        """The least total after all steps, where the offers in `mask` and those of `groups` are no longer free.

        The sums cost from `amounts` to `high` when the steps begin; `room` is the most that may come off in all.
        """
        low: Low = (sum(amounts), amounts)
        for step in self.ahead:
            free = [each for each in step if not mask & each.bit and (each.group is None or each.group not in groups)]
            if len(free) == 1:
                low = self._after(low, free[0])
            elif free:
                low = self._after_some(low, free, high)
        return low[0] if room is None else max(low[0], sum(amounts) - room)

    def _after_some(self, low: Low, free: Sequence[Covered], high: Sums) -> Low:
        """After any lawful subset of these offers in any order."""
        key = sum(each.bit for each in free)
        orders = self._orders.get(key)
        if orders is None:
            orders = self._orders[key] = _orders(free, self.subsets)
        if not orders:
            return self._after_all(low, free, high)
        reached = {0: low}
        least = low
        for mask, place in orders:
            after = self._after(reached[mask], free[place])
            known = reached.get(mask | 1 << place)
            reached[mask | 1 << place] = after if known is None else _under(after, known)
            least = _under(after, least)
        return least

    def _after_all(self, low: Low, free: Sequence[Covered], high: Sums) -> Low:
        """Cruder, for many offers: all percentages first, each a unit lower for the rounding, then all amounts."""
        amounts = 0
        for each in free:
            if each.is_share:
                total, sums = self._after(low, each, at_once=True)
                low = (max(0, total - 1), tuple(max(0, one - 1) for one in sums))
            else:
                amounts += self._most_off(each, high)
        return _less(low, amounts)

    def _most_off(self, each: Covered, high: Sums) -> int:
        """What an offer may take off at most."""
        offer = each.contender.offer
        if isinstance(offer, SumOffer):
            off = sum(
                offer.off(sum(high[place] for place in places), self.tier, portion) for portion, places in each.portions
            )
        else:
            assert isinstance(offer, ItemCoupon)
            gross, pieces = self.checkout.gross, self.checkout.pieces
            dearest = max(-(-gross[line] // pieces[line]) for line in each.contender.places)
            off = offer.off_units([dearest] * offer.most_units)
        return each.contender.within_budget(off)

    def _after(self, low: Low, each: Covered, *, at_once: bool = False) -> Low:
        """After one offer. `at_once`: its share, as if there were no threshold and no budget."""
        offer, (total, known) = each.contender.offer, low
        if not isinstance(offer, SumOffer):
            return _less(low, self._most_off(each, known))
        sums, whole = list(known), sum(known)
        for portion, places in each.portions:
            alone = len(places) == 1
            covered = sums[places[0]] if alone else sum([sums[place] for place in places])
            rest = whole - covered
            found = max(covered, total - rest)  # what is not elsewhere is here
            left = self._left(each, offer, found, portion, at_once)
            total = rest + left
            if alone:
                sums[places[0]] = left if found == covered else self._left(each, offer, covered, portion, at_once)
            else:
                self._divide(sums, places, self._steepest(offer, covered, portion))
            whole = sum(sums)
        return max(total, whole), tuple(sums)

    def _left(self, each: Covered, offer: SumOffer, low: int, portion: int, at_once: bool) -> int:
        """The least that can be left of a sum of at least `low`."""
        if at_once:  # without its budget too: that would count for more after the shares of others
            top, bottom = self._steepest(offer, low, portion)
            return low - (-(-low * top // bottom))
        left = offer.least_after(low, self.tier, portion)
        budget = each.contender.allowance.money
        return left if budget is None else max(left, low - budget)

    def _steepest(self, offer: SumOffer, low: int, portion: int) -> tuple[int, int]:
        """The largest share that can come off a sum of at least `low`, as a fraction."""
        rate = offer.rate(self.tier, portion)
        if rate is not None:
            return rate.as_integer_ratio()
        best = (0, 1)
        for total in (low, *offer.ahead(low)):
            off = offer.off(total, self.tier, portion)
            if off * best[1] > best[0] * total:
                best = (off, total)
        return best

    def _divide(self, sums: list[int], places: Sequence[int], share: tuple[int, int]) -> None:
        """Each sum loses its share at most, and the units by which a division over lines may differ from it (D01)."""
        sizes, (top, bottom) = self.sizes, share
        lines = sum([sizes[place] for place in places])
        for place in places:
            left = sums[place] + (-sums[place] * top // bottom) - min(sizes[place], lines - sizes[place]) - 1
            sums[place] = left if left > 0 else 0


def _under(one: Low, other: Low) -> Low:
    return min(one[0], other[0]), tuple(map(min, one[1], other[1]))


def _less(low: Low, off: int) -> Low:
    return max(0, low[0] - off), tuple(max(0, one - off) for one in low[1])


def _orders(free: Sequence[Covered], most: int) -> Orders:
    """Every lawful subset with an offer that may be added to it, smaller ones first; none if there are many."""
    found, queue = [], [0]
    for mask in queue:
        groups = {each.group for place, each in enumerate(free) if mask >> place & 1 and each.group}
        for place, each in enumerate(free):
            if not mask >> place & 1 and each.group not in groups:
                found.append((mask, place))
                if mask | 1 << place not in queue:
                    queue.append(mask | 1 << place)
        if len(queue) > most:
            return ()
    return found
