"""How many requests one worker reads and answers at once, and how many may wait for that: more are sent away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hq.problems import Code, Refusal

AT_ONCE = 64  # bodies in memory: at most 32 MB
WAITING_MAX = 4000  # every terminal of a large chain with one question each, after an outage
WAIT_S = 5


class Turns:
    """Use in one event loop."""

    def __init__(self, at_once: int = AT_ONCE, waiting_max: int = WAITING_MAX) -> None:
        self._free, self._waiting, self._waiting_max = asyncio.Semaphore(at_once), 0, waiting_max

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn. Raises Refusal TOO_MANY when too many wait already."""
        if self._waiting >= self._waiting_max:
            raise Refusal(Code.TOO_MANY, wait_s=WAIT_S)
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()
