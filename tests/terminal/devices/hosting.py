"""A devices process in a thread, and a terminal that remembers what it hears."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from terminal.devices.host import Host
from terminal.devices.hub import DeviceHub

LIMIT_S = 30


class Heard:
    """The `on_event` of a hub. `until` waits for an event with these fields and takes it; the order is free."""

    def __init__(self) -> None:
        self._waiting: list[Mapping[str, Any]] = []
        self._news = asyncio.Event()
        self.names: set[str] = set()

    def __call__(self, event: Mapping[str, Any]) -> None:
        self.names.add(event["event"])
        self._waiting.append(event)
        self._news.set()

    def left(self) -> list[Mapping[str, Any]]:
        """What was heard and not waited for."""
        return list(self._waiting)

    async def until(self, **fields: Any) -> Mapping[str, Any]:
        async with asyncio.timeout(LIMIT_S):
            while True:
                for event in self._waiting:
                    if fields.items() <= event.items():
                        self._waiting.remove(event)
                        return event
                self._news.clear()
                await self._news.wait()


@contextmanager
def running(host: Host) -> Iterator[None]:
    """A host in a thread of its own."""
    thread = threading.Thread(target=host.serve)
    thread.start()
    try:
        yield
    finally:
        host.stop()
        thread.join(LIMIT_S)
        assert not thread.is_alive()


@asynccontextmanager
async def listening(path: Path) -> AsyncIterator[tuple[DeviceHub, Heard]]:
    heard = Heard()
    hub = DeviceHub(path, heard, expected=[("card_reader", "counter")])
    await hub.start()
    try:
        yield hub, heard
    finally:
        await hub.close()
