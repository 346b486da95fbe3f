"""Which offers may be applied at all, and the first condition that the others fail (D26, D27, D28, D29)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from loyalty.audience import Shopper
from loyalty.basket import MemberFacts, TillState
from loyalty.birthday import kept_birthday
from loyalty.checkout import Checkout, Contender
from loyalty.index import Entry, OfferIndex
from loyalty.limit_keys import allowance, birthday_allowance
from loyalty.limits import UNLIMITED, Allowance
from loyalty.moment import Moment
from loyalty.offers import Offer, SumOffer, UnitOffer
from loyalty.programme import Programme
from loyalty.quote import Miss, Step


@dataclass(frozen=True)
class Buyer:
    """Who buys and what the till knows of his rights. `coupons` are the ids of offers that a chosen coupon is for."""

    shopper: Shopper
    member: MemberFacts | None
    state: TillState
    business_date: date
    coupons: frozenset[str] = frozenset()

    def allowance(self, offer: Offer) -> Allowance:
        """What its limits leave of this offer on this order (D29); a birthday's right is used once (D19)."""
        if not offer.limits and not offer.audience.birthday:
            return UNLIMITED
        state, member = self.state, self.member.id if self.member else None
        year = self.shopper.birthday if offer.audience.birthday else None
        if member is not None and year is not None and birthday_allowance(offer.id, member, year, state.used).exhausted:
            return Allowance(times=0)
        return allowance(
            offer.id, offer.limits, state.used, state.leased, self.business_date, member, self.shopper.store
        )


def buyer_of(
    member: MemberFacts | None,
    programme: Programme,
    at: Moment,
    state: TillState,
    removed: frozenset[str],
    coupons: frozenset[str],
) -> Buyer:
    """The member at this till, at this moment of the shop's wall clock (D20)."""
    local = at.local()
    shopper = Shopper(
        tier=programme.tier(member.tier) if member else None,
        today=local.date(),
        removed=removed,
        minute=local.hour * 60 + local.minute,
        store=state.store,
        groups=member.groups if member else frozenset(),
        birthday=_birthday(member, programme, local.date()),
        first_purchase=member is not None and member.purchases == 0,
    )
    return Buyer(shopper, member, state, at.business_date(), coupons)


def _birthday(member: MemberFacts | None, programme: Programme, today: date) -> int | None:
    if member is None or member.birthday is None:
        return None
    return kept_birthday(member.birthday, member.birthday_changed_on, today, programme.birthday)


def guest_of(buyer: Buyer, bearer_coupons: frozenset[str]) -> Buyer:
    """The same person without membership: no tier, groups, birthday or rights of a member (D26)."""
    shopper = replace(buyer.shopper, tier=None, groups=frozenset(), birthday=None, first_purchase=False)
    return replace(buyer, shopper=shopper, member=None, coupons=bearer_coupons)


class Conditions:
    """The offers of a programme, asked by one buyer with one basket."""

    def __init__(self, index: OfferIndex, buyer: Buyer, touched: Mapping[int, list[int]]) -> None:
        self.index = index
        self.buyer = buyer
        self.touched = touched
        self._removed = buyer.shopper.removed
        self._barred = [audience.barred(buyer.shopper) for audience in index.audiences]

    def contenders(self, checkout: Checkout) -> list[Contender]:
        """The offers that compete, in the order of the pipeline: all conditions hold, and the goods can reach them."""
        found = []
        for number in sorted(self.touched):
            entry = self.index.entries[number]
            if self._personal(entry) is None and self.is_chosen(entry.offer):
                contender = self.contender(entry)
                if not contender.allowance.exhausted and within_reach(checkout, contender):
                    found.append(contender)
        return found

    def contender(self, entry: Entry) -> Contender:
        """The offer with the lines that it covers here, and what the buyer's rights leave of it."""
        offer, state = entry.offer, self.buyer.state
        places = tuple(self.touched.get(entry.number, ()))
        return Contender(offer, places, self.buyer.allowance(offer), state.stamps.get(offer.id, 0))

    def stamp_cards(self) -> list[Entry]:
        """The stamp cards that may collect here: conditions hold and the goods are there, whatever is applied."""
        cards = self.index.stamp_cards
        return [each for each in cards if each.number in self.touched and self._personal(each) is None]

    def is_chosen(self, offer: Offer) -> bool:
        """Offers of the coupon step are used with a coupon only."""
        return offer.step is not Step.COUPON or offer.id in self.buyer.coupons

    def _personal(self, entry: Entry) -> Miss | None:
        if self._removed and entry.offer.id in self._removed:
            return Miss.REMOVED
        return self._barred[entry.audience] or entry.offer.barred_for_kind(self.buyer.shopper)

    def first_failed(self, entry: Entry) -> Miss | None:
        """The first condition that does not depend on other offers and fails, in the order of `Miss`."""
        miss = self._personal(entry)
        if miss is not None:
            return miss
        if entry.number not in self.touched:
            return Miss.NO_ELIGIBLE_GOODS
        return Miss.LIMIT_REACHED if self.buyer.allowance(entry.offer).exhausted else None


def within_reach(checkout: Checkout, contender: Contender) -> bool:
    """Whether the goods at shelf price, or their number, reach what the offer needs."""
    offer, places = contender.offer, contender.places
    if isinstance(offer, SumOffer):
        return not offer.needs or sum(checkout.gross[place] for place in places) >= offer.needs
    if isinstance(offer, UnitOffer):
        return sum(checkout.pieces[place] for place in places) >= offer.least_units
    return True
