"""Long polls: a terminal that has nothing to do waits at HQ, and hears within a second that there is news for it.

A recall and a deny list must reach a terminal that is online in under a second (sync.md, Leases 6). One question to
the database four times a second serves all who wait at this worker, and sees what every other worker committed.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from hq import feed
from hq.database import UNAVAILABLE
from hq.headquarters import Headquarters
from hq.schema import terminal
from hq.terminals import State
from protocol.contact import News
from protocol.feed import Bucket

WAIT_S = 25.0
POLL_S = 0.25
WAITING_MAX = 5000  # at one worker; more are answered at once, and ask again
log = logging.getLogger(__name__)
Who = tuple[str, int]


def news_for(connection: Connection, who: Who) -> News:
    """How far HQ is for this terminal."""
    mine = (terminal.c.device == who[0]) & (terminal.c.epoch == who[1])
    granted = connection.scalar(select(terminal.c.granted).where(mine)) or 0
    return News(granted=granted, config=feed.head_of(connection, Bucket.CONFIG))


@dataclass(frozen=True)
class _Waiting:
    who: Who
    known: News
    woken: asyncio.Event


class Watchers:
    """Those who wait at one worker; everything here runs in its event loop."""

    def __init__(self, hq: Headquarters) -> None:
        self._hq = hq
        self._waiting: dict[int, _Waiting] = {}
        self._number = 0
        self._polling: asyncio.Task[None] | None = None
        self._seen: tuple[int, int, int] | None = None
        self._closed = False

    async def wait(self, who: Who, known: News) -> None:
        """Until there is something else than is `known`, or WAIT_S have passed."""
        if self._closed or len(self._waiting) >= WAITING_MAX:
            return
        self._number += 1
        number, one = self._number, _Waiting(who, known, asyncio.Event())
        self._waiting[number] = one
        self._seen = None  # whoever is new is compared at the next turn
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._poll())
        try:
            await asyncio.wait_for(one.woken.wait(), WAIT_S)
        except TimeoutError:
            log.debug("nothing new for %s", who)
        finally:
            del self._waiting[number]

    def now(self, who: Who) -> News:
        """How far HQ is for a terminal; in a thread."""
        with self._hq.database.reading() as connection:
            return news_for(connection, who)

    def close(self) -> None:
        """Let everybody go, and nobody wait any more."""
        self._closed = True
        for one in self._waiting.values():
            one.woken.set()

    async def _poll(self) -> None:
        while self._waiting and not self._closed:
            try:
                now = await asyncio.to_thread(self._look)
            except UNAVAILABLE as error:
                log.warning("HQ could not look for news: %s", type(error).__name__)
                now = {}
            for one in self._waiting.values():
                found = now.get(one.who)
                if found is not None and found != one.known:
                    one.woken.set()
            await asyncio.sleep(POLL_S)

    def _look(self) -> dict[Who, News | None]:
        """News for everybody who is active; empty while nothing has changed since the last look."""
        with self._hq.database.reading() as connection:
            active = terminal.c.state == State.ACTIVE.value
            given, count = connection.execute(select(func.sum(terminal.c.granted), func.count()).where(active)).one()
            config = feed.head_of(connection, Bucket.CONFIG)
            seen = (int(given or 0), int(count), config)
            if seen == self._seen:
                return {}
            self._seen = seen
            rows = connection.execute(select(terminal.c.device, terminal.c.epoch, terminal.c.granted, active))
            return {
                (device, epoch): News(granted=granted, config=config) if may else STOPPED
                for device, epoch, granted, may in rows
            }


STOPPED = News(granted=0, config=0)  # differs from what any terminal knows: it asks, and hears why
