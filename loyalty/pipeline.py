"""Offers applied to a basket one after the other, each on what the one before it left (D06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.basket import Line
from loyalty.offers import Offer
from loyalty.quote import Step
from loyalty.tiers import Tier

STEPS = {step: place for place, step in enumerate(Step)}


@dataclass(frozen=True)
class Applied:
    """`takes` is what `offer` took off each line."""

    offer: Offer
    takes: tuple[int, ...]

    @property
    def amount(self) -> int:
        return sum(self.takes)


@dataclass(frozen=True)
class Run:
    """The offers that took something off, in order, and what each line costs after them."""

    applied: tuple[Applied, ...]
    nets: tuple[int, ...]

    @property
    def offers(self) -> tuple[Offer, ...]:
        return tuple(applied.offer for applied in self.applied)

    @property
    def net(self) -> int:
        return sum(self.nets)

    @property
    def preference(self) -> Preference:
        return preference(self.net, self.offers)


Preference = tuple[int, int, list[tuple[int, str]], list[tuple[int, str]]]


def preference(net: int, offers: Sequence[Offer]) -> Preference:
    """Smaller is better (D26): the total, then fewer offers, then their sorted ranks, then the ranks as applied."""
    ranks = [offer.rank for offer in offers]
    return (net, len(ranks), sorted(ranks), ranks)


def gross_of(lines: Sequence[Line]) -> tuple[int, ...]:
    return tuple(line.quantity * line.unit_price for line in lines)


def run(lines: Sequence[Line], offers: Sequence[Offer], tier: Tier | None) -> Run:
    """Apply `offers` in the order given; one that takes nothing off is left out (D26)."""
    amounts = gross_of(lines)
    applied = []
    for offer in offers:
        takes = offer.take(lines, amounts, tier)
        if any(takes):
            amounts = tuple(amount - take for amount, take in zip(amounts, takes, strict=True))
            applied.append(Applied(offer, tuple(takes)))
    return Run(tuple(applied), amounts)


def in_step_order(offers: Sequence[Offer]) -> list[Offer]:
    """By step, then by rank: the order in which offers are tried first."""
    return sorted(offers, key=lambda offer: (STEPS[offer.step], offer.rank))
