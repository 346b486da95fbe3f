"""Offers applied to a basket one after the other, each on what the one before it left (D06)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from loyalty.checkout import CAPPED, STEPS, Checkout, Contender, Preference, preference
from loyalty.offers import ItemCoupon, Offer, PriceOffer, SumOffer, UnitOffer
from loyalty.taking import Taken, take_items, take_price, take_sum, take_units


class Applied(NamedTuple):
    """What a contender took off."""

    contender: Contender
    taken: Taken

    @property
    def offer(self) -> Offer:
        return self.contender.offer


class Run(NamedTuple):
    """The offers that took something off, in order, and what each line costs after them."""

    applied: tuple[Applied, ...]
    nets: tuple[int, ...]

    @property
    def net(self) -> int:
        return sum(self.nets)

    @property
    def preference(self) -> Preference:
        return preference(self.net, [applied.contender for applied in self.applied])


def run(checkout: Checkout, contenders: Iterable[Contender], items: Run | None = None) -> Run:
    """Apply the offers in the order given; one that takes nothing off is left out (D26).

    `items` has been applied already; then only offers of later steps may come.
    """
    till = Till(checkout)
    applied: list[Applied] = []
    if items is not None:
        applied += items.applied
        till.amounts = list(items.nets)
    for contender in contenders:
        taken = till.take(contender)
        if taken.takes:
            till.apply(contender, taken)
            applied.append(Applied(contender, taken))
    return Run(tuple(applied), tuple(till.amounts))


class Till:
    """Where a basket stands between two offers: what each line costs, units still free, room below the cap."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self.amounts = list(checkout.gross)
        self.free = list(checkout.pieces)
        self.prices: Sequence[int] | None = None  # of one unit, once the item prices stand
        self.room: int | None = None
        self.capping = False

    def take(self, contender: Contender) -> Taken:
        """What this offer would take off now."""
        offer = contender.offer
        if isinstance(offer, PriceOffer):
            return take_price(self.checkout, contender, offer, self.amounts)
        if isinstance(offer, UnitOffer):
            prices = self.prices or self._unit_prices()
            return take_units(self.checkout, contender, offer, prices, self.free)
        room = self.room if self.capping else self.checkout.room(sum(self.amounts))
        if isinstance(offer, SumOffer):
            return take_sum(self.checkout, contender, offer, self.amounts, room)
        assert isinstance(offer, ItemCoupon)
        return take_items(self.checkout, contender, offer, self.amounts, room)

    def apply(self, contender: Contender, taken: Taken) -> None:
        if STEPS[contender.offer.step] >= CAPPED:
            self._cap(taken.amount)
        elif isinstance(contender.offer, UnitOffer):
            self.prices = self.prices or self._unit_prices()
            for _, place, many in taken.used:
                self.free[place] -= many
        for place, take in taken.takes:
            self.amounts[place] -= take

    def _cap(self, amount: int) -> None:
        if not self.capping:
            self.room, self.capping = self.checkout.room(sum(self.amounts)), True
        if self.room is not None:
            self.room -= amount

    def _unit_prices(self) -> list[int]:
        return unit_prices(self.amounts, self.checkout.pieces)


def unit_prices(amounts: Sequence[int], pieces: Sequence[int]) -> list[int]:
    """Of one unit of each line, once the item prices stand: all units of a line cost the same then."""
    return [amount // many for amount, many in zip(amounts, pieces, strict=True)]
