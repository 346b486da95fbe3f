"""Tier policies, standings and histories for the tests of tiers. Amounts are in fen: gold needs 1,000.00."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from loyalty import Moment, Programme
from loyalty.tier_refund import tier_after_refund
from loyalty.tier_review import review_tier
from loyalty.tier_standing import Qualifying, TierReview, TierStanding
from tests.loyalty.material import NAME, programme

SILVER, GOLD, DIAMOND = 50_000, 100_000, 200_000
STAFF = {"id": "staff", "name": NAME, "rank": 5, "percent_off": [20, 100], "earn": [1, 1]}


def tier(id: str, rank: int, threshold: int | None) -> dict[str, Any]:
    about = {"id": id, "name": NAME, "rank": rank, "percent_off": [0, 1], "earn": [1, 1]}
    return about if threshold is None else {**about, "threshold": threshold}


TIERS = [
    tier("regular", 1, None),
    tier("silver", 2, SILVER),
    tier("gold", 3, GOLD),
    tier("diamond", 4, DIAMOND),
    STAFF,
]


def scheme(window: str = "calendar_year", metric: str = "spend", **more: Any) -> Programme:
    """Regular, silver from 500.00, gold from 1,000.00, diamond from 2,000.00, and staff, who are made by hand."""
    return programme(format=2, tiers=TIERS, tier_policy={"metric": metric, "window": window, **more})


def on(day: str) -> Moment:
    """Noon in Shanghai."""
    return Moment(int(datetime.fromisoformat(f"{day}T04:00:00").replace(tzinfo=UTC).timestamp()) * 1000)


def joined(day: str = "2026-01-01", tier: str = "regular", open_from: str | None = None) -> TierStanding:
    return TierStanding(tier, day, open_from or day)


def sale(on: str, spend: int, id: str | None = None, visits: int = 1, points: int = 0) -> Qualifying:
    """A sale for `spend` fen; its id is its day unless one is given."""
    return Qualifying(id or on, on, spend, visits, points)


def review(standing: TierStanding, day: str, rules: Programme, *sales: Qualifying) -> TierReview:
    return review_tier(standing, sales, on(day), rules)


def returned(standing: TierStanding, back: Qualifying, day: str, rules: Programme, *sales: Qualifying) -> TierReview:
    return tier_after_refund(standing, sales, back, on(day), rules)
