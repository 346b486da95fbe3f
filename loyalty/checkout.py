"""A basket at the till, with the offers that compete for it: what pricing works on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from loyalty.basket import Line
from loyalty.limits import UNLIMITED, Allowance
from loyalty.offers import Offer
from loyalty.quote import Step
from loyalty.tiers import Tier

STEPS: Mapping[Step, int] = {step: place for place, step in enumerate(Step)}
CAPPED = STEPS[Step.TIER]  # from this step on the cap of the order counts (D06)


class Contender(NamedTuple):
    """An offer that may be applied here: the places of the lines it covers, what its limits leave, stamps held."""

    offer: Offer
    places: tuple[int, ...]
    allowance: Allowance = UNLIMITED
    held: int = 0

    @property
    def order(self) -> tuple[int, tuple[int, str]]:
        """By step, then by rank: the order in which offers are tried first."""
        return (STEPS[self.offer.step], self.offer.rank)

    def within_budget(self, amount: int) -> int:
        """`amount`, cut to what is left of the offer's budget (D29)."""
        left = self.allowance.money
        return amount if left is None else min(amount, left)


class Checkout:
    """Lines in the order of their numbers, and who buys (`tier` None is a guest).

    `gross` is what goods cost at shelf price, by line. `others` is what the lines cost that are no goods: freight, tips
    and others are not discounted, help no offer and lift no cap; `gross` has zero for them.
    """

    def __init__(self, lines: Sequence[Line], tier: Tier | None, cap: Fraction | None = None) -> None:
        self.lines = tuple(lines)
        self.tier = tier
        self.cap = cap
        self.gross = tuple(line.gross if line.is_goods else 0 for line in self.lines)
        self.others = tuple(0 if line.is_goods else line.gross for line in self.lines)
        self.pieces = tuple(1 if line.grams is not None else line.quantity for line in self.lines)
        self._portions: dict[str, dict[int, int]] = {}
        self.together = Counter[str]()
        for line, pieces in zip(self.lines, self.pieces, strict=True):
            self.together[line.gtin] += pieces if line.is_goods else 0

    def portions(self, contender: Contender) -> Mapping[int, int]:
        """By the place of each line that it covers, the portion of the offer that the line belongs to."""
        offer = contender.offer
        found = self._portions.get(offer.id)
        if found is None:
            found = self._portions[offer.id] = {place: offer.portion(self.lines[place]) for place in contender.places}
        return found

    def room(self, total: int) -> int | None:
        """What tier, order and coupon discounts may take off together, of a `total` after the item steps (D06)."""
        return None if self.cap is None else total * self.cap.numerator // self.cap.denominator


Preference = tuple[int, int, list[tuple[int, str]], list[tuple[int, str]]]


def preference(net: int, offers: Sequence[Contender]) -> Preference:
    """Smaller is better (D26): the total, then fewer offers, then their sorted ranks, then the ranks as applied."""
    ranks = [each.offer.rank for each in offers]
    return (net, len(ranks), sorted(ranks), ranks)
