"""Why a price is what it is: reasons for what came off, and for each offer that missed why and how far it is (D27)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from loyalty.basket import Line
from loyalty.checkout import CAPPED, STEPS, Checkout, Contender
from loyalty.conditions import Conditions
from loyalty.index import Entry
from loyalty.offers import SumOffer, UnitOffer
from loyalty.pipeline import Run, Till
from loyalty.quote import Miss, Missed, Reason
from loyalty.taking import Taken, take_sum

MAX_DISTANCE = 10**12
MOST_STEPS = 200
_IDLE = frozenset({Miss.NOTHING_OFF, Miss.NO_ELIGIBLE_GOODS})  # would work on further goods, had there been any


def reasons(done: Run) -> tuple[Reason, ...]:
    """What each applied offer took off the whole order."""
    return tuple(
        Reason(applied.offer.id, applied.offer.step, applied.taken.amount, order)
        for order, applied in enumerate(done.applied, 1)
    )


def line_reasons(done: Run) -> Mapping[int, list[Reason]]:
    """By the place of the line, what each applied offer took off it, in order."""
    found: dict[int, list[Reason]] = {}
    for order, (contender, taken) in enumerate(done.applied, 1):
        offer, step = contender.offer.id, contender.offer.step
        for place, take in taken.takes:
            found.setdefault(place, []).append(Reason(offer, step, take, order))
    return found


def missed_offers(conditions: Conditions, checkout: Checkout, done: Run) -> tuple[Missed, ...]:
    """Every offer that was not applied, in the order of the pipeline, with the first condition that failed.

    Offers of the coupon step are missed only if a coupon for them was chosen.
    """
    asked, applied = _Asked(conditions, checkout, done), {each.offer.id for each in done.applied}
    return tuple(
        asked.missed(entry)
        for entry in conditions.index.entries
        if entry.offer.id not in applied and conditions.is_chosen(entry.offer)
    )


class _Asked:
    """A priced basket that is asked about the offers it did not get, in the order of the pipeline."""

    def __init__(self, conditions: Conditions, checkout: Checkout, done: Run) -> None:
        self.conditions = conditions
        self.checkout = checkout
        self.done = done
        self.idle: list[Contender] = []
        self.groups = {each.offer.group: each.offer.id for each in done.applied if each.offer.group}

    def missed(self, entry: Entry) -> Missed:
        miss = self.conditions.first_failed(entry)
        if miss is Miss.NO_ELIGIBLE_GOODS:
            self._keep_idle(entry)
            return entry.untouched
        if miss is not None:
            return Missed(entry.offer.id, miss)
        missed = self._missed_here(self.conditions.contender(entry))
        if missed.miss in _IDLE:
            self._keep_idle(entry)
        return missed

    def _keep_idle(self, entry: Entry) -> None:
        """Remember what would take part if ordinary goods were added: what covers all goods alike."""
        if entry.broad and isinstance(entry.offer, SumOffer):
            self.idle.append(self.conditions.contender(entry))

    def _missed_here(self, contender: Contender) -> Missed:
        offer = contender.offer
        if isinstance(offer, UnitOffer):
            units = sum(self.checkout.pieces[place] for place in contender.places)
            if units < offer.least_units:
                return Missed(offer.id, Miss.TOO_FEW_UNITS, units=offer.least_units - units)
        if isinstance(offer, SumOffer) and offer.needs:
            further = self._further(contender, offer)
            if further.sum_with(0) < offer.needs:
                saves = offer.off(offer.needs, self.checkout.tier)
                return Missed(offer.id, Miss.BELOW_THRESHOLD, further.least(offer.needs), saves)
        if offer.group in self.groups:
            return Missed(offer.id, Miss.EXCLUDED, other=self.groups[offer.group])
        return Missed(offer.id, self._useless(contender))

    def _useless(self, contender: Contender) -> Miss:
        """What the offer would do at its place, after the earlier steps."""
        till = Till(self.checkout)
        for each, taken in self._before(contender):
            till.apply(each, taken)
        if till.take(contender).takes:
            return Miss.BETTER_WITHOUT
        capped = STEPS[contender.offer.step] >= CAPPED and self._room_left() == 0
        return Miss.CAP_REACHED if capped else Miss.NOTHING_OFF

    def _room_left(self) -> int | None:
        till = Till(self.checkout)
        for each, taken in self.done.applied:
            till.apply(each, taken)
        return till.room

    def _before(self, contender: Contender) -> list[tuple[Contender, Taken]]:
        """What was applied in the steps before this offer's."""
        return [
            (each, taken) for each, taken in self.done.applied if STEPS[each.offer.step] < STEPS[contender.offer.step]
        ]

    def _further(self, contender: Contender, offer: SumOffer) -> _Further:
        """The basket after the earlier steps, to which goods may be added that `offer` looks at.

        They are like the first goods that it covers; where it names none, ordinary goods that no offer excludes.
        """
        till = Till(self.checkout)
        before = self._before(contender)
        for each, taken in before:
            if STEPS[each.offer.step] < CAPPED:
                till.apply(each, taken)
        like = contender.places[0] if offer.goods.is_named and contender.places else None
        sums = [each for each, _ in before if isinstance(each.offer, SumOffer)]
        sums += [each for each in self.idle if STEPS[each.offer.step] < STEPS[offer.step]]
        sums.sort(key=lambda each: STEPS[each.offer.step])
        return _Further(self.checkout, till.amounts, sums, contender, like)


