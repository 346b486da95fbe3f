"""The offers of a programme, indexed once by product and category, so that a basket finds those that touch it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from loyalty.audience import Audience
from loyalty.basket import Line
from loyalty.checkout import STEPS
from loyalty.offers import Offer, StampCard
from loyalty.quote import Miss, Missed


class Entry(NamedTuple):
    """An offer and its place in the pipeline. `audience` numbers its conditions: equal ones are asked once.

    `plain`: what it names is covered whatever else is true of the goods, so that no line need be looked at again;
    `broad`: it names none.
    """

    number: int
    offer: Offer
    audience: int
    plain: bool
    broad: bool
    untouched: Missed


class OfferIndex:
    """Built once for a programme; the entries stand in the order of the pipeline, by step and rank."""

    def __init__(self, offers: Iterable[Offer]) -> None:
        ordered = sorted(offers, key=lambda offer: (STEPS[offer.step], offer.rank))
        numbers: dict[Audience, int] = {}
        self.entries = tuple(
            Entry(
                number,
                offer,
                numbers.setdefault(offer.audience, len(numbers)),
                _is_plain(offer),
                not any(goods.is_named for goods in offer.selections),
                Missed(offer.id, Miss.NO_ELIGIBLE_GOODS),
            )
            for number, offer in enumerate(ordered)
        )
        self.audiences = tuple(numbers)
        self.stamp_cards = [entry for entry in self.entries if isinstance(entry.offer, StampCard)]
        self._by_product: dict[str, list[Entry]] = {}
        self._by_category: dict[str, list[Entry]] = {}
        self._broad: list[Entry] = []
        for entry in self.entries:
            self._file(entry)

    def _file(self, entry: Entry) -> None:
        if not all(goods.is_named for goods in entry.offer.selections):
            self._broad.append(entry)
            return
        for gtin in frozenset().union(*(goods.products for goods in entry.offer.selections)):
            self._by_product.setdefault(gtin, []).append(entry)
        for category in frozenset().union(*(goods.categories for goods in entry.offer.selections)):
            self._by_category.setdefault(category, []).append(entry)

    def touched(self, lines: Sequence[Line]) -> dict[int, list[int]]:
        """By the number of the offer, the places of the lines that it covers, rising; only offers that cover some."""
        found: dict[int, list[int]] = {}
        for place, line in enumerate(lines):
            if not line.is_goods:
                continue
            for entry in self._named(line):
                if entry.plain or entry.offer.covers(line):
                    found.setdefault(entry.number, []).append(place)
        goods = [place for place, line in enumerate(lines) if line.is_goods]
        for entry in self._broad:
            places = goods if entry.plain else [place for place in goods if entry.offer.covers(lines[place])]
            if places:
                found[entry.number] = places
        return found

    def _named(self, line: Line) -> Iterable[Entry]:
        """The offers that name this product or its category, each once."""
        by_product, by_category = self._by_product.get(line.gtin, ()), self._by_category.get(line.category, ())
        if by_product and by_category:
            return {entry.number: entry for entry in (*by_product, *by_category)}.values()
        return by_product or by_category


def _is_plain(offer: Offer) -> bool:
    return all(
        not goods.excluded_products
        and not goods.excluded_categories
        and goods.price_from is None
        and goods.price_below is None
        for goods in offer.selections
    )
