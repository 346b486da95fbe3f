"""A terminal whole but for its pages: till, door, sync agent and a PC/SC reader, beside an HQ that is served."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from drivers.base import CardTapped, Event
from drivers.card_reader.pcsc import PcscCardReader
from drivers.options import PcscOptions
from protocol.directory import CardProof, CardRow
from protocol.lease import GrantPage
from terminal.card_taps import CardTaps
from terminal.clock_keeper import ClockKeeper
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk
from terminal.counter.screens import Surroundings
from terminal.counter.shop import Shop
from terminal.counter.station import Outlets, Station
from terminal.device_events import DeviceEvents
from terminal.devices.lines import event_message
from terminal.gate import LedgerGate
from terminal.serving import SyncLender
from terminal.store.card_keys import CardKeyFile, KeysAtHand, WantedKeys
from terminal.store.directory import Directory
from terminal.store.ledger import Ledger
from terminal.sync.door import Door
from tests.contracts.beds.pcscd_twin import FIRST, TwinProcess
from tests.terminal.sync.conftest import World
from tests.terminal.tapping import LIMIT_S, PATIENT, AtTheTill

log = logging.getLogger(__name__)


@dataclass
class HeardGate:
    """The gate, and word of what came through it."""

    gate: LedgerGate
    contacts: int = 0
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def acknowledge(self, seq: int, digest: str) -> None:
        await self.gate.acknowledge(seq, digest)
        await self._tell()

    async def apply_grants(self, page: GrantPage) -> int:
        return await self.gate.apply_grants(page)

    async def note_contact(self, utc_ms: int, spend_until_ms: int) -> None:
        await self.gate.note_contact(utc_ms, spend_until_ms)
        self.contacts += 1
        await self._tell()

    async def directory_changed(self, bucket: str) -> None:
        await self.gate.directory_changed(bucket)
        await self._tell()

    async def link(self, online: bool, code: str | None) -> None:
        await self.gate.link(online, code)
        await self._tell()

    async def _tell(self) -> None:
        async with self.news:
            self.news.notify_all()


@dataclass
class WholeTerminal(AtTheTill):
    """`lights` has one entry for each decision that a light tells."""

    world: World
    shop: Shop
    keys: CardKeyFile
    twin: TwinProcess
    heard: HeardGate
    lights: asyncio.Queue[str]
    lender: SyncLender

    async def tap(self, uid: str, **order: Any) -> str:
        """Put a card on the counter's reader until the till has decided, and all that follows is done."""
        await asyncio.to_thread(self.twin.order, tap=uid, **order)
        async with asyncio.timeout(LIMIT_S):
            light = await self.lights.get()
            await self.taps.settle()
            await self.desk(lambda _: None)
        return light

    async def take_away(self) -> None:
        await asyncio.to_thread(self.twin.order, remove=True)

    @asynccontextmanager
    async def online(self, until: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
        """The sync agent at work: from when HQ was reached and `until` holds."""
        agent, before = ExitStack(), self.heard.contacts
        agent.enter_context(self.world.agent())
        try:
            async with asyncio.timeout(LIMIT_S), self.heard.news:
                await self.heard.news.wait_for(lambda: self.heard.contacts > before and until())
            yield
        finally:
            await asyncio.to_thread(agent.close)  # its last words are for this loop
        async with asyncio.timeout(LIMIT_S), self.heard.news:
            await self.heard.news.wait_for(lambda: not self.station.around.online)

    async def meet(self, until: Callable[[], bool]) -> None:
        """One contact, until `until` holds."""
        async with self.online(until):
            pass

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait while the agent is at work, until `done` holds."""
        async with asyncio.timeout(LIMIT_S), self.heard.news:
            await self.heard.news.wait_for(done)

    def card(self, key: str) -> CardRow | None:
        """What the directory says of a card."""
        with closing(Directory(self.world.folder / "directory.db")) as directory:
            return directory.card(key)

    def proof(self, key: str) -> CardProof | None:
        """What the directory says of a card's key; None also where the card is not known."""
        row = self.card(key)
        return row.proof if row else None

    def has_forgotten(self, key: str) -> bool:
        """Whether the card is nobody's; a directory that is not whole, or cannot be read, knows of no card, either."""
        with closing(Directory(self.world.folder / "directory.db")) as directory:
            return directory.card(key) is None and directory.members_known_since() is not None

    def knows_everybody(self) -> bool:
        """Whether the directory has held all of HQ's members."""
        with closing(Directory(self.world.folder / "directory.db")) as directory:
            return directory.members_known_since() is not None

    def versions(self) -> dict[str, int]:
        """The version of each key that is at hand."""
        return {card: held.version for card, held in self.keys.read().items()}


@asynccontextmanager
async def whole_terminal(world: World, twin: TwinProcess) -> AsyncIterator[WholeTerminal]:
    """The terminal of `world` with the twin's first reader; HQ is away until it is `online`."""
    loop, ids, intents = asyncio.get_running_loop(), count(1), count(1)
    identity, random = world.identity, Random(6).randbytes
    keys, wanted, around = CardKeyFile(world.folder, random), WantedKeys(), Surroundings()
    lights: asyncio.Queue[str] = asyncio.Queue()
    with (
        Ledger.open(world.folder / "ledger.db", identity.device, identity.epoch) as ledger,
        closing(Directory(world.folder / "directory.db")) as directory,
    ):
        keeper, at_hand = ClockKeeper(ledger), KeysAtHand(keys, log.error)
        shop = Shop(
            ledger, directory, identity, keeper.clock.now, lambda: around.online, at_hand, at_hand.link, wanted.want
        )
        attention = Attention(lambda: 0)
        outlets = Outlets(
            publish=lambda _: None,
            light=lambda name: loop.call_soon_threadsafe(lights.put_nowait, name),
            fatal=lambda _: None,
            committed=lambda: loop.call_soon_threadsafe(door.nudge),
        )
        station = Station(Desk(shop, lambda: f"{next(intents):032x}", attention), attention, around, outlets)
        heard = HeardGate(LedgerGate(station, ledger, keeper, wanted))
        door = Door(world.folder / "sync.sock", heard, heard.gate.describe)
        with closing(PcscCardReader("counter", PcscOptions(reader=FIRST), uid_s_max=LIMIT_S)) as reader:

            async def exchange(_: str, card: int, apdu: bytes, limit_s: float) -> bytes:
                return await asyncio.to_thread(reader.exchange, card, apdu, limit_s)

            lender = SyncLender(door, LIMIT_S * 1000, wanted)
            taps = CardTaps(station, exchange, random, lender.card_key, lender.shown, PATIENT)
            events = DeviceEvents(station, taps, lambda: f"t{next(ids)}")

            def emit(event: Event) -> None:
                if isinstance(event, CardTapped):
                    loop.call_soon_threadsafe(events.take, event_message(event))

            station.start()
            await door.start()
            reader.start(emit)
            try:
                yield WholeTerminal(station, taps, world, shop, keys, twin, heard, lights, lender)
            finally:
                await taps.close()
                await door.close()
                await asyncio.to_thread(station.close)
