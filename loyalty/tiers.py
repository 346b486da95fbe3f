"""The tiers of a programme and the one a member stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Tier:
    """`percent_off` is the share that a tier offer takes off (12 %: 12/100); `earn` multiplies points."""

    id: str
    name: Mapping[str, str]
    rank: int
    percent_off: Fraction
    earn: Fraction


def tier_of(tiers: Sequence[Tier], tier_id: str) -> Tier:
    """The tier with this id. One that the programme does not know counts as the lowest: no sale stops for it."""
    for tier in tiers:
        if tier.id == tier_id:
            return tier
    return min(tiers, key=lambda tier: tier.rank)
