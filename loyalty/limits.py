"""How often, how many or how much of an offer may be had: per order, member, store, terminal and in all (D29)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Whose use is counted. What is counted beyond this till only HQ can know, so it is enforced by a lease."""

    ORDER = "order"
    MEMBER = "member"
    TERMINAL = "terminal"
    STORE = "store"
    CHAIN = "chain"


class Period(StrEnum):
    """Over which time, by business date (D20)."""

    EVER = "ever"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Measure(StrEnum):
    TIMES = "times"  # applications: sets of a bundle, stamped cards, one for a discount on a sum
    UNITS = "units"  # units of goods that take part
    MONEY = "money"  # a budget in minor units


@dataclass(frozen=True)
class Limit:
    """At most `most` of `measure`, counted for `scope` over `period`."""

    scope: Scope
    measure: Measure
    most: int
    period: Period = Period.EVER


@dataclass(frozen=True)
class Allowance:
    """What an offer may still do on this order, in each measure; None is without limit."""

    times: int | None = None
    units: int | None = None
    money: int | None = None

    @property
    def exhausted(self) -> bool:
        return 0 in (self.times, self.units, self.money)


UNLIMITED = Allowance()
