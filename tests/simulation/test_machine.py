"""A terminal's clocks: wrong by years, dead, and begun again at each boot."""

from __future__ import annotations

from terminal.bench.simulation.machine import LONG_AGO_MS, SimulatedMachine
from terminal.bench.simulation.schedule import DAY_MS, Schedule

NOW_MS = 1_795_147_200_000


def test_the_monotonic_clock_begins_again_at_each_boot() -> None:
    schedule = Schedule(NOW_MS)
    machine = SimulatedMachine("s01-1", schedule)
    boot = machine.boot()
    schedule.run_until(NOW_MS + DAY_MS)
    before = machine.monotonic()
    machine.reboot()
    assert before > DAY_MS > machine.monotonic()
    assert machine.boot() != boot


def test_the_wall_clock_can_be_wrong_and_right_again() -> None:
    machine = SimulatedMachine("s01-1", Schedule(NOW_MS))
    machine.set_ahead(-365 * DAY_MS)
    assert machine.wall() == NOW_MS - 365 * DAY_MS
    machine.set_ahead(0)
    assert machine.wall() == NOW_MS


def test_a_dead_battery_forgets_the_time_at_a_boot() -> None:
    machine = SimulatedMachine("s01-1", Schedule(NOW_MS))
    machine.battery_dead = True
    assert machine.wall() == NOW_MS, "while the power is there the clock goes on"
    machine.reboot()
    assert machine.wall() == LONG_AGO_MS
