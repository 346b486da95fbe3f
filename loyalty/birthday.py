"""Birthdays: which one is being kept today, and when a birth date may change (D19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from loyalty.section import Section

LEAP_DAYS = {"02-28": (2, 28), "03-01": (3, 1)}
WIDEST = 182  # days on either side: wider windows of two birthdays would overlap


@dataclass(frozen=True)
class BirthdayPolicy:
    """A birthday is kept from `window_days` before it to as many days after it.

    `leap_day` is where 29 February is kept in common years, "02-28" or "03-01". A birth date that was changed opens
    the right from day `change_opens_after_days` after the change, and may change again from day
    `change_again_after_days` after it.
    """

    window_days: int = 3
    leap_day: str = "02-28"
    change_opens_after_days: int = 30
    change_again_after_days: int = 365

    @classmethod
    def read(cls, section: Section) -> BirthdayPolicy:
        """The keys of the same names, all optional."""
        usual = cls()

        def days(key: str, most: int, default: int) -> int:
            return section.integer(key, 0, most) if section.has(key) else default

        policy = cls(
            window_days=days("window_days", WIDEST, usual.window_days),
            leap_day=section.choice("leap_day", LEAP_DAYS) if section.has("leap_day") else usual.leap_day,
            change_opens_after_days=days("change_opens_after_days", 3660, usual.change_opens_after_days),
            change_again_after_days=days("change_again_after_days", 36600, usual.change_again_after_days),
        )
        section.close()
        return policy


def kept_birthday(birthday: str | None, changed_on: str | None, today: date, policy: BirthdayPolicy) -> int | None:
    """The year of the birthday whose window holds `today`, else None; that year is the key of the right (D19).

    `today` is the day on the shop's wall clock (D20). `birthday` is the whole date of birth and `changed_on` the day of
    its last change, ISO; the date given at enrolment is no change, so None. Raises ValueError if either is no date.
    """
    if birthday is None or not _is_open(changed_on, today, policy):
        return None
    born = date.fromisoformat(birthday)
    window = timedelta(days=policy.window_days)
    for year in (today.year - 1, today.year, today.year + 1):  # the window may reach over the new year
        if year > born.year and abs(today - birthday_in(born, year, policy)) <= window:
            return year
    return None


def birthday_in(born: date, year: int, policy: BirthdayPolicy) -> date:
    """The day on which the birthday is kept in `year`."""
    try:
        return born.replace(year=year)
    except ValueError:  # 29 February in a common year
        return date(year, *LEAP_DAYS[policy.leap_day])


def may_change(changed_on: str | None, today: date, policy: BirthdayPolicy) -> bool:
    """Whether the birth date may change today: never changed, or long enough ago."""
    return changed_on is None or today >= _after(changed_on, policy.change_again_after_days)


def _is_open(changed_on: str | None, today: date, policy: BirthdayPolicy) -> bool:
    return changed_on is None or today >= _after(changed_on, policy.change_opens_after_days)


def _after(day: str, days: int) -> date:
    return date.fromisoformat(day) + timedelta(days=days)
