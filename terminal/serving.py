"""How the terminal service serves: uvicorn on loopback, readiness, the watchdog, and the end when the disk fails."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI

from protocol.entries import Entry, EntryAnswer
from protocol.lease import GrantAsk
from protocol.links import CodeAnswer, CodeAsk, LinkAnswer, LinkAsk
from terminal.counter.station import Station
from terminal.errors import ConfigError
from terminal.notify import notify
from terminal.store.card_keys import WantedKeys
from terminal.sync.door import Door, Lent
from terminal.web.server import Server

log = logging.getLogger(__name__)
EXIT_BROKEN = 70  # the disk failed: start again and reopen from disk
WATCHDOG_S = 5.0
ENTRY_WAIT_S = 10.0  # nobody queues behind an entry, and HQ hashes a PIN for it
STREAM_BYTES_MAX = 16 * 1024


class Web:
    """One listening address until SIGTERM, SIGINT or `fail`."""

    def __init__(self) -> None:
        self._server: Server | None = None
        self._code = 0

    def fail(self, reason: str) -> None:
        """Leave the process: what is on disk is the truth, what is in memory is not (sync.md, Files)."""
        log.critical("leaving: %s", reason)
        self._code = EXIT_BROKEN
        if self._server is not None:
            self._server.stop()

    async def serve(self, app: FastAPI, listen: str) -> int:
        """Serve `app` on `listen`; returns the exit code. Raises ConfigError when the address is taken or not ours."""
        options = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", ws_max_size=STREAM_BYTES_MAX, server_header=False
        )
        self._server = Server(options)
        self._server.stop_on_signals()
        with contextlib.closing(bound_to(listen)) as bound:
            bound.listen()
            notify("READY=1")
            await self._server.serve(sockets=[bound])
        return self._code


def bound_to(listen: str) -> socket.socket:
    """A TCP socket at `listen`, host:port of the configuration. Raises ConfigError if the address cannot be had."""
    host, _, port = listen.rpartition(":")
    try:
        bound = socket.create_server((host.strip("[]"), int(port)), family=_family(host))
        # Lines over it send at once: the loop does so by itself only for sockets that were made with their protocol.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        raise ConfigError(
            (f"[web] listen = {listen!r} cannot be used: {error.strerror}; choose a free port",)
        ) from error
    return bound


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


@dataclass(frozen=True)
class SyncLender:
    """The counter's port to the sync agent (sync.md, Leases): what is wanted comes within a deadline, or not.

    It is the port of cards, codes and entries, too: `card_key` is whether the key of the card with this UID came,
    `shown` and `entry` are what HQ made of them.
    """

    door: Door
    deadline_ms: int
    wanted: WantedKeys = field(default_factory=WantedKeys)

    async def ask(self, wish: GrantAsk) -> Lent:
        return await self.door.ask(wish, self.deadline_ms / 1000)

    async def card_key(self, uid: str) -> bool:
        came = await self.door.ask_key(uid, self.deadline_ms / 1000)
        if came:
            self.wanted.forget(uid)
        return came

    async def shown(self, shown: LinkAsk | CodeAsk) -> LinkAnswer | CodeAnswer | None:
        return await self.door.ask_shown(shown, self.deadline_ms / 1000)

    async def entry(self, entry: Entry) -> EntryAnswer | None:
        return await self.door.ask_entry(entry, ENTRY_WAIT_S)


@contextlib.asynccontextmanager
async def watchdog(station: Station) -> AsyncIterator[None]:
    """Tell the service manager that the till's thread still answers, as long as it does."""
    task = asyncio.create_task(_beat(station))
    try:
        yield
    finally:
        task.cancel()


async def _beat(station: Station) -> None:
    while True:
        await asyncio.wrap_future(station.ask(lambda desk: desk.till.phase))
        notify("WATCHDOG=1")
        await asyncio.sleep(WATCHDOG_S)
