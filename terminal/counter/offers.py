"""The programme in words for a screen: names, and what today's offers promise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from loyalty import Moment, Programme
from loyalty.offers import MemberPrice, Offer, SpendAndSave, TierPercent
from loyalty.tiers import Tier
from protocol.directory import MemberRow
from terminal.counter.phrase import Phrase

Names = Mapping[str, str]


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


def offer_views(programme: Programme, member: MemberRow | None, moment: Moment) -> list[dict[str, Any]]:
    """Today's offers for this member; for nobody yet, those of everyone, and of the highest tier to show what waits."""
    today = moment.local().date()
    tier = programme.tier(member.tier) if member else max(programme.tiers, key=lambda tier: tier.rank)
    views = [
        {"id": offer.id, "name": dict(offer.name), "phrase": phrase.view()}
        for offer in programme.offers
        if (phrase := _promise(offer, today, tier)) is not None
    ]
    points = programme.points_as_money
    worth = Phrase("offer_points_as_money", {"points": points.points, "money_minor": points.money})
    name = {"zh-CN": "积分抵现", "en": "Points as money"}
    return [*views, {"id": "points-as-money", "name": name, "phrase": worth.view()}]


def _promise(offer: Offer, today: date, tier: Tier) -> Phrase | None:
    if offer.barred(today, tier) is not None:
        return None
    match offer:
        case MemberPrice():
            return Phrase("offer_member_price", {"count": len(offer.prices)})
        case TierPercent():
            percent = Decimal(100 * tier.percent_off.numerator) / tier.percent_off.denominator
            return Phrase("offer_tier_percent", {"percent": f"{percent.normalize():f}", "name": dict(tier.name)})
        case SpendAndSave():
            return Phrase("offer_spend_and_save", {"threshold_minor": offer.threshold, "save_minor": offer.save})
        case _:
            return None
