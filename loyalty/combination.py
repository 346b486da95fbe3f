"""Which offers a basket gets: proven best up to a declared number of competing offers, best effort above it (D26)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty.basket import Line
from loyalty.conditions import Shopper, candidates
from loyalty.offers import Offer
from loyalty.pipeline import Run, in_step_order, run
from loyalty.search import best_order
from loyalty.tiers import Tier

PROVEN_BOUND = 12
ROUNDS = 4  # of best effort


@dataclass(frozen=True)
class Combination:
    run: Run
    proven: bool


def best_combination(lines: Sequence[Line], offers: Iterable[Offer], shopper: Shopper) -> Combination:
    """The combination with the lowest total that is lawful for this shopper, ties as D26 says."""
    competing = candidates(offers, shopper, lines)
    if len(competing) <= PROVEN_BOUND:
        return Combination(run(lines, best_order(lines, competing, shopper.tier), shopper.tier), proven=True)
    return Combination(_climb(lines, competing, shopper.tier), proven=False)


def _climb(lines: Sequence[Line], offers: Sequence[Offer], tier: Tier | None) -> Run:
    """From all offers in rank order, take the best single change (one offer in or out) while it helps."""
    best = run(lines, in_step_order(offers), tier)
    for _ in range(ROUNDS):
        chosen = best.offers
        changes = [_toggled(chosen, offer) for offer in offers]
        found = min((run(lines, change, tier) for change in changes), key=lambda each: each.preference)
        if found.preference >= best.preference:
            break
        best = found
    return best


def _toggled(chosen: tuple[Offer, ...], offer: Offer) -> list[Offer]:
    others = [each for each in chosen if each is not offer]
    return others if len(others) < len(chosen) else in_step_order([*chosen, offer])
