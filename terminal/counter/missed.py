"""Of all the offers that did not apply, the few that are worth saying: what the shopper can act on, nearest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import Basket, Line, Miss, Missed, Programme, Quote
from loyalty.limits import Scope
from terminal.counter.limits_wanted import by_share
from terminal.counter.offers import offer_name
from terminal.counter.phrase import Phrase

MOST_SHOWN = 6
MOST_FOR_MEMBERS = 2  # a guest gets the idea
WITHIN_REACH = (Miss.BELOW_THRESHOLD, Miss.TOO_FEW_UNITS)
# For who asks why goods in the basket did not get their offer; the others are for other people, days or goods.
EXPLAINED = (
    Miss.EXCLUDED,
    Miss.CAP_REACHED,
    Miss.LIMIT_REACHED,
    Miss.BETTER_WITHOUT,
    Miss.TIER_TOO_LOW,
    Miss.NOT_NOW,
)
_FAR = 10**15


def missed_views(programme: Programme, basket: Basket, quote: Quote, *, guest: bool = False) -> list[dict[str, Any]]:
    """What more goods would bring, then what membership would, then why the others did not apply; a few of all."""
    covered = _Covered(programme, basket)
    near = sorted(
        (missed for missed in quote.missed if missed.miss in WITHIN_REACH and covered.distance(missed) < _FAR),
        key=covered.distance,
    )
    here = [missed for missed in quote.missed if missed.offer in covered.offers]
    for_members = [missed for missed in here if missed.miss is Miss.MEMBERS_ONLY][:MOST_FOR_MEMBERS]
    explained = [missed for reason in EXPLAINED for missed in here if missed.miss is reason]
    shown = (*near, *for_members, *explained)[:MOST_SHOWN]
    return [missed_view(programme, missed, guest=guest) for missed in shown]


def missed_view(programme: Programme, missed: Missed, *, guest: bool = False) -> dict[str, Any]:
    """The first condition that failed, and how far it is (D27)."""
    params: dict[str, Any] = {"distance_minor": missed.distance, "saves_minor": missed.saves, "units": missed.units}
    if missed.other is not None:
        params["other"] = offer_name(programme, missed.other)
    phrase = Phrase(
        _code(programme, missed, guest), {name: value for name, value in params.items() if value is not None}
    )
    return {
        "offer": missed.offer,
        "name": offer_name(programme, missed.offer),
        "near": missed.miss in WITHIN_REACH,
        "phrase": phrase.view(),
    }


def _code(programme: Programme, missed: Missed, guest: bool) -> str:
    if missed.miss is Miss.BELOW_THRESHOLD and not missed.saves:
        return "below_threshold_only"
    offer = programme.offer(missed.offer)
    if missed.miss is not Miss.LIMIT_REACHED or offer is None:
        return missed.miss.value
    if guest and any(limit.scope is Scope.MEMBER for limit in offer.limits):
        return Miss.MEMBERS_ONLY.value
    return "limit_not_here" if by_share(offer) else missed.miss.value


class _Covered:
    """The offers that cover goods of the basket, and how far the others are."""

    def __init__(self, programme: Programme, basket: Basket) -> None:
        self._lines: Sequence[Line] = basket.lines
        entries, touched = programme.index.entries, programme.index.touched(basket.lines)
        self.offers = {entries[number].offer.id: places for number, places in touched.items()}

    def distance(self, missed: Missed) -> int:
        """What is missing, in minor units; units are taken to cost as the cheapest of those that are there."""
        if missed.miss is Miss.BELOW_THRESHOLD:
            return _FAR if missed.distance is None else missed.distance
        prices = [self._lines[place].unit_price for place in self.offers.get(missed.offer, ())]
        return (missed.units or 0) * min(prices, default=_FAR)
