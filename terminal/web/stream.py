"""The one stream: every page gets the newest view at once, and never a queue of old ones."""

from __future__ import annotations

import asyncio
import json
from typing import Any

View = dict[str, Any]


class Stream:
    """Keeps the newest view by name; lives in the event loop. A slow page skips views instead of falling behind."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._changed: dict[str, set[asyncio.Event]] = {}

    def publish(self, views: dict[str, View]) -> None:
        """Call in the event loop."""
        for name, view in views.items():
            self._texts[name] = json.dumps(view, ensure_ascii=False, separators=(",", ":"))
            for event in self._changed.get(name, ()):
                event.set()

    def newest(self, name: str) -> str | None:
        return self._texts.get(name)

    def listen(self, name: str) -> asyncio.Event:
        """An event that is set at every new view of `name`; give it back to `forget`."""
        event = asyncio.Event()
        self._changed.setdefault(name, set()).add(event)
        return event

    def forget(self, name: str, event: asyncio.Event) -> None:
        self._changed[name].discard(event)
