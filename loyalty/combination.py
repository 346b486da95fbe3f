"""Which offers a basket gets: proven best up to a declared number of competing offers, best effort above it (D26)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty.basket import Line
from loyalty.conditions import Shopper, candidates
from loyalty.offers import Offer
from loyalty.pipeline import STEPS, Run, in_step_order, run
from loyalty.search import best_order
from loyalty.tiers import Tier

PROVEN_BOUND = 12
ROUNDS = 4  # changes of one climb of best effort


@dataclass(frozen=True)
class Combination:
    run: Run
    proven: bool


def best_combination(lines: Sequence[Line], offers: Iterable[Offer], shopper: Shopper) -> Combination:
    """The combination with the lowest total that is lawful for this shopper, ties as D26 says."""
    competing = candidates(offers, shopper, lines)
    if len(competing) <= PROVEN_BOUND:
        return Combination(run(lines, best_order(lines, competing, shopper.tier), shopper.tier), proven=True)
    return Combination(_best_effort(lines, competing, shopper.tier), proven=False)


def _best_effort(lines: Sequence[Line], offers: Sequence[Offer], tier: Tier | None) -> Run:
    """The best of several climbs: one with all offers, and one from each later step on."""
    ordered = in_step_order(offers)
    firsts = sorted({STEPS[offer.step] for offer in ordered})
    starts = [frozenset(offer.id for offer in ordered if STEPS[offer.step] < first) for first in firsts]
    return min((_climb(lines, ordered, left_out, tier) for left_out in starts), key=lambda each: each.preference)


def _climb(lines: Sequence[Line], ordered: Sequence[Offer], left_out: frozenset[str], tier: Tier | None) -> Run:
    """Try all offers but those `left_out`, and change which are left out, one at a time, while it helps."""

    def tried(without: frozenset[str]) -> Run:
        return run(lines, [offer for offer in ordered if offer.id not in without], tier)

    best = tried(left_out)
    for _ in range(ROUNDS):
        changes = {change: tried(change) for change in (left_out ^ {offer.id} for offer in ordered)}
        left_out = min(changes, key=lambda change: changes[change].preference)
        if changes[left_out].preference >= best.preference:
            break
        best = changes[left_out]
    return best
