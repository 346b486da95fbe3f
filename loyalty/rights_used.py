"""Which rights a sale at this price would use: coupons, counted limits, birthdays, stamps (D19, D29)."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty.checkout import Checkout
from loyalty.conditions import Buyer, Conditions
from loyalty.coupons import ChosenCoupons
from loyalty.limit_keys import birthday_use, limit_uses
from loyalty.offers import StampCard, UnitOffer
from loyalty.pipeline import Applied, Run
from loyalty.quote import RightUse
from loyalty.stamps import STAMP


def rights_used(
    buyer: Buyer, coupons: ChosenCoupons, conditions: Conditions, checkout: Checkout, done: Run
) -> tuple[RightUse, ...]:
    """By kind: the coupons first, then what is counted, then stamps, collected ones below zero."""
    found = list(coupons.uses([each.offer.id for each in done.applied]))
    for applied in done.applied:
        found += _counted(buyer, applied)
    return (*found, *_stamps(conditions, checkout, done.applied))


def _counted(buyer: Buyer, applied: Applied) -> list[RightUse]:
    offer, taken = applied.offer, applied.taken
    if not offer.limits and not offer.audience.birthday:
        return []
    member = buyer.member.id if buyer.member else None
    units = sum(many for _, _, many in taken.used)
    found = list(
        limit_uses(
            offer.id, offer.limits, taken.times, units, taken.amount, buyer.business_date, member, buyer.shopper.store
        )
    )
    if offer.audience.birthday and member is not None and buyer.shopper.birthday is not None:
        found.append(birthday_use(offer.id, member, buyer.shopper.birthday))
    return found


def _stamps(conditions: Conditions, checkout: Checkout, applied: Sequence[Applied]) -> list[RightUse]:
    """What each stamp card gains or loses: a stamp for each covered unit that no other item offer took."""
    taken_by: dict[int, int] = {}
    for each in applied:
        if isinstance(each.offer, UnitOffer):
            for _, place, many in each.taken.used:
                taken_by[place] = taken_by.get(place, 0) + many
    free_of = {each.offer.id: each.taken for each in applied if isinstance(each.offer, StampCard)}
    found = []
    for entry in conditions.stamp_cards():
        offer, places = entry.offer, conditions.touched[entry.number]
        assert isinstance(offer, StampCard)
        taken = free_of.get(offer.id)
        if taken is None:
            units = sum(checkout.pieces[place] - taken_by.get(place, 0) for place in places)
            change = units
        else:
            change = sum(many for _, _, many in taken.used) - taken.times * (offer.buys + 1)
        if change:
            found.append(RightUse(STAMP, offer.id, -change))
    return found
