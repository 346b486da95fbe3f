"""Simulated time: what happens when, one thing after the other, always in the same order."""

from __future__ import annotations

import heapq
from collections.abc import Callable

Act = Callable[[], None]
DEEPEST = 8  # waits inside waits; beyond this a wait only moves the clock

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class Schedule:
    """The true time in UTC milliseconds, and what is to come. Of two acts at one time the earlier asked goes first."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self._coming: list[tuple[int, int, Act]] = []
        self._asked = 0
        self._depth = 0

    def after(self, delay_ms: int, act: Act) -> None:
        self.at(self.now_ms + delay_ms, act)

    def at(self, when_ms: int, act: Act) -> None:
        self._asked += 1
        heapq.heappush(self._coming, (when_ms, self._asked, act))

    def pass_time(self, span_ms: int) -> None:
        """Wait, while the rest of the world goes on: this is how two things overlap without a thread."""
        self.run_until(self.now_ms + span_ms)

    def run_until(self, until_ms: int) -> None:
        if self._depth < DEEPEST:
            self._depth += 1
            try:
                while self._coming and self._coming[0][0] <= until_ms:
                    when_ms, _, act = heapq.heappop(self._coming)
                    self.now_ms = max(self.now_ms, when_ms)
                    act()
            finally:
                self._depth -= 1
        self.now_ms = max(self.now_ms, until_ms)

    def stop(self) -> None:
        """Nothing more happens."""
        self._coming.clear()
