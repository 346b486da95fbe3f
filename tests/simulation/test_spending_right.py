"""When the right to spend has surely ended, and when it surely has not, by true time."""

from __future__ import annotations

from terminal.bench.simulation.schedule import DAY_MS, HOUR_MS, Schedule
from terminal.bench.simulation.spending_right import SpendingRight


def right(until_ms: int) -> tuple[Schedule, SpendingRight]:
    schedule = Schedule(0)
    found = SpendingRight(lambda: schedule.now_ms)
    found.heard(until_ms)
    return schedule, found


def test_before_its_end_it_surely_stands() -> None:
    schedule, spending = right(DAY_MS)
    schedule.run_until(DAY_MS - HOUR_MS)
    assert spending.surely()
    assert not spending.over()


def test_after_its_end_it_is_over() -> None:
    schedule, spending = right(DAY_MS)
    schedule.run_until(DAY_MS + HOUR_MS)
    assert spending.over()
    assert not spending.surely()


def test_time_without_power_may_not_have_been_counted() -> None:
    schedule, spending = right(DAY_MS)
    spending.off()
    schedule.run_until(DAY_MS)
    spending.on()
    schedule.run_until(DAY_MS + 2 * HOUR_MS)
    assert not spending.over()
    assert not spending.surely(), "it may have been counted all the same"


def test_before_any_word_of_hq_nothing_is_certain() -> None:
    spending = SpendingRight(lambda: 5)
    assert not spending.over()
    assert not spending.surely()