class _Further:
    """A basket at item price to which goods are added: like those of the line at `like`, or ordinary ones."""

    def __init__(
        self,
        checkout: Checkout,
        amounts: Sequence[int],
        sums: Sequence[Contender],
        asked: Contender,
        like: int | None,
    ) -> None:
        self.amounts = list(amounts)
        self.place = like
        if like is None:
            self.place = len(self.amounts)
            self.amounts.append(0)
            ordinary = Line(no=checkout.lines[-1].no + 1, gtin="", quantity=1, unit_price=0, category="")
            checkout = Checkout((*checkout.lines, ordinary), checkout.tier, checkout.cap)
        self.checkout = checkout
        self.sums = sums if like is not None else [self._with_ordinary(each) for each in sums]
        self.asked = asked if like is not None else self._with_ordinary(asked)

    def _with_ordinary(self, each: Contender) -> Contender:
        assert self.place is not None
        named = any(goods.is_named for goods in each.offer.selections)
        return each if named else each._replace(places=(*each.places, self.place))

    def least(self, needs: int) -> int | None:
        """The least amount of goods with which the asked offer finds `needs` (D27)."""
        steady = all(isinstance(each.offer, SumOffer) and each.offer.takes_shares for each in self.sums)
        return least_more(needs, self.sum_with, steady=steady)

    def sum_with(self, more: int) -> int:
        """What the asked offer would look at, if goods worth `more` were added."""
        assert self.place is not None
        amounts = list(self.amounts)
        amounts[self.place] += more
        room = self.checkout.room(sum(amounts))
        for each in self.sums:
            assert isinstance(each.offer, SumOffer)
            taken = take_sum(self.checkout, each, each.offer, amounts, room)
            for place, take in taken.takes:
                amounts[place] -= take
            room = None if room is None else room - taken.amount
        return sum(amounts[place] for place in self.asked.places)


def least_more(needs: int, sum_with: Callable[[int], int], *, steady: bool = True) -> int | None:
    """The least amount with which `sum_with` reaches `needs`; None if none does, such as at 100 % off.

    Each step is what is surely missing: a unit of goods counts for at most one. Where the sum grows `steady`, as after
    percentages, it is also what is missing at the slope seen so far, give or take the rounding.
    """
    below, more, reached = -1, 0, sum_with(0)
    step = needs - reached
    for _ in range(MOST_STEPS):
        if reached >= needs:
            return _first_reaching(needs, sum_with, below, more) if steady else more
        below, more = more, more + step
        if more > MAX_DISTANCE:
            return None
        before, reached = reached, sum_with(more)
        slope = (needs - reached) * step // (abs(reached - before) + 2) if steady else 0
        step = max(needs - reached, slope)
    return None


def _first_reaching(needs: int, sum_with: Callable[[int], int], below: int, enough: int) -> int:
    """The least amount above `below`, which is too little, up to `enough`: the last step may have gone too far."""
    while enough - below > 1:
        middle = (below + enough) // 2
        if sum_with(middle) >= needs:
            enough = middle
        else:
            below = middle
    return enough
