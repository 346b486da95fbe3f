"""Simulated time: acts in order, waits that let the rest of the world go on, and a clock that never goes back."""

from __future__ import annotations

from terminal.bench.simulation.schedule import Schedule


def test_acts_happen_in_order_and_ties_as_they_were_asked() -> None:
    schedule, seen = Schedule(100), list[str]()
    schedule.after(20, lambda: seen.append("late"))
    schedule.after(10, lambda: seen.append("first"))
    schedule.after(10, lambda: seen.append("second"))
    schedule.run_until(130)
    assert seen == ["first", "second", "late"]
    assert schedule.now_ms == 130


def test_what_is_not_due_waits() -> None:
    schedule, seen = Schedule(0), list[int]()
    schedule.after(10, lambda: seen.append(schedule.now_ms))
    schedule.run_until(9)
    assert seen == []
    schedule.run_until(10)
    assert seen == [10]


def test_while_one_waits_the_others_act() -> None:
    schedule, seen = Schedule(0), list[str]()

    def waits() -> None:
        seen.append("asks")
        schedule.pass_time(50)
        seen.append(f"has the answer at {schedule.now_ms}")

    schedule.after(10, waits)
    schedule.after(30, lambda: seen.append("another acts"))
    schedule.after(70, lambda: seen.append("later"))
    schedule.run_until(100)
    assert seen == ["asks", "another acts", "has the answer at 60", "later"]


def test_very_deep_waits_only_move_the_clock() -> None:
    schedule, depths = Schedule(0), list[int]()

    def waits(depth: int) -> None:
        depths.append(depth)
        schedule.after(1, lambda: waits(depth + 1))
        schedule.pass_time(2)

    schedule.after(1, lambda: waits(1))
    schedule.run_until(40)
    assert max(depths) > 10
    assert schedule.now_ms >= 40


def test_stopped_nothing_more_happens() -> None:
    schedule, seen = Schedule(0), list[str]()
    schedule.after(1, schedule.stop)
    schedule.after(2, lambda: seen.append("never"))
    schedule.run_until(10)
    assert seen == []
