"""What an offer takes off which line: the one place where discounts are computed, for the search and for the quote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from loyalty.checkout import Checkout, Contender
from loyalty.money import allocate, split_units
from loyalty.offers import ItemCoupon, PriceOffer, SumOffer, UnitOffer
from loyalty.units import Pick, Run

Takes = tuple[tuple[int, int], ...]  # (place of the line, what comes off it), in the order of the lines


class Taken(NamedTuple):
    """What came off each line; `used` are the units that took part, `times` how often the offer was applied."""

    takes: Takes
    used: tuple[Run, ...] = ()
    times: int = 1

    @property
    def amount(self) -> int:
        return sum(take for _, take in self.takes)


def lowered_prices(checkout: Checkout, offer: PriceOffer, places: Sequence[int]) -> list[tuple[int, int]]:
    """What the covered lines would cost, each with its place."""
    found = []
    for place in places:
        line = checkout.lines[place]
        price = offer.unit_price(line, checkout.together[line.gtin])
        if price is not None:
            found.append((place, line.at(price)))
    return found


def take_price(checkout: Checkout, contender: Contender, offer: PriceOffer, amounts: Sequence[int]) -> Taken:
    """The lower price stands."""
    lowered = lowered_prices(checkout, offer, contender.places)
    return Taken(tuple((place, amounts[place] - cost) for place, cost in lowered if cost < amounts[place]))


def take_units(
    checkout: Checkout, contender: Contender, offer: UnitOffer, prices: Sequence[int], free: Sequence[int]
) -> Taken:
    """Off units: `prices` of one unit and units still `free`, by line. Divided over all units that take part (D01)."""
    ordered = sorted([(-prices[place], place) for place in contender.places if free[place]])
    if not ordered:
        return Taken(())
    shelves: list[list[Run]] = [[] for _ in range(offer.shelves)]
    portions = checkout.portions(contender)
    for price, place in ordered:
        shelves[portions[place]].append((-price, place, free[place]))
    pick = offer.pick(checkout.lines, shelves, contender.allowance, contender.held)
    if pick is None:
        return Taken(())
    return Taken(_divided(contender.within_budget(pick.off), pick), pick.used, pick.times)


def _divided(off: int, pick: Pick) -> Takes:
    parts = sorted((place, price * many) for price, place, many in pick.used)
    shares = allocate(off, [amount for _, amount in parts])
    return tuple((place, share) for (place, _), share in zip(parts, shares, strict=True) if share)


def take_sum(
    checkout: Checkout, contender: Contender, offer: SumOffer, amounts: Sequence[int], room: int | None
) -> Taken:
    """Off the sum of the covered lines; `room` is what the order's cap leaves (None: no cap)."""
    sums: dict[int, list[int]] = {}
    for place, portion in checkout.portions(contender).items():
        sums.setdefault(portion, []).append(place)
    takes: list[tuple[int, int]] = []
    for portion, places in sorted(sums.items()):
        covered = [amounts[place] for place in places]
        off = within(contender, offer.off(sum(covered), checkout.tier, portion), takes, room)
        if off:
            takes += [each for each in zip(places, allocate(off, covered), strict=True) if each[1]]
    takes.sort()
    return Taken(tuple(takes))


def within(contender: Contender, off: int, takes: Sequence[tuple[int, int]], room: int | None) -> int:
    """`off`, cut to what the offer's budget and the order's cap leave beside what it already `takes`."""
    already = sum(take for _, take in takes)
    off = contender.within_budget(already + off) - already
    return off if room is None else min(off, room - already)


def take_items(
    checkout: Checkout, contender: Contender, offer: ItemCoupon, amounts: Sequence[int], room: int | None
) -> Taken:
    """Off single units at what they cost now: the dearest first, of equal ones those of the lower line."""
    units = sorted(
        (-cost, place)
        for place in contender.places
        for cost in split_units(amounts[place], checkout.pieces[place])[: offer.most_units]
    )
    chosen = units[: offer.most_units]
    off = within(contender, offer.off_units([-cost for cost, _ in chosen]), (), room)
    return Taken(_off_units(offer, off, [(place, -cost) for cost, place in chosen]))


def _off_units(offer: ItemCoupon, off: int, chosen: Sequence[tuple[int, int]]) -> Takes:
    """`off` divided over the lines of these units by what each line's units can give up (D01)."""
    by_line: dict[int, int] = {}
    for place, cost in chosen:
        by_line[place] = by_line.get(place, 0) + offer.most_off(cost)
    places = sorted(by_line)
    shares = allocate(off, [by_line[place] for place in places])
    return tuple((place, share) for place, share in zip(places, shares, strict=True) if share)
