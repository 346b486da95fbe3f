"""An `emit` that remembers, and waits for what is to come."""

from __future__ import annotations

import threading
from typing import Any, TypeVar

from drivers.base import DeviceStatus, Event

LIMIT_S = 30.0
Wanted = TypeVar("Wanted", bound=Event)


class Recorder:
    """Events in order. `next` goes forward through them, so that each event answers one question only."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._events: list[Event] = []
        self._seen = 0
        self._news = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._news:
            self._events.append(event)
            self._news.notify_all()

    def next(self, kind: type[Wanted], **fields: Any) -> Wanted:
        """Wait for the next event of `kind` with these fields; whatever comes before it is passed over."""
        found: list[Wanted] = []

        def there() -> bool:
            while self._seen < len(self._events) and not found:
                event = self._events[self._seen]
                self._seen += 1
                if isinstance(event, kind) and all(getattr(event, key) == value for key, value in fields.items()):
                    found.append(event)
            return bool(found)

        with self._news:
            assert self._news.wait_for(there, self._limit_s), f"no {kind.__name__} with {fields} in {self._events}"
        return found[0]

    def status(self, code: str) -> DeviceStatus:
        """Wait for the next status of this code."""
        return self.next(DeviceStatus, code=code)

    def all(self, kind: type[Wanted]) -> list[Wanted]:
        """Every event of `kind` so far."""
        with self._news:
            return [event for event in self._events if isinstance(event, kind)]
