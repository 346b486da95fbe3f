"""The programme's policy for gift cards: bearer lots of principal, one card one account (D24, D25)."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty.section import Section

LIMIT = 100_000


@dataclass(frozen=True)
class GiftCards:
    """Amounts in minor units. `least` is the smallest card, `limit` the most that one card may hold (D25, unnamed).

    A card is good for `lifetime_months`, the last day included; None never expires.
    """

    least: int = 1
    limit: int = LIMIT
    lifetime_months: int | None = None

    @classmethod
    def read(cls, section: Section) -> GiftCards:
        """The programme's key `gift_cards`; every key has a default."""
        policy = cls(
            least=section.integer("least", 1) if section.has("least") else 1,
            limit=section.integer("limit", 1) if section.has("limit") else LIMIT,
            lifetime_months=section.integer("lifetime_months", 1, 1200) if section.has("lifetime_months") else None,
        )
        if policy.limit < policy.least:
            section.fault("limit", f"use at least 'least', {policy.least}")
        section.close()
        return policy
