"""A PC/SC service for the real libpcsclite with emulated cards and no polling: events in well under a millisecond.

`python -m drivers.virtual.pcscd SOCKET [NAME[=SERIAL]…]` serves the socket (clients: PCSCLITE_CSOCK_NAME) with a reader
for each name. Orders are JSON lines on standard input, each answered by a line; it ends with its input:

`{"tap": "04A1B2C3D4E5F6", "card": "ntag424", …}`  holds a card to a reader, see `drivers.virtual.cards.wallet`
`{"remove": true}`                        takes it away
`{"plug": false}`, `{"plug": true}`       pulls the reader's cable, puts it in
`{"unsure": true}`, `{"unsure": false}`   has not looked yet what is in the reader, has looked now
`{"service": "hung"}`                     answers nobody any more; "stopped" is gone; "running" is well again
`{"escapes": true}`                       answers with the escape commands that the reader was sent

`"reader": 1` in an order names the second reader. It belongs into a process of its own: libpcsclite blocks its caller.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import secrets
import selectors
import socket
import struct
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from drivers.virtual.cards.wallet import Wallet
from drivers.virtual.order_lines import answered
from drivers.virtual.pcsclite.reader import Reader, readers_of
from drivers.virtual.pcsclite.twin import Twin
from drivers.virtual.pcsclite.wire import BadCall, Calls

DEFAULT_NAME = "Stillpoint Twin 00 00"
SERVICE = ("running", "hung", "stopped")
CHUNK = 65_536


class SocketClient:
    """A client at its socket. What is sent late waits in `later`, by time."""

    def __init__(self, end: socket.socket, later: Callable[[int, SocketClient, bytes], None]) -> None:
        self.end = end
        self.calls = Calls()
        self.context = 0
        self.waiting = False
        self._later = later

    def send(self, data: bytes, delay_ms: int = 0) -> None:
        """Send now, or after so many milliseconds; to one who is gone nothing is sent."""
        if delay_ms:
            self._later(time.monotonic_ns() + delay_ms * 1_000_000, self, data)
            return
        with contextlib.suppress(OSError):
            self.end.sendall(data)


class Service:
    """The twin at its socket."""

    def __init__(self, path: Path, readers: list[Reader]) -> None:
        self._path = path
        self._twin = Twin(readers, Wallet(secrets.token_bytes))
        self._selector = selectors.DefaultSelector()
        self._listener: socket.socket | None = None
        self._clients: dict[socket.socket, SocketClient] = {}
        self._late: list[tuple[int, int, SocketClient, bytes]] = []
        self._order = itertools.count()
        self._watched = True

    def start(self) -> None:
        """Make the socket, in place of one that is left over."""
        if self._listener is None:
            self._path.unlink(missing_ok=True)
            self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
            self._listener.bind(str(self._path))
            self._listener.listen(16)
            self._selector.register(self._listener, selectors.EVENT_READ)

    def stop(self) -> None:
        """Go away as a service does that is killed."""
        for client in list(self._clients.values()):
            self._part(client)
        if self._listener is not None:
            self._selector.unregister(self._listener)
            self._listener.close()
            self._listener = None
            self._path.unlink(missing_ok=True)

    def obey(self, order: Mapping[str, Any]) -> Any:
        """Do one order. Raises ValueError and OSError."""
        known: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            "tap": self._twin.tap,
            "remove": self._twin.remove,
            "plug": self._twin.plug,
            "unsure": self._twin.unsure,
            "escapes": self._twin.escapes,
            "service": self._be,
        }
        name = next((name for name in known if name in order), None)
        if name is None:
            raise ValueError(f"there are {', '.join(known)}")
        said = known[name](order)
        return name if said is None else said

    def serve(self, orders: BinaryIO, answers: BinaryIO) -> None:
        """Until `orders` ends. `orders` must be unbuffered, or have a file descriptor of its own."""
        self._selector.register(orders, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in self._selector.select(self._patience())}
            self._send_late()
            if orders in ready:
                line = orders.readline()
                if not line:
                    return
                answers.write(answered(line, self.obey))
                answers.flush()
                continue
            for end in ready:
                if isinstance(end, socket.socket):
                    self._heard(end)

    def _be(self, order: Mapping[str, Any]) -> None:
        state = order["service"]
        if state not in SERVICE:
            raise ValueError(f"a service is {', '.join(SERVICE)}")
        self._watch(state != "hung")
        if state == "stopped":
            self.stop()
        elif state == "running":
            self.start()

    def _watch(self, watched: bool) -> None:
        """Look at the sockets again, or no more; what comes meanwhile waits in them."""
        if watched is self._watched:
            return
        self._watched = watched
        ends = [*self._clients, *([self._listener] if self._listener else [])]
        for end in ends:
            if watched:
                self._selector.register(end, selectors.EVENT_READ)
            else:
                self._selector.unregister(end)

    def _heard(self, end: socket.socket) -> None:
        if end is self._listener:
            accepted, _ = end.accept()
            client = SocketClient(accepted, self._send_later)
            self._clients[accepted] = client
            self._selector.register(accepted, selectors.EVENT_READ)
            self._twin.come(client)
        elif end in self._clients:
            self._read(self._clients[end])

    def _read(self, client: SocketClient) -> None:
        try:
            data = client.end.recv(CHUNK)
            for call in client.calls.feed(data):
                self._twin.answer(client, call)
        except (OSError, BadCall, struct.error):
            data = b""
        if not data:
            self._part(client)

    def _part(self, client: SocketClient) -> None:
        self._selector.unregister(client.end)
        del self._clients[client.end]
        self._twin.go(client)
        client.end.close()

    def _send_later(self, at_ns: int, client: SocketClient, data: bytes) -> None:
        heapq.heappush(self._late, (at_ns, next(self._order), client, data))

    def _send_late(self) -> None:
        while self._late and self._late[0][0] <= time.monotonic_ns():
            _, _, client, data = heapq.heappop(self._late)
            client.send(data)

    def _patience(self) -> float | None:
        """How long to wait for what comes, in seconds."""
        return max(0, self._late[0][0] - time.monotonic_ns()) / 1e9 if self._late else None


def main() -> None:
    """The process; its arguments are the socket and the readers."""
    service = Service(Path(sys.argv[1]), readers_of(sys.argv[2:] or [DEFAULT_NAME]))
    service.start()
    try:
        with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as orders:
            service.serve(orders, sys.stdout.buffer)
    finally:
        service.stop()


if __name__ == "__main__":
    main()
