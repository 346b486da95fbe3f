"""The days that count towards a tier, and the days on which it is reviewed: exact arithmetic of the calendar (F099)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from loyalty.section import Section

DAY = timedelta(days=1)
MONTHS_OF_A_YEAR = 12
LONGEST = 120  # months
FIRST_MONTH = 1


@dataclass(frozen=True)
class Days:
    """From the `first` day to the `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def months_later(day: date, months: int) -> date:
    """The same day of the month, `months` later (earlier below zero), or the last day of a month that is too short."""
    year, month = divmod(day.year * MONTHS_OF_A_YEAR + day.month - 1 + months, MONTHS_OF_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def calendar_period(day: date, months: int, first_month: int = FIRST_MONTH) -> Days:
    """The period of the calendar that holds `day`: `months` whole months of a year that begins with `first_month`.

    `months` divides 12.
    """
    past = (day.month - first_month) % months
    first = months_later(day.replace(day=1), -past)
    return Days(first, months_later(first, months) - DAY)


def anniversary_period(day: date, joined: date, months: int) -> Days:
    """The period that holds `day`, of those that follow each other every `months` from the day of joining.

    Each is counted from that very day, so who joined on the 31st has short months' last day and then the 31st again;
    who joined on 29 February begins on 28 February in common years.
    """
    since = (day.year - joined.year) * MONTHS_OF_A_YEAR + day.month - joined.month
    number = since // months
    if months_later(joined, number * months) > day:
        number -= 1
    return Days(months_later(joined, number * months), months_later(joined, (number + 1) * months) - DAY)


def rolling_period(last: date, months: int) -> Days:
    """The `months` that end with the day `last`: it begins the day after the same day `months` earlier."""
    return Days(months_later(last, -months) + DAY, last)


@dataclass(frozen=True)
class CalendarWindow:
    """Fixed periods of the calendar; each is reviewed when it has ended."""

    months: int = MONTHS_OF_A_YEAR
    first_month: int = FIRST_MONTH

    def counting(self, day: date, joined: date) -> Days:
        """The days that count on `day`; of a period that runs also those to come."""
        return calendar_period(day, self.months, self.first_month)

    def review(self, day: date, joined: date) -> Days:
        """The period that holds `day`, after whose last day the tier is reviewed."""
        return self.counting(day, joined)

    @property
    def review_months(self) -> int:
        return self.months


@dataclass(frozen=True)
class AnniversaryWindow:
    """Periods that begin on the anniversaries of joining; each is reviewed when it has ended."""

    months: int = MONTHS_OF_A_YEAR

    def counting(self, day: date, joined: date) -> Days:
        """The days that count on `day`; of a period that runs also those to come."""
        return anniversary_period(day, joined, self.months)

    def review(self, day: date, joined: date) -> Days:
        """The period that holds `day`, after whose last day the tier is reviewed."""
        return self.counting(day, joined)

    @property
    def review_months(self) -> int:
        return self.months


@dataclass(frozen=True)
class RollingWindow:
    """The last `months` on any day; reviewed at the end of every `review_months` of the calendar year."""

    months: int = MONTHS_OF_A_YEAR
    review_months: int = 1

    def counting(self, day: date, joined: date) -> Days:
        """The days that count on `day`, which is the last of them."""
        return rolling_period(day, self.months)

    def review(self, day: date, joined: date) -> Days:
        """The period that holds `day`, after whose last day the tier is reviewed."""
        return calendar_period(day, self.review_months)


Window = CalendarWindow | AnniversaryWindow | RollingWindow


def _months(section: Section, key: str, default: int, most: int = LONGEST) -> int:
    return section.integer(key, 1, most) if section.has(key) else default


def _dividing(section: Section, key: str, default: int) -> int:
    months = _months(section, key, default, MONTHS_OF_A_YEAR)
    if MONTHS_OF_A_YEAR % months:
        section.fault(key, "use 1, 2, 3, 4, 6 or 12 months, so that they fill a year")
    return months


def _calendar(section: Section) -> Window:
    months = _dividing(section, "months", MONTHS_OF_A_YEAR)
    return CalendarWindow(months, _months(section, "first_month", FIRST_MONTH, MONTHS_OF_A_YEAR))


def _anniversary(section: Section) -> Window:
    return AnniversaryWindow(_months(section, "months", MONTHS_OF_A_YEAR))


def _rolling(section: Section) -> Window:
    months = _months(section, "months", MONTHS_OF_A_YEAR)
    return RollingWindow(months, _dividing(section, "review_months", 1))


WINDOWS: dict[str, Callable[[Section], Window]] = {
    "calendar_year": _calendar,
    "anniversary": _anniversary,
    "rolling": _rolling,
}
