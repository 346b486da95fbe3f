"""The kinds of offers: one small class each, and one table. A new kind is one class and one row.

A `PriceOffer` sets the price of goods one by one. A `SumOffer` takes an amount off the sum of the goods it covers;
the amount is fixed once and divided over the lines (D01, D02).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from loyalty.basket import Line
from loyalty.money import allocate, half_up
from loyalty.quote import Miss, Step
from loyalty.section import GTIN, GTIN_SHAPE, Section
from loyalty.tiers import Tier


@dataclass(frozen=True)
class Offer(ABC):
    """What every offer has. `starts` and `ends` are its first and last day on the shop's wall clock; None is open.

    Among equal combinations the smaller `priority` wins, then the smaller id (D26).
    """

    kind: ClassVar[str]
    step: ClassVar[Step]

    id: str
    name: Mapping[str, str]
    priority: int
    starts: date | None
    ends: date | None
    members_only: bool

    @property
    def rank(self) -> tuple[int, str]:
        return (self.priority, self.id)

    def barred(self, today: date, tier: Tier | None) -> Miss | None:
        """The first condition that the day or the shopper fails, or None. `tier` None is a guest."""
        if self.starts and today < self.starts:
            return Miss.NOT_YET
        if self.ends and today > self.ends:
            return Miss.ENDED
        if self.members_only and tier is None:
            return Miss.MEMBERS_ONLY
        return None

    @abstractmethod
    def covers(self, line: Line) -> bool:
        """Whether the goods of this line can take part."""

    @abstractmethod
    def take(self, lines: Sequence[Line], amounts: Sequence[int], tier: Tier | None) -> list[int]:
        """What comes off each line, where `amounts` is what the lines cost before; all zero if nothing does."""

    @classmethod
    @abstractmethod
    def read(cls, section: Section) -> Self:
        """Read the keys of this kind; faults are noted in the section."""


class PriceOffer(Offer):
    """Sets unit prices. Where several cover a line the lowest price stands, in whatever order they are applied."""

    @abstractmethod
    def unit_price(self, line: Line) -> int:
        """The price of one unit of a line that is covered."""

    def take(self, lines: Sequence[Line], amounts: Sequence[int], tier: Tier | None) -> list[int]:
        return [
            max(0, amount - line.quantity * self.unit_price(line)) if self.covers(line) else 0
            for line, amount in zip(lines, amounts, strict=True)
        ]


@dataclass(frozen=True)
class SumOffer(Offer):
    """Takes an amount off the sum of the covered goods, which are all but the excluded categories."""

    excluded_categories: frozenset[str]

    @property
    def needs(self) -> int:
        """The least sum of covered goods at which anything comes off."""
        return 0

    @abstractmethod
    def off(self, total: int, tier: Tier | None) -> int:
        """What comes off a sum of `total`: from 0 to `total`, and never less for a larger sum.

        Where `needs` is 0 it rises by at most one for each unit, so cheaper goods never end up dearer.
        """

    def covers(self, line: Line) -> bool:
        return line.category not in self.excluded_categories

    def take(self, lines: Sequence[Line], amounts: Sequence[int], tier: Tier | None) -> list[int]:
        covered = [amount if self.covers(line) else 0 for line, amount in zip(lines, amounts, strict=True)]
        return allocate(self.off(sum(covered), tier), covered)


@dataclass(frozen=True)
class MemberPrice(PriceOffer):
    """A lower unit price for members: `prices` by GTIN, in minor units."""

    kind = "member_price"
    step = Step.ITEM_PRICE

    prices: Mapping[str, int]

    def covers(self, line: Line) -> bool:
        return line.gtin in self.prices

    def unit_price(self, line: Line) -> int:
        return self.prices[line.gtin]

    @classmethod
    def read(cls, section: Section) -> Self:
        prices = section.keyed_integers("prices", GTIN, GTIN_SHAPE)
        return cls(**_common(section), members_only=True, prices=prices)


@dataclass(frozen=True)
class TierPercent(SumOffer):
    """The percentage of the member's tier, off the sum of the covered goods (D02)."""

    kind = "tier_percent"
    step = Step.TIER

    def barred(self, today: date, tier: Tier | None) -> Miss | None:
        miss = super().barred(today, tier)
        return Miss.TIER_TOO_LOW if miss is None and tier is not None and not tier.percent_off else miss

    def off(self, total: int, tier: Tier | None) -> int:
        return half_up(total, tier.percent_off) if tier else 0

    @classmethod
    def read(cls, section: Section) -> Self:
        return cls(**_common(section), members_only=True, excluded_categories=_excluded(section))


@dataclass(frozen=True)
class SpendAndSave(SumOffer):
    """`save` comes off once, when the covered goods cost at least `threshold` after all earlier discounts."""

    kind = "spend_and_save"
    step = Step.ORDER

    threshold: int
    save: int

    @property
    def needs(self) -> int:
        return self.threshold

    def off(self, total: int, tier: Tier | None) -> int:
        return self.save if total >= self.threshold else 0

    @classmethod
    def read(cls, section: Section) -> Self:
        threshold = section.integer("threshold", 1)
        save = section.integer("save", 1)
        if save > threshold:
            section.fault("save", f"use at most the threshold, {threshold}")
        members_only = section.flag("members_only")
        excluded = _excluded(section)
        common = _common(section)
        return cls(**common, members_only=members_only, excluded_categories=excluded, threshold=threshold, save=save)


def _common(section: Section) -> dict[str, Any]:
    starts = section.day("from") if section.has("from") else None
    ends = section.day("until") if section.has("until") else None
    if starts and ends and ends < starts:
        section.fault("until", f"use a day not before 'from', {starts}")
    return {
        "id": section.identifier("id"),
        "name": section.names("name"),
        "priority": section.integer("priority", 1, 9999),
        "starts": starts,
        "ends": ends,
    }


def _excluded(section: Section) -> frozenset[str]:
    return section.identifiers("excluded_categories") if section.has("excluded_categories") else frozenset()


KINDS: Mapping[str, type[Offer]] = {kind.kind: kind for kind in (MemberPrice, TierPercent, SpendAndSave)}
