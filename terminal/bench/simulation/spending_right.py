"""How long a terminal may spend what is leased to it, by true time: HQ's word, and the time that it could not count."""

from __future__ import annotations

from collections.abc import Callable

from terminal.bench.simulation.schedule import HOUR_MS, MINUTE_MS

UNNOTED_MS = 6 * HOUR_MS  # what passes between two notes of the clock may be lost at each loss of power
TOLERANCE_MS = 5 * MINUTE_MS


class SpendingRight:
    """`clock` is the true time. Without power no time is counted, so the right may end later by that, never earlier."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._until_ms: int | None = None
        self._lost_ms = 0
        self._off_ms: int | None = None

    def heard(self, until_ms: int) -> None:
        self._until_ms, self._lost_ms = until_ms, 0

    def forget(self) -> None:
        """The disk is another: nobody knows what it says."""
        self._until_ms = None

    def off(self) -> None:
        self._off_ms = self._clock()

    def on(self) -> None:
        if self._off_ms is not None:
            self._lost_ms += self._clock() - self._off_ms + UNNOTED_MS
            self._off_ms = None

    def over(self) -> bool:
        """Whether it has ended, however little time the terminal may have counted."""
        return self._until_ms is not None and self._clock() > self._until_ms + self._lost_ms + TOLERANCE_MS

    def surely(self) -> bool:
        """Whether it has not ended."""
        return self._until_ms is not None and self._clock() < self._until_ms - TOLERANCE_MS
