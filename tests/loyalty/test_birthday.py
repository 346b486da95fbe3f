"""Birthdays: windows over 29 February and the new year, and changed birth dates (D19)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.birthday import WIDEST, BirthdayPolicy, birthday_in, kept_birthday, may_change
from loyalty.document import Fault
from loyalty.section import Section

USUAL = BirthdayPolicy()
MARCH = BirthdayPolicy(leap_day="03-01")
RULES = settings(derandomize=True, max_examples=200, deadline=None)
DAYS = st.dates(date(1930, 1, 1), date(2099, 12, 31))


def kept(birthday: str, today: str, policy: BirthdayPolicy = USUAL, changed_on: str | None = None) -> int | None:
    return kept_birthday(birthday, changed_on, date.fromisoformat(today), policy)


@pytest.mark.parametrize(
    ("today", "february", "march"),
    [
        ("2027-02-24", None, None),
        ("2027-02-25", 2027, None),
        ("2027-02-26", 2027, 2027),
        ("2027-03-03", 2027, 2027),
        ("2027-03-04", None, 2027),
        ("2027-03-05", None, None),
        ("2028-02-25", None, None),  # a leap year: the day itself, whatever the policy
        ("2028-02-26", 2028, 2028),
        ("2028-03-03", 2028, 2028),
        ("2028-03-04", None, None),
    ],
)
def test_d19_a_birthday_on_29_february_is_kept_in_common_years(
    today: str, february: int | None, march: int | None
) -> None:
    assert kept("2000-02-29", today) == february
    assert kept("2000-02-29", today, MARCH) == march


def test_d19_the_key_is_the_year_of_the_birthday_kept_not_of_the_calendar() -> None:
    new_year, eve = "1990-01-01", "1990-12-31"
    assert kept(new_year, "2026-12-29") == 2027, "not 2026, the year of the calendar"
    assert kept(new_year, "2027-01-04") == 2027
    assert kept(new_year, "2027-12-29") == 2028, "a second use in one calendar year, of the next birthday"
    assert kept(eve, "2027-01-03") == 2026, "not 2027, the year of the calendar"
    assert kept(eve, "2027-01-04") is None


def test_d19_a_changed_birth_date_opens_the_right_from_the_30th_day_after() -> None:
    changed = "2026-02-01"
    assert kept("1990-03-03", "2026-03-02", changed_on=changed) is None, "day 29"
    assert kept("1990-03-03", "2026-03-03", changed_on=changed) == 2026, "day 30"
    assert kept("1990-03-03", "2026-03-02", changed_on=None) == 2026, "the date given at enrolment is no change"


def test_d19_a_birth_date_can_change_again_after_365_days() -> None:
    assert may_change(None, date(2026, 2, 1), USUAL)
    assert not may_change("2026-02-01", date(2027, 1, 31), USUAL), "day 364"
    assert may_change("2026-02-01", date(2027, 2, 1), USUAL)


def test_without_a_birthday_none_is_kept() -> None:
    assert kept_birthday(None, None, date(2026, 3, 1), USUAL) is None


def test_the_day_of_birth_is_no_birthday() -> None:
    assert kept("2026-03-01", "2026-03-01") is None
    assert kept("2026-03-01", "2027-03-01") == 2027


def test_a_birth_date_that_is_no_date_is_refused() -> None:
    with pytest.raises(ValueError, match="1 March"):
        kept("1 March", "2026-03-01")


@RULES
@given(DAYS, DAYS, st.integers(0, WIDEST), st.sampled_from(["02-28", "03-01"]))
def test_every_day_belongs_to_at_most_one_birthday(born: date, today: date, window: int, leap_day: str) -> None:
    policy = BirthdayPolicy(window, leap_day)
    found = kept_birthday(born.isoformat(), None, today, policy)
    near = [
        year
        for year in range(born.year + 1, 2102)
        if abs(today - birthday_in(born, year, policy)) <= timedelta(days=window)
    ]
    assert near == ([] if found is None else [found])


@RULES
@given(DAYS, st.integers(1931, 2099), st.integers(0, WIDEST))
def test_each_birthday_is_kept_on_as_many_days(born: date, year: int, window: int) -> None:
    policy = BirthdayPolicy(window)
    year = max(year, born.year + 1)
    middle = birthday_in(born, year, policy)
    days = [middle + timedelta(days=shift) for shift in range(-window - 1, window + 2)]
    keys = [kept_birthday(born.isoformat(), None, day, policy) for day in days]
    assert keys.count(year) == 2 * window + 1
    assert keys[1:-1] == [year] * (2 * window + 1)


def read(**values: Any) -> tuple[BirthdayPolicy, list[Fault]]:
    faults: list[Fault] = []
    return BirthdayPolicy.read(Section(values, "birthday", faults)), faults


def test_a_policy_is_read_and_every_key_is_optional() -> None:
    assert read() == (BirthdayPolicy(3, "02-28", 30, 365), [])
    policy, faults = read(window_days=7, leap_day="03-01", change_opens_after_days=0, change_again_after_days=730)
    assert (policy, faults) == (BirthdayPolicy(7, "03-01", 0, 730), [])


def test_all_that_is_wrong_with_a_policy_is_said_at_once() -> None:
    _, faults = read(window_days=WIDEST + 1, leap_day="02-29", change_opens_after_days=-1, change_again_days=1)
    assert [fault.path for fault in faults] == [
        "birthday.window_days",
        "birthday.leap_day",
        "birthday.change_opens_after_days",
        "birthday.change_again_days",
    ]
