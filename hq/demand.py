"""Whether somebody is being served by this process: what can wait stands back, for they share one interpreter."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

PATIENCE_S = 0.05  # for each piece of work that stands back: so there is always some progress, and little of it
LULL_S = 0.02  # as long as a terminal needs between an answer and its next question


class Demand:
    """Use from any thread. Whoever was served a moment ago, `lull_s`, still counts: their answer is on its way, and the
    next question comes soon."""

    def __init__(self, lull_s: float = LULL_S) -> None:
        self._serving, self._lull_s = 0, lull_s
        self._free_at = 0.0  # when nobody is served any more, on the monotonic clock
        self._changed = threading.Condition()

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Somebody is served while the block runs."""
        self._change(1)
        try:
            yield
        finally:
            self._change(-1)

    def stand_back(self, patience_s: float = PATIENCE_S) -> bool:
        """Wait until nobody is served, but not for ever; whether nobody is."""
        until = monotonic() + patience_s
        with self._changed:
            while (now := monotonic()) < min(self._free_at, until):
                self._changed.wait(min(self._free_at, until) - now)
            return now >= self._free_at

    def _change(self, more: int) -> None:
        with self._changed:
            self._serving += more
            self._free_at = math.inf if self._serving else monotonic() + self._lull_s
            self._changed.notify_all()
