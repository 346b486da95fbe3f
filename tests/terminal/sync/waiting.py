"""What a link heard, in order, with bounded patience."""

from __future__ import annotations

import queue

from tests.terminal.sync.till import PATIENCE_S


class Heard:
    """Give `put` to a Link as its `on_event`."""

    def __init__(self) -> None:
        self._queue: queue.Queue[object] = queue.Queue()
        self.put = self._queue.put

    def next(self) -> object:
        """The next event. Raises queue.Empty if it does not come."""
        return self._queue.get(timeout=PATIENCE_S)
