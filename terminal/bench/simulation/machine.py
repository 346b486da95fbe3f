"""A terminal's own clocks: a wall clock that may be wrong by years, and a monotonic one that begins at each boot."""

from __future__ import annotations

from terminal.bench.simulation.schedule import SECOND_MS, Schedule
from terminal.clock_keeper import Machine

LONG_AGO_MS = 946_684_800_000  # 2000-01-01, where a clock stands whose battery is dead


class SimulatedMachine:
    """`wall` and `monotonic` in milliseconds; `boot` names this boot."""

    def __init__(self, name: str, schedule: Schedule) -> None:
        self._name, self._schedule = name, schedule
        self._ahead_ms = 0
        self._boots = 0
        self._booted_ms = schedule.now_ms
        self.battery_dead = False

    def boot(self) -> str:
        return f"{self._name}-boot-{self._boots}"

    def clocks(self) -> Machine:
        """What `terminal.clock_keeper.ClockKeeper` reads."""
        return Machine(self.wall, self.monotonic, self.boot)

    def wall(self) -> int:
        return self._schedule.now_ms + self._ahead_ms

    def monotonic(self) -> int:
        return self._schedule.now_ms - self._booted_ms + SECOND_MS

    def reboot(self) -> None:
        """Monotonic time begins again; a clock without a battery begins in the year 2000."""
        self._boots += 1
        self._booted_ms = self._schedule.now_ms
        if self.battery_dead:
            self._ahead_ms = LONG_AGO_MS - self._schedule.now_ms

    def set_ahead(self, ahead_ms: int) -> None:
        """The wall clock jumps: it is wrong by so much, or right again (0)."""
        self._ahead_ms = ahead_ms
