"""A terminal's web application served on a free port, over a test shop."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3
import uvicorn

from protocol.entries import Entry, EntryAnswer
from protocol.lease import GrantAsk, Whereabouts
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk
from terminal.counter.pin_looker import PinLooker
from terminal.counter.screens import Surroundings
from terminal.counter.station import Outlets, Station
from terminal.counter.unverified import Unverified
from terminal.sync.door import Lent
from terminal.web.app import create_app
from terminal.web.auth import Keys
from terminal.web.stream import Stream
from tests.terminal.granting import lend
from tests.terminal.shops import TestShop, open_shop

TOKEN = "pos-token-of-the-tests"


@dataclass
class Lender:
    """HQ's side of an ask: grants what it is told to, through the shop's own ledger."""

    test: TestShop
    station: Station | None = None
    generous: bool = False
    held_by: Whereabouts | None = None
    asked: list[GrantAsk] = field(default_factory=list)
    entered: list[Entry] = field(default_factory=list)
    says: EntryAnswer | None = None  # to entries

    async def ask(self, wish: GrantAsk) -> Lent:
        self.asked.append(wish)
        if not self.generous or self.station is None:
            return Lent(False, self.held_by)
        await asyncio.wrap_future(self.station.ask(lambda _: lend(self.test, wish)))
        return Lent(True)

    async def entry(self, entry: Entry) -> EntryAnswer | None:
        self.entered.append(entry)
        return self.says


@dataclass
class Served:
    url: str
    test: TestShop
    station: Station
    lender: Lender
    lights: list[str]

    def request(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        sent = {"content-type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        response = urllib3.request(method, self.url + path, body=data, headers=sent, retries=False, timeout=20.0)
        return response.status, json.loads(response.data) if response.data[:1] in (b"{", b"[") else response.data

    def pos(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        return self.request(method, path, body, authorization=f"Bearer {TOKEN}", **headers)


@contextmanager
def served_shop(
    folder: Path, unverified: Unverified | None = None, prepare: Callable[[TestShop], object] = lambda _: None
) -> Iterator[Served]:
    """Everything real but the devices, the sync agent and the end of the process. `prepare` comes before the till."""
    with open_shop(folder) as test, PinLooker() as looker, socket.create_server(("127.0.0.1", 0)) as bound:
        prepare(test)
        stream, attention, lights = Stream(), Attention(lambda: 0), list[str]()
        loop = asyncio.new_event_loop()
        outlets = Outlets(
            publish=lambda views: _soon(loop, stream, views),
            light=lights.append,
            fatal=lambda _reason: None,
            committed=lambda: None,
            look=looker.look,
        )
        ids = iter(range(1, 10**6))
        desk = Desk(test.shop, lambda: f"{next(ids):032x}", attention)
        station = Station(desk, attention, Surroundings(demo=True), outlets)
        lender = Lender(test, station)
        app = create_app(station, stream, Keys("screen-secret", TOKEN), lender, "test", unverified)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve([bound])))
        station.start()
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{bound.getsockname()[1]}", test, station, lender, lights)
        finally:
            server.should_exit = True
            thread.join(20)
            station.close()
            loop.close()


def _soon(loop: asyncio.AbstractEventLoop, stream: Stream, views: dict[str, dict[str, Any]]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(stream.publish, views)
