"""Which offers may be applied at all, and the first condition that the others fail (D26, D27, D28)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from loyalty.basket import Line
from loyalty.offers import Offer, SumOffer
from loyalty.pipeline import gross_of
from loyalty.quote import Miss
from loyalty.tiers import Tier


@dataclass(frozen=True)
class Shopper:
    """Who buys on which day of the shop's wall clock, and the offers taken out. `tier` None is a guest."""

    tier: Tier | None
    today: date
    removed: frozenset[str] = frozenset()


def first_failed(offer: Offer, shopper: Shopper, lines: Sequence[Line]) -> Miss | None:
    """The first condition that does not depend on other offers and fails, in the order of `Miss`; None: all hold."""
    if offer.id in shopper.removed:
        return Miss.REMOVED
    miss = offer.barred(shopper.today, shopper.tier)
    if miss is None and not any(offer.covers(line) for line in lines):
        return Miss.NO_ELIGIBLE_GOODS
    return miss


def candidates(offers: Iterable[Offer], shopper: Shopper, lines: Sequence[Line]) -> tuple[Offer, ...]:
    """The offers that compete: all conditions hold, and the goods at shelf price reach what the offer needs."""
    return tuple(
        offer for offer in offers if first_failed(offer, shopper, lines) is None and _within_reach(offer, lines)
    )


def _within_reach(offer: Offer, lines: Sequence[Line]) -> bool:
    if not isinstance(offer, SumOffer):
        return True
    covered = (gross for line, gross in zip(lines, gross_of(lines), strict=True) if offer.covers(line))
    return sum(covered) >= offer.needs
