"""The shop's wall clock and its trading day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from loyalty import Moment


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


@pytest.mark.parametrize(
    ("instant", "zone", "cutoff", "day"),
    [
        ("2026-02-28T19:59:59", "Asia/Shanghai", 4, "2026-02-28"),
        ("2026-02-28T20:00:00", "Asia/Shanghai", 4, "2026-03-01"),
        ("2026-02-28T16:00:00", "Asia/Shanghai", 0, "2026-03-01"),
        ("2026-03-29T01:30:00", "Europe/Berlin", 4, "2026-03-28"),  # 03:30, in the night that loses an hour
        ("2026-03-29T02:00:00", "Europe/Berlin", 4, "2026-03-29"),  # 04:00 on the wall, only 3 hours into the day
        ("2026-10-25T02:59:00", "Europe/Berlin", 4, "2026-10-24"),  # 03:59, after the hour that comes twice
    ],
)
def test_the_trading_day_follows_the_wall_clock(instant: str, zone: str, cutoff: int, day: str) -> None:
    assert Moment(utc(instant), zone, cutoff).business_date() == date.fromisoformat(day)


def test_the_wall_clock_has_no_zone() -> None:
    assert Moment(utc("2026-02-28T20:00:00")).local() == datetime.fromisoformat("2026-03-01T04:00:00")
