"""A till with virtual devices in a devices process of its own, wired as the terminal wires them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from PIL import Image

from drivers.virtual.client import VirtualClient, send
from terminal.card_taps import CardTaps
from terminal.config import load
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk
from terminal.counter.screens import Surroundings
from terminal.counter.station import Outlets, Station
from terminal.counter_devices import CounterDevices, heard_by, paper_of
from terminal.device_events import DeviceEvents
from terminal.devices.host import Host
from terminal.devices.hub import DeviceHub
from tests.terminal.devices.hosting import LIMIT_S, running
from tests.terminal.shops import RICE, TestShop
from tests.terminal.tapping import PATIENT

T = TypeVar("T")
KINDS = ("printer", "drawer", "buzzer", "scanner", "button")
TOML = """
[terminal]
state = "{folder}"
run = "{folder}"
{more}
[printer.counter]
driver = "virtual"
control = "{folder}/printer"
pictures = "{folder}/pictures"
keep_s = {keep_s}
"""


@dataclass
class PrintingTill:
    """`views` are those of the counter, newest last."""

    folder: Path
    station: Station
    host: Host
    views: list[dict[str, Any]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    eyes: dict[str, VirtualClient] = field(default_factory=dict)

    async def desk(self, work: Callable[[Desk], T]) -> T:
        async with asyncio.timeout(LIMIT_S):
            return await asyncio.wrap_future(self.station.do(work))

    async def sell(self, tender: str = "cash") -> dict[str, Any]:
        """Rice for 100.00."""
        await self.desk(lambda desk: desk.scan(RICE))
        return await self.desk(lambda desk: desk.pay(desk.till.intent, [(tender, 10_000)]))

    async def until(self, seen: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The first view from now on that shows it."""
        async with asyncio.timeout(LIMIT_S):
            while not (self.views and seen(self.views[-1])):
                self.news.clear()
                await self.news.wait()
        return self.views[-1]

    async def fate(self, wanted: str) -> dict[str, Any]:
        """Wait until the newest receipt's paper is so."""
        view = await self.until(lambda view: view["counter"]["paper"]["fate"] == wanted)
        paper: dict[str, Any] = view["counter"]["paper"]
        return paper

    async def ready(self, kind: str) -> None:
        await self.until(lambda view: _states(view).get(kind) == "ready")

    async def order(self, kind: str, **what: Any) -> None:
        await asyncio.to_thread(send, self.folder / kind, what)

    async def listen(self, kind: str) -> VirtualClient:
        """The news of a device from now on."""
        self.eyes[kind] = client = await asyncio.to_thread(VirtualClient, self.folder / kind)
        await asyncio.to_thread(client.plug, True)
        return client

    def pictures(self) -> list[Image.Image]:
        """What was printed, in order."""
        return [_picture(path) for path in sorted((self.folder / "pictures").glob("*.png"))]

    async def again(self, count: int) -> list[Image.Image]:
        """Ask for the newest receipt until so many sheets are printed: on a busy machine one may wait too long."""
        ended = ("printed", "not_printed")
        while len(self.pictures()) < count:
            await self.desk(lambda desk: desk.paper.again(desk.shop))
            await self.until(lambda view: view["counter"]["paper"]["fate"] in ended)
        return self.pictures()

    async def printed(self, count: int = 1) -> list[Image.Image]:
        """Wait until so many sheets are printed, and the till knows it."""
        await self.until(lambda view: view["counter"]["paper"]["fate"] == "printed" and len(self.pictures()) >= count)
        return self.pictures()


def _picture(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("L")


def _states(view: dict[str, Any]) -> dict[str, str]:
    return {device["kind"]: device["state"] for device in view["status"]["devices"]}


@asynccontextmanager
async def printing_till(test: TestShop, more: str = "", keep_s: int = 300) -> AsyncIterator[PrintingTill]:
    """The shop of `test`; `more` is more of its terminal.toml, which has a virtual device of each kind."""
    folder, soon, ids = test.folder, asyncio.get_running_loop().call_soon_threadsafe, count(1)
    tables = [f'[{kind}.counter]\ndriver = "virtual"\ncontrol = "{folder}/{kind}"\n' for kind in KINDS[1:]]
    if "[button.counter]" in more:
        tables.pop()
    path = folder / "terminal.toml"
    path.write_text(TOML.format(folder=folder, more=more, keep_s=keep_s) + "".join(tables))
    config = load(path)

    def new_id() -> str:
        return f"{next(ids):032x}"

    counter = CounterDevices(
        lambda: hub,
        config.printer,
        config.names("drawer"),
        lambda job, fate: station.do(lambda desk: desk.paper.ended(job, fate)),
    )
    attention = Attention(lambda: 0)
    desk = Desk(test.shop, new_id, attention, paper_of(config, counter, soon, new_id))
    outlets = Outlets(
        publish=lambda views: soon(take, views),
        light=lambda name: soon(counter.verdict, name),
        fatal=lambda _: None,
        committed=lambda: None,
    )
    station = Station(desk, attention, Surroundings(), outlets)
    till = PrintingTill(folder, station, Host(config.devices, config.devices_socket))

    def take(views: dict[str, dict[str, Any]]) -> None:
        till.views.append(views["counter"])
        till.news.set()

    taps = CardTaps(station, lambda *asked: hub.exchange(*asked), Random(1).randbytes, patience=PATIENT)
    events = DeviceEvents(station, taps, new_id, heard_by(config, counter, soon))
    hub = DeviceHub(config.devices_socket, events.take, [(device.kind, device.name) for device in config.devices])
    station.start()
    await hub.start()
    try:
        with running(till.host):
            for kind in KINDS:
                await till.ready(kind)
            yield till
    finally:
        for client in till.eyes.values():
            client.close()
        await hub.close()
        await taps.close()
        await asyncio.to_thread(station.close)
