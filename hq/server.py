"""HQ's two listeners in one worker: terminals over TLS, the status page over plain HTTP on loopback."""

from __future__ import annotations

import asyncio
import asyncio.sslproto
import ipaddress
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from hq.certificates import SERVER, SERVER_KEY
from hq.problems import HqError
from hq.watching import Watchers

GRACE_S = 3
BACKLOG = 2048  # every terminal of a large chain comes at once after an outage
LINES_MAX = 16_384
TLS_BUFFER = 32 * 1024  # of each line, two TLS records: a thousand lines with the usual 256 KiB are a quarter of a GiB
IDLE_S = 30  # a terminal that watches asks again at once, on the same line


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs it, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let answers finish, then hang up: TLS would wait long for the farewell of a silent terminal."""
        for connection in list(self.server_state.connections):
            if not connection.transport.is_closing():
                connection.shutdown()
        await self._hang_up(only_closing=True)
        await super().shutdown(sockets)
        await self._hang_up(only_closing=False)

    async def _hang_up(self, *, only_closing: bool) -> None:
        for connection in list(self.server_state.connections):
            transport = connection.transport
            if not only_closing or transport.is_closing():
                with suppress(AttributeError):  # Python 3.11 forgets a TLS transport that is closed twice
                    transport.abort()
        await asyncio.sleep(0)


class Servers:
    """Runs applications on sockets that are already bound; `stop` may be called from the loop at any time."""

    def __init__(
        self, terminals: tuple[FastAPI, socket.socket], status: tuple[FastAPI, socket.socket], state: Path
    ) -> None:
        self._watchers: Watchers = terminals[0].state.watchers
        self._running = [
            (_Server(_config(terminals[0], state)), terminals[1]),
            (_Server(_config(status[0], None)), status[1]),
        ]

    async def run(self, ready: Callable[[], None]) -> None:
        """Serve until `stop`; calls `ready` once both listen."""
        _allow_many_lines()
        asyncio.sslproto.SSLProtocol.max_size = TLS_BUFFER
        async with asyncio.TaskGroup() as group:
            for server, listener in self._running:
                group.create_task(server.serve([listener]))
            for server, _ in self._running:
                await server.listening.wait()
            ready()

    def stop(self) -> None:
        self._watchers.close()
        for server, _ in self._running:
            server.should_exit = True


def _allow_many_lines() -> None:
    """Each line is an open file, and the usual limit of 1,024 is less than one large chain."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and (hard == resource.RLIM_INFINITY or soft < hard):
        wanted = LINES_MAX if hard == resource.RLIM_INFINITY else min(LINES_MAX, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def _config(app: FastAPI, tls: Path | None) -> uvicorn.Config:
    """`tls` is HQ's folder for a listener with TLS."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        backlog=BACKLOG,
        timeout_keep_alive=IDLE_S,
        ssl_certfile=str(tls / SERVER) if tls else None,
        ssl_keyfile=str(tls / SERVER_KEY) if tls else None,
    )


def listen(address: str) -> socket.socket:
    """A socket bound to `HOST:PORT` (port 0: any); lines over it send at once. Raises HqError if it cannot be had."""
    host, port = split_address(address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else an answer's body waits 40 ms for its head
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise HqError(f"cannot listen on {address}: {error.strerror}") from error
    return listener


def split_address(address: str) -> tuple[str, int]:
    """Host and port. Raises HqError unless it is `HOST:PORT`."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise HqError(f"{address!r} is not HOST:PORT, such as 127.0.0.1:8443")
    return host.strip("[]"), int(port)


def require_loopback(address: str) -> None:
    """Raises HqError unless the address is one of this machine's own: the status page has no lock of its own."""
    host, _ = split_address(address)
    try:
        inside = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise HqError(f"the status page has no password, so it listens on loopback only: not on {address}")
