"""The tiers of a programme, the one a member stands on, and the one that a sum earns (F094–F098, F108)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from loyalty.section import Section, unique


@dataclass(frozen=True)
class Tier:
    """`percent_off` is the share that a tier offer takes off (12 %: 12/100); `earn` multiplies points.

    `threshold` is what earns the tier: minor units, visits or points, as the tier policy says. Without one a tier is
    given and taken by hand alone; the lowest tier is everyone's.
    """

    id: str
    name: Mapping[str, str]
    rank: int
    percent_off: Fraction
    earn: Fraction
    threshold: int | None = None

    @classmethod
    def read(cls, section: Section) -> Tier:
        """The keys of the same names; `threshold` may be left out."""
        tier = cls(
            id=section.identifier("id"),
            name=section.names("name"),
            rank=section.integer("rank", 1, 999),
            percent_off=section.fraction("percent_off", 1),
            earn=section.fraction("earn", 100),
            threshold=section.integer("threshold", 0) if section.has("threshold") else None,
        )
        section.close()
        return tier


def read_tiers(section: Section) -> tuple[Tier, ...]:
    """The key `tiers`: ids and ranks are there once, and thresholds rise with the rank."""
    entries = section.sections("tiers", 1, 50)
    tiers = tuple(Tier.read(entry) for entry in entries)
    unique(entries, "id", [tier.id for tier in tiers])
    unique(entries, "rank", [tier.rank for tier in tiers])
    by_rank = sorted(zip(tiers, entries, strict=True), key=lambda pair: pair[0].rank)
    reached = 0
    for place, (tier, entry) in enumerate(by_rank):
        if tier.threshold is None:
            continue
        if place == 0 and tier.threshold > 0:
            entry.fault("threshold", "use 0 or leave it out: the lowest tier is everyone's")
        elif place > 0 and tier.threshold <= reached:
            entry.fault("threshold", f"use more than {reached}, the threshold of the tiers below it")
        reached = max(reached, tier.threshold)
    return tiers


def lowest(tiers: Sequence[Tier]) -> Tier:
    return min(tiers, key=lambda tier: tier.rank)


def tier_of(tiers: Sequence[Tier], tier_id: str) -> Tier:
    """The tier with this id. One that the programme does not know counts as the lowest: no sale stops for it."""
    for tier in tiers:
        if tier.id == tier_id:
            return tier
    return lowest(tiers)


def is_known(tiers: Sequence[Tier], tier_id: str) -> bool:
    return any(tier.id == tier_id for tier in tiers)


def ladder(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    """The tiers that can be earned, from the lowest up: the lowest of all, and every one with a threshold."""
    bottom = lowest(tiers)
    return (bottom, *sorted((each for each in tiers if each.threshold and each != bottom), key=lambda each: each.rank))


def needs(tier: Tier) -> int:
    """What earns a tier of the ladder; the lowest needs nothing."""
    return tier.threshold or 0


def earned_tier(tiers: Sequence[Tier], qualifying: int) -> Tier:
    """The highest tier whose threshold is met."""
    return max((each for each in ladder(tiers) if needs(each) <= qualifying), key=lambda each: each.rank)
