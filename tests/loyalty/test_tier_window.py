"""The days that count: joins on 29 February, short months, leap years and reviews."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.tier_window import (
    AnniversaryWindow,
    CalendarWindow,
    Days,
    RollingWindow,
    anniversary_period,
    calendar_period,
    months_later,
    rolling_period,
)

RULES = settings(derandomize=True, max_examples=200, deadline=None)
DATES = st.dates(date(1990, 1, 1), date(2099, 12, 31))
DAY = timedelta(days=1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def days(text: str) -> Days:
    first, last = text.split("/")
    return Days(day(first), day(last))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-15", 0, "2026-01-15"),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_short_month(start: str, months: int, end: str) -> None:
    assert months_later(day(start), months) == day(end)


@pytest.mark.parametrize(
    ("today", "months", "first_month", "found"),
    [
        ("2026-01-01", 12, 1, "2026-01-01/2026-12-31"),
        ("2026-12-31", 12, 1, "2026-01-01/2026-12-31"),
        ("2026-03-31", 12, 4, "2025-04-01/2026-03-31"),
        ("2026-04-01", 12, 4, "2026-04-01/2027-03-31"),
        ("2026-05-10", 3, 1, "2026-04-01/2026-06-30"),
        ("2026-01-10", 6, 3, "2025-09-01/2026-02-28"),
        ("2028-02-29", 1, 1, "2028-02-01/2028-02-29"),
    ],
)
def test_a_calendar_period_begins_with_a_month(today: str, months: int, first_month: int, found: str) -> None:
    assert calendar_period(day(today), months, first_month) == days(found)
    assert CalendarWindow(months, first_month).counting(day(today), date.min) == days(found)
    assert CalendarWindow(months, first_month).review(day(today), date.min) == days(found)


@pytest.mark.parametrize(
    ("joined", "today", "months", "found"),
    [
        ("2024-02-29", "2024-02-29", 12, "2024-02-29/2025-02-27"),
        ("2024-02-29", "2025-02-27", 12, "2024-02-29/2025-02-27"),
        ("2024-02-29", "2025-02-28", 12, "2025-02-28/2026-02-27"),
        ("2024-02-29", "2028-02-28", 12, "2027-02-28/2028-02-28"),
        ("2024-02-29", "2028-02-29", 12, "2028-02-29/2029-02-27"),
        ("2026-01-31", "2026-02-28", 1, "2026-02-28/2026-03-30"),
        ("2026-01-31", "2026-03-31", 1, "2026-03-31/2026-04-29"),
        ("2026-05-20", "2026-05-19", 12, "2025-05-20/2026-05-19"),
    ],
)
def test_an_anniversary_period_is_counted_from_the_day_of_joining(
    joined: str, today: str, months: int, found: str
) -> None:
    assert anniversary_period(day(today), day(joined), months) == days(found)
    assert AnniversaryWindow(months).counting(day(today), day(joined)) == days(found)
    assert AnniversaryWindow(months).review(day(today), day(joined)) == days(found)


@pytest.mark.parametrize(
    ("last", "months", "found"),
    [
        ("2026-12-31", 12, "2026-01-01/2026-12-31"),
        ("2026-03-01", 12, "2025-03-02/2026-03-01"),
        ("2028-02-29", 12, "2027-03-01/2028-02-29"),
        ("2029-02-28", 12, "2028-02-29/2029-02-28"),
        ("2026-03-31", 1, "2026-03-01/2026-03-31"),
    ],
)
def test_a_rolling_period_ends_today(last: str, months: int, found: str) -> None:
    assert rolling_period(day(last), months) == days(found)
    assert RollingWindow(months).counting(day(last), date.min) == days(found)


def test_a_rolling_window_is_reviewed_by_the_calendar() -> None:
    assert RollingWindow(12).review(day("2026-02-10"), date.min) == days("2026-02-01/2026-02-28")
    assert RollingWindow(12, 6).review(day("2026-02-10"), date.min) == days("2026-01-01/2026-06-30")
    assert RollingWindow(12, 6).review_months == 6


@RULES
@given(DATES, st.sampled_from([1, 2, 3, 4, 6, 12]), st.integers(1, 12))
def test_calendar_periods_follow_each_other_without_a_gap(today: date, months: int, first_month: int) -> None:
    period = calendar_period(today, months, first_month)
    assert today in period
    assert (period.first.day, (period.first.month - first_month) % months) == (1, 0)
    assert calendar_period(period.last + DAY, months, first_month).first == period.last + DAY
    assert calendar_period(period.first, months, first_month) == period


@RULES
@given(DATES, DATES, st.integers(1, 36))
def test_anniversary_periods_follow_each_other_without_a_gap(joined: date, today: date, months: int) -> None:
    period = anniversary_period(today, joined, months)
    assert today in period
    assert anniversary_period(period.first, joined, months) == period == anniversary_period(period.last, joined, months)
    assert anniversary_period(period.last + DAY, joined, months).first == period.last + DAY
    assert period.first.day == joined.day or (period.first + DAY).day == 1


@RULES
@given(DATES, st.integers(1, 36))
def test_a_rolling_window_never_steps_back(start: date, months: int) -> None:
    firsts = [rolling_period(start + timedelta(days=shift), months).first for shift in range(70)]
    assert all(earlier <= later <= earlier + 4 * DAY for earlier, later in pairwise(firsts))
