"""How many requests one worker reads and answers at once, and how many may wait for that: more are sent away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hq.problems import Code, Refusal

AT_ONCE = 64  # bodies in memory: at most 32 MB
WAITING_MAX = 4000  # every terminal of a large chain with one question each, after an outage
WAIT_S = 5
PATIENCE_S = 8.0  # well below what a terminal waits for an answer: one that has hung up is work for nothing


class Turns:
    """Use in one event loop."""

    def __init__(self, at_once: int = AT_ONCE, waiting_max: int = WAITING_MAX, patience_s: float = PATIENCE_S) -> None:
        self._free, self._waiting, self._waiting_max = asyncio.Semaphore(at_once), 0, waiting_max
        self._patience_s = patience_s

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn. Raises Refusal TOO_MANY when too many wait already, or it does not come soon."""
        if self._waiting >= self._waiting_max:
            raise Refusal(Code.TOO_MANY, wait_s=WAIT_S)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience_s):
                await self._free.acquire()
        except TimeoutError:
            raise Refusal(Code.TOO_MANY, wait_s=WAIT_S) from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()
