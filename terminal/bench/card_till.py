"""The whole way of a card on the bench: reader, devices, socket, till, until the member is greeted.

`python -m terminal.bench.card_till READER TAPS` is a process of its own. What are two processes of a terminal, the
devices and the till, are threads of it, so that its processor time is that of both; between them are the real socket
and its lines.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from drivers.options import PcscOptions
from terminal.bench.card_shop import MEMBER, desk_that_knows
from terminal.bench.card_turns import WAIT_S_MAX, Turn, tell
from terminal.card_taps import CardTaps
from terminal.config import DeviceConfig
from terminal.counter.attention import Attention
from terminal.counter.screens import Surroundings
from terminal.counter.station import Outlets, Station
from terminal.device_events import DeviceEvents
from terminal.devices.host import Host
from terminal.devices.hub import DeviceHub
from terminal.lasting import lasting

UID = "04A1B2C3D4E5F6"
PROVEN = "P4"
Moment = tuple[int, int]  # the monotonic clock and the processor's, in nanoseconds


def now() -> Moment:
    return time.monotonic_ns(), time.process_time_ns()


class Till:
    """One till, and what it tells. Call everything in the event loop."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self.apdus_ns: list[int] = []
        self.seen: asyncio.Queue[tuple[str, Moment]] = asyncio.Queue()
        self.lights: asyncio.Queue[tuple[str, Moment]] = asyncio.Queue()

    async def turn(self) -> Turn:
        """Wait for a card, until its member is greeted. Raises OSError for a card that did not prove its key."""
        _, idle_ns = now()
        self.apdus_ns.clear()
        seen_ns, seen_cpu_ns = await self.event("card")
        async with asyncio.timeout(WAIT_S_MAX):
            light, (end_ns, cpu_ns) = await self.lights.get()
        till = await asyncio.wrap_future(self._station.ask(lambda desk: desk.till))
        if (light, till.member, till.proof.level) != ("ok", MEMBER, PROVEN):
            raise OSError(f"the till was to greet a member at {PROVEN}, and the light is {light}")
        return Turn(seen_ns, end_ns, list(self.apdus_ns), cpu_ns - idle_ns, cpu_ns - seen_cpu_ns)

    async def parted(self) -> None:
        """Wait until the card was taken away; nobody is at the till then."""
        await self.event("card_removed")
        await asyncio.wrap_future(self._station.do(lambda desk: desk.clear_member()))

    async def event(self, name: str) -> Moment:
        """When the next event of this name came. Raises TimeoutError where none comes."""
        async with asyncio.timeout(WAIT_S_MAX):
            while True:
                found, at = await self.seen.get()
                if found == name:
                    return at


@asynccontextmanager
async def till_of(folder: Path, reader: str) -> AsyncIterator[Till]:
    """The till with its devices, ready for cards at `reader`."""
    loop, ids = asyncio.get_running_loop(), itertools.count(1)
    attention = Attention(lambda: time.monotonic_ns() // 1_000_000)
    async with AsyncExitStack() as stack:
        outlets = Outlets(
            publish=lambda _: None,
            light=lambda name: _soon(loop, till.lights, name),
            fatal=lambda _: None,
            committed=lambda: None,
        )
        desk = stack.enter_context(desk_that_knows(folder, UID, attention))
        station = Station(desk, attention, Surroundings(), outlets)
        till = Till(station)

        async def exchange(device: str, card: int, apdu: bytes, limit_s: float) -> bytes:
            begun_ns = time.monotonic_ns()
            answer = await hub.exchange(device, card, apdu, limit_s)
            till.apdus_ns.append(time.monotonic_ns() - begun_ns)
            return answer

        def take(event: Mapping[str, Any]) -> None:
            till.seen.put_nowait((event.get("code", event["event"]), now()))
            events.take(event)

        taps = CardTaps(station, exchange, secrets.token_bytes)
        events = DeviceEvents(station, taps, lambda: f"{next(ids):016x}")
        device = DeviceConfig("card_reader", "bench", "pcsc", PcscOptions(reader=reader))
        hub = DeviceHub(folder / "devices.sock", take, [(device.kind, device.name)])
        station.start()
        stack.callback(station.close)
        await asyncio.wrap_future(station.refresh())
        await hub.start()
        stack.push_async_callback(hub.close)
        stack.push_async_callback(taps.close)
        stack.enter_context(_hosted(Host([device], folder / "devices.sock")))
        await till.event("device_ready")
        while not till.lights.empty():
            till.lights.get_nowait()
        yield till


def _soon(loop: asyncio.AbstractEventLoop, lights: asyncio.Queue[tuple[str, Moment]], name: str) -> None:
    """From the till's thread: at the moment of the light, and only a verdict on a card."""
    if name in ("ok", "refused"):
        loop.call_soon_threadsafe(lights.put_nowait, (name, now()))


@contextmanager
def _hosted(host: Host) -> Iterator[None]:
    thread = threading.Thread(target=host.serve, name="devices")
    thread.start()
    try:
        yield
    finally:
        host.stop()
        thread.join()


async def run(reader: str, taps: int) -> None:
    """Take `taps` cards at `reader`, and tell each."""
    with tempfile.TemporaryDirectory(prefix="stillpoint-bench-") as folder:
        async with till_of(Path(folder), reader) as till:
            lasting()
            tell()
            for _ in range(taps):
                tell(await till.turn())
                await till.parted()
                tell()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], int(sys.argv[2])))
