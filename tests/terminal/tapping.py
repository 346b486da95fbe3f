"""A till, a virtual reader and whoever carries taps between them, in one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Any, TypeVar

from drivers.base import CardTapped, Event
from drivers.virtual.card_reader import VirtualCardReader
from terminal.card_taps import CardTaps, Exchange, FetchKey, away
from terminal.counter.attention import Attention
from terminal.counter.card_talk import Patience
from terminal.counter.desk import Desk
from terminal.counter.screens import Surroundings
from terminal.counter.shop import CardKeys
from terminal.counter.station import Outlets, Station
from terminal.device_events import DeviceEvents
from terminal.devices.lines import event_message
from tests.terminal.shops import TestShop

LIMIT_S = 30
PATIENT = Patience(LIMIT_S, LIMIT_S)  # a machine that is busy makes no card mute
T = TypeVar("T")


@dataclass
class AtTheTill:
    """A till that works, and what lies at its readers."""

    station: Station
    taps: CardTaps

    async def desk(self, work: Callable[[Desk], T]) -> T:
        """Do something at the till. Raises what it raises."""
        async with asyncio.timeout(LIMIT_S):
            return await asyncio.wrap_future(self.station.do(work))

    async def notice(self) -> str | None:
        """The code of what the screens say."""
        phrase = await self.desk(lambda desk: desk.till.notice)
        return phrase.code if phrase else None


@dataclass
class Tapping(AtTheTill):
    """`lights` has one entry for each tap that was decided."""

    reader: VirtualCardReader
    lights: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def tap(self, uid: str, **order: Any) -> str:
        """Hold a card to the reader until the till has decided: ok or refused."""
        self.reader.tap(uid, **order)
        return await self.decided()

    async def decided(self) -> str:
        async with asyncio.timeout(LIMIT_S):
            return await self.lights.get()


@asynccontextmanager
async def tapping(
    test: TestShop,
    card_keys: CardKeys,
    around: Callable[[Exchange], Exchange] = lambda exchange: exchange,
    fetch_key: FetchKey = away,
) -> AsyncIterator[Tapping]:
    """The shop of `test` with these keys at hand; `around` may stand between till and reader, `fetch_key` is HQ."""
    loop, intents, ids = asyncio.get_running_loop(), count(1), count(1)
    shop = replace(test.shop, card_keys=card_keys)
    attention = Attention(lambda: 0)
    lights: asyncio.Queue[str] = asyncio.Queue()

    def light(name: str) -> None:
        loop.call_soon_threadsafe(lights.put_nowait, name)

    outlets = Outlets(lambda _: None, light, lambda _: None, lambda: None)
    station = Station(Desk(shop, lambda: f"{next(intents):032x}", attention), attention, Surroundings(), outlets)
    reader = VirtualCardReader("counter", chance=Random(1).randbytes)

    async def exchange(_: str, card: int, apdu: bytes, limit_s: float) -> bytes:
        return await asyncio.to_thread(reader.exchange, card, apdu, limit_s)

    taps = CardTaps(station, around(exchange), Random(2).randbytes, fetch_key, patience=PATIENT)
    events = DeviceEvents(station, taps, lambda: f"t{next(ids)}")

    def emit(event: Event) -> None:
        if isinstance(event, CardTapped):
            loop.call_soon_threadsafe(events.take, event_message(event))

    reader.start(emit)
    station.start()
    try:
        yield Tapping(station, taps, reader, lights)
    finally:
        await taps.close()
        await asyncio.to_thread(station.close)
        await asyncio.to_thread(reader.close)
