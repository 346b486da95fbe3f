"""The programme in words for a screen: names, and what today's offers promise."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any

from loyalty import MemberFacts, Moment, Programme, TillState
from loyalty.conditions import Buyer, buyer_of
from loyalty.limit_keys import allowance
from loyalty.limits import Scope
from loyalty.offers import Offer
from terminal.counter.phrase import Phrase
from terminal.counter.promises import promise

NOTHING: frozenset[str] = frozenset()
MOST_SHOWN = 40  # a screen that promises more is not read


def offer_name(programme: Programme, offer: str) -> dict[str, str]:
    """An offer that the programme no longer has is shown by its id."""
    found = programme.offer(offer)
    return dict(found.name) if found else {"zh-CN": offer, "en": offer}


def earning_name(programme: Programme, rule: str) -> dict[str, str]:
    found = next((earning for earning in programme.earning if earning.id == rule), None)
    return dict(found.name) if found else {"zh-CN": rule, "en": rule}


def tier_view(programme: Programme, tier: str) -> dict[str, Any]:
    found = programme.tier(tier)
    return {"id": found.id, "name": dict(found.name)}


def offer_views(
    programme: Programme, member: MemberFacts | None, moment: Moment, state: TillState
) -> list[dict[str, Any]]:
    """What is offered to this member here and now.

    For nobody yet, what is offered to everyone and to a new member of the highest tier, to show what waits.
    """
    buyer = buyer_of(member, programme, moment, state, NOTHING, NOTHING)
    if member is None:
        highest = max(programme.tiers, key=lambda tier: tier.rank)
        buyer = replace(buyer, shopper=replace(buyer.shopper, tier=highest, first_purchase=True))
    promised = (
        {"id": offer.id, "name": dict(offer.name), "phrase": phrase.view()}
        for offer in programme.offers
        if (phrase := _promise(offer, buyer)) is not None
    )
    points = programme.points_as_money
    worth = Phrase("offer_points_as_money", {"points": points.points, "money_minor": points.money})
    name = {"zh-CN": "积分抵现", "zh-TW": "點數折抵", "en": "Points as money"}
    return [*islice(promised, MOST_SHOWN), {"id": "points-as-money", "name": name, "phrase": worth.view()}]


def _promise(offer: Offer, buyer: Buyer) -> Phrase | None:
    shopper = buyer.shopper
    barred = offer.barred(shopper)
    if shopper.tier is None or barred is not None or _used_up(offer, buyer):
        return None
    return promise(offer, shopper.tier)


def _used_up(offer: Offer, buyer: Buyer) -> bool:
    """Whether nothing of it is left here; of nobody yet, what a member has used is not asked (D29)."""
    if buyer.member is not None:
        return buyer.allowance(offer).exhausted
    shared = tuple(limit for limit in offer.limits if limit.scope is not Scope.MEMBER)
    state, store = buyer.state, buyer.shopper.store
    return allowance(offer.id, shared, state.used, state.leased, buyer.business_date, None, store).exhausted
