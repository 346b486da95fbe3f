"""What the programme decides about points: the optional key `points`, with the defaults of the domain rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from loyalty.section import Section

MAX_WINDOW_DAYS = 366
MAX_OFFLINE_DAYS = 366
SHORTEST_MONTH = 28


class PointsBase(StrEnum):
    """What points are earned on (D04)."""

    GROSS = "gross"  # with tax
    NET = "net"  # without


class Expiry(StrEnum):
    """When points end that have a lifetime (`points_as_money.lifetime_months`)."""

    ROLLING = "rolling"  # on the same day of the month, the lifetime later
    YEAR_END = "year_end"  # with the year in which that day lies


@dataclass(frozen=True)
class PointsPolicy:
    """Points earned wait for `return_window_days` after the day of the sale (D13); 0: they are active at once.

    `longest_offline_days` is how long a till may be without HQ, after which expiry is final (D18).
    """

    return_window_days: int = 0
    longest_offline_days: int = 30
    base: PointsBase = PointsBase.GROSS
    expiry: Expiry = Expiry.ROLLING

    @classmethod
    def read(cls, section: Section, lifetime_months: int | None) -> PointsPolicy:
        """The keys of the same names, each optional. Points must become active before they can expire."""
        usual = cls()
        most = MAX_WINDOW_DAYS
        if lifetime_months is not None:
            most = min(most, SHORTEST_MONTH * lifetime_months - 1)
        policy = cls(
            return_window_days=_days(section, "return_window_days", most, usual.return_window_days),
            longest_offline_days=_days(section, "longest_offline_days", MAX_OFFLINE_DAYS, usual.longest_offline_days),
            base=PointsBase(_choice(section, "base", PointsBase)),
            expiry=Expiry(_choice(section, "expiry", Expiry)),
        )
        section.close()
        return policy


def _days(section: Section, key: str, most: int, usual: int) -> int:
    return section.integer(key, 0, most) if section.has(key) else usual


def _choice(section: Section, key: str, known: type[PointsBase] | type[Expiry]) -> str:
    """The choice made; what is absent or wrong counts as the first."""
    first = next(iter(known)).value
    return (section.choice(key, list(known)) or first) if section.has(key) else first
