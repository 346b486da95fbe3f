"""What waits to be sent to the terminal: every device's newest status, and acts that are still fresh."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from drivers.base import Act, DeviceStatus, Event

ACTS_MAX = 256
FRESH_NS = 5_000_000_000


class Outbound:
    """Filled by the drivers' threads, emptied by one sender; `wake` is called after each filling.

    A tap or a scan belongs to the moment: one that is older than 5 s when it could be sent is dropped. A status is
    kept until it is sent, the newest one of each device; `dropped` counts the acts that were lost.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._acts: deque[Act] = deque()
        self._statuses: dict[tuple[str, str], DeviceStatus] = {}
        self._unsent: dict[tuple[str, str], DeviceStatus] = {}
        self.dropped = 0

    def put(self, event: Event) -> None:
        """Take an event from a driver; never blocks for long."""
        with self._lock:
            if isinstance(event, DeviceStatus):
                key = (event.kind, event.device)
                self._statuses[key] = self._unsent[key] = event
            else:
                if len(self._acts) >= ACTS_MAX:
                    self._acts.popleft()
                    self.dropped += 1
                self._acts.append(event)
        self._wake()

    def all_again(self) -> None:
        """The terminal is new: it must hear every status."""
        with self._lock:
            self._unsent = dict(self._statuses)

    def take(self, now_ns: int) -> list[Event]:
        """All that is to be sent now, statuses first; `now_ns` is monotonic like the events' `at_ns`."""
        with self._lock:
            fresh = [act for act in self._acts if now_ns - act.at_ns <= FRESH_NS]
            self.dropped += len(self._acts) - len(fresh)
            events: list[Event] = [*self._unsent.values(), *fresh]
            self._acts.clear()
            self._unsent.clear()
        return events

    def status(self, kind: str, device: str) -> DeviceStatus | None:
        """The newest status of a device, sent or not."""
        with self._lock:
            return self._statuses.get((kind, device))
