"""Whether somebody is being served by this process: what can wait stands back, for they share one interpreter."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = 0.05  # for each piece of work that stands back: so there is always some progress, and little of it


class Demand:
    """Use from any thread."""

    def __init__(self) -> None:
        self._serving, self._turn, self._idle = 0, threading.Lock(), threading.Event()
        self._idle.set()

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
        return self._idle.wait(patience_s)

    def _change(self, more: int) -> None:
        with self._turn:
            self._serving += more
            if self._serving:
                self._idle.clear()
            else:
                self._idle.set()
