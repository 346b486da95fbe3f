"""A second, slow and simple pricing: every subset in every order, straight from the document. It proves the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, combinations, permutations, product
from math import floor
from typing import Any

from loyalty.basket import Line

STEPS = ("member_price", "tier_percent", "spend_and_save")
Offer = dict[str, Any]


def best(lines: Sequence[Line], document: dict[str, Any], tier_id: str | None) -> tuple[int, list[str]]:
    """The lowest total and the ids of the offers that give it, in order; ties as D26 says."""
    offers = [offer for offer in document["offers"] if tier_id or not _for_members(offer)]
    tier = next((tier for tier in document["tiers"] if tier["id"] == tier_id), None)
    results = []
    for sequence in _sequences(offers):
        total = _total(lines, sequence, tier)
        if total is not None:
            ranks = [(offer["priority"], offer["id"]) for offer in sequence]
            results.append((total, len(ranks), sorted(ranks), ranks))
    total, _, _, ranks = min(results)
    return total, [id for _, id in ranks]


def _for_members(offer: Offer) -> bool:
    return offer["kind"] != "spend_and_save" or bool(offer["members_only"])


def _sequences(offers: Sequence[Offer]) -> Iterator[list[Offer]]:
    """Every subset in every order of its offers inside their steps."""
    by_step = [[offer for offer in offers if offer["kind"] == kind] for kind in STEPS]
    choices = [
        [
            order
            for size in range(len(step) + 1)
            for subset in combinations(step, size)
            for order in permutations(subset)
        ]
        for step in by_step
    ]
    for picked in product(*choices):
        yield list(chain(*picked))


def _total(lines: Sequence[Line], sequence: Sequence[Offer], tier: dict[str, Any] | None) -> int | None:
    """What the basket costs with these offers in this order; None if one of them takes nothing off."""
    amounts = [line.quantity * line.unit_price for line in lines]
    for offer in sequence:
        lowered = _apply(lines, amounts, offer, tier)
        if lowered == amounts:
            return None
        amounts = lowered
    return sum(amounts)


def _apply(lines: Sequence[Line], amounts: list[int], offer: Offer, tier: dict[str, Any] | None) -> list[int]:
    if offer["kind"] == "member_price":
        prices = offer["prices"]
        return [
            min(amount, line.quantity * prices[line.gtin]) if line.gtin in prices else amount
            for line, amount in zip(lines, amounts, strict=True)
        ]
    excluded = offer.get("excluded_categories", [])
    covered = [i for i, line in enumerate(lines) if line.category not in excluded]
    total = sum(amounts[i] for i in covered)
    if offer["kind"] == "tier_percent":
        off = floor(total * Fraction(*tier["percent_off"]) + Fraction(1, 2)) if tier else 0
    else:
        off = offer["save"] if total >= offer["threshold"] else 0
    return _spread(amounts, covered, off, total)


def _spread(amounts: list[int], covered: list[int], off: int, total: int) -> list[int]:
    """D01 by the book: exact shares, floors, then one unit each to the largest fractions."""
    result = list(amounts)
    if off:
        exact = {i: Fraction(off * amounts[i], total) for i in covered}
        left = off - sum(floor(share) for share in exact.values())
        raised = sorted(covered, key=lambda i: (floor(exact[i]) - exact[i], i))[:left]
        for i in covered:
            result[i] -= floor(exact[i]) + (i in raised)
    return result
