"""Codes from the scanners and the counter's page: HQ is asked first about what is good once. The till never waits.

The till's thread says what HQ is to be asked and takes the code; the question is under way in the event loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from protocol.links import CodeAnswer, CodeAsk, LinkAnswer, LinkAsk
from terminal.counter.consumer import Busy
from terminal.counter.phrase import Refusal
from terminal.counter.shown_to_hq import HqSaid, asked_of_hq, may_be_asked
from terminal.counter.station import Station

log = logging.getLogger(__name__)
AskHq = Callable[[LinkAsk | CodeAsk], Awaitable[LinkAnswer | CodeAnswer | None]]  # None: HQ was silent


async def silent(_shown: LinkAsk | CodeAsk) -> None:
    """HQ never says anything."""


def expected(future: Any) -> BaseException | None:
    """What `future` failed of. A refusal is already on the screen; anything else must not vanish in silence."""
    error = None if future.cancelled() else future.exception()
    if isinstance(error, Busy):
        log.warning("a code was dropped: %s", error)
    elif error is not None and not isinstance(error, Refusal):
        log.error("an event failed: %s", error, exc_info=error)
    return error


class CodeScans:
    """Call everything in the event loop. While HQ is asked about a code, the same code again is the same one."""

    def __init__(self, station: Station, ask: AskHq = silent) -> None:
        self._station, self._ask = station, ask
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def scanned(self, text: str, aim: str, refused: Callable[[], object] = lambda: None) -> None:
        """A scanner read this; `refused` hears, on any thread, that it did nothing. Raises Busy where the till has too
        much to do."""

        def over(future: Any) -> None:
            if isinstance(expected(future), Refusal):
                refused()

        if not may_be_asked(text):
            self._station.do(lambda desk: desk.scan(text, aim)).add_done_callback(over)
        elif text not in self._under_way:
            self._begin(text, aim).add_done_callback(over)

    async def scan(self, text: str, aim: str = "") -> None:
        """Take a code, and return when the till has. Raises Refusal as the desk does, and Busy."""
        if not may_be_asked(text):
            await asyncio.wrap_future(self._station.do(lambda desk: desk.scan(text, aim)))
            return
        await asyncio.shield(self._under_way.get(text) or self._begin(text, aim))

    async def close(self) -> None:
        """Let go of all that HQ is asked about."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, text: str, aim: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(self._take(text, aim))
        self._under_way[text] = task
        task.add_done_callback(lambda _: self._under_way.pop(text, None))
        return task

    async def _take(self, text: str, aim: str) -> None:
        said = await self._hq(text, aim)
        await asyncio.wrap_future(self._station.do(lambda desk: desk.scan(text, aim, said)))

    async def _hq(self, text: str, aim: str) -> HqSaid | None:
        """What HQ says; what keeps it from being asked is said by the desk."""
        try:
            question = await asyncio.wrap_future(self._station.ask(lambda desk: asked_of_hq(desk, text, aim)))
        except Refusal:
            return None
        answer = None if question is None else await self._ask(question)
        match answer:
            case LinkAnswer():
                return HqSaid(link=answer)
            case CodeAnswer():
                return HqSaid(code=answer)
            case _:
                return None
