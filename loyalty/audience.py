"""For whom and when a rule holds, and the first of its conditions that fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from loyalty.quote import Miss
from loyalty.section import Section
from loyalty.tiers import Tier

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Shopper:
    """Who buys, where, and at which moment of the shop's wall clock (D20). `tier` None is a guest.

    `minute` counts from midnight. `birthday` is the year of the birthday kept if it is near enough (D19), else None;
    `first_purchase` is whether nothing was bought before; `removed` are the offers taken out (D28).
    """

    tier: Tier | None
    today: date
    removed: frozenset[str] = NONE
    minute: int = 0
    store: str = ""
    groups: frozenset[str] = NONE
    birthday: int | None = None
    first_purchase: bool = False


@dataclass(frozen=True)
class Audience:
    """Every condition that is set must hold. Days and hours go by the shop's wall clock (D20).

    `starts` and `ends` are the first and the last day; `weekdays` are 1 (Monday) to 7; `days` are single days such as
    holidays; `hours` are spans of minutes of the day, the first included and the last not.
    """

    members_only: bool = False
    tiers: frozenset[str] = NONE
    groups: frozenset[str] = NONE
    stores: frozenset[str] = NONE
    starts: date | None = None
    ends: date | None = None
    weekdays: frozenset[int] = frozenset()
    days: frozenset[date] = frozenset()
    hours: tuple[tuple[int, int], ...] = ()
    birthday: bool = False
    first_purchase: bool = False
    timeless: bool = field(init=False, default=True)

    def __post_init__(self) -> None:
        has_time = self.starts or self.ends or self.weekdays or self.days or self.hours
        object.__setattr__(self, "timeless", not has_time)

    def barred(self, shopper: Shopper) -> Miss | None:
        """The first condition that fails, or None: the place, the time, then the person."""
        if self.stores and shopper.store not in self.stores:
            return Miss.NOT_HERE
        miss = None if self.timeless else self._wrong_time(shopper)
        return miss or self._wrong_person(shopper)

    def _wrong_time(self, shopper: Shopper) -> Miss | None:
        today = shopper.today
        if self.starts and today < self.starts:
            return Miss.NOT_YET
        if self.ends and today > self.ends:
            return Miss.ENDED
        if (self.weekdays and today.isoweekday() not in self.weekdays) or (self.days and today not in self.days):
            return Miss.NOT_TODAY
        if self.hours and not any(first <= shopper.minute < last for first, last in self.hours):
            return Miss.NOT_NOW
        return None

    def _wrong_person(self, shopper: Shopper) -> Miss | None:
        if shopper.tier is None:
            personal = self.members_only or self.tiers or self.groups or self.birthday or self.first_purchase
            return Miss.MEMBERS_ONLY if personal else None
        if self.tiers and shopper.tier.id not in self.tiers:
            return Miss.TIER_TOO_LOW
        if self.groups.isdisjoint(shopper.groups) and self.groups:
            return Miss.NOT_IN_GROUP
        if self.birthday and shopper.birthday is None:
            return Miss.NOT_BIRTHDAY
        if self.first_purchase and not shopper.first_purchase:
            return Miss.NOT_FIRST_PURCHASE
        return None

    @classmethod
    def read(cls, section: Section) -> Audience:
        """The keys of the same names; `from` and `until` are days, `hours` are pairs such as ["17:00", "19:30"]."""
        starts = section.day("from") if section.has("from") else None
        ends = section.day("until") if section.has("until") else None
        if starts and ends and ends < starts:
            section.fault("until", f"use a day not before 'from', {starts}")
        return cls(
            members_only=_flag(section, "members_only"),
            tiers=_ids(section, "tiers"),
            groups=_ids(section, "groups"),
            stores=_ids(section, "stores"),
            starts=starts,
            ends=ends,
            weekdays=section.integers("weekdays", 1, 7) if section.has("weekdays") else frozenset(),
            days=section.days("days") if section.has("days") else frozenset(),
            hours=section.hours("hours") if section.has("hours") else (),
            birthday=_flag(section, "birthday"),
            first_purchase=_flag(section, "first_purchase"),
        )


def _flag(section: Section, key: str) -> bool:
    return section.flag(key) if section.has(key) else False


def _ids(section: Section, key: str) -> frozenset[str]:
    return section.identifiers(key) if section.has(key) else NONE
