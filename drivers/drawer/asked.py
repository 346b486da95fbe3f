"""A request to open a drawer: what cannot be done soon is not done at all."""

from __future__ import annotations

import threading

FRESH_NS = 2_000_000_000


class Asked:
    """The newest request; any thread asks, one takes. A drawer that opens by itself minutes later would be a danger."""

    def __init__(self) -> None:
        self._news = threading.Event()
        self._at_ns: int | None = None

    def ask(self, now_ns: int) -> None:
        self._at_ns = now_ns
        self._news.set()

    def wait(self, limit_s: float) -> None:
        """Wait until something is asked, at most `limit_s`."""
        self._news.wait(limit_s)

    def take(self, now_ns: int) -> bool:
        """Whether the drawer is to be opened now. Each request is given once, and not when it is older than 2 s."""
        at_ns, self._at_ns = self._at_ns, None
        self._news.clear()
        return at_ns is not None and now_ns - at_ns <= FRESH_NS
