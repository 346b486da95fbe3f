"""A line to HQ that is cut where a test says: a TCP relay that ends connections after so many bytes."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Cut:
    """Bytes that still pass towards HQ and back; the line dies with the first one too many."""

    up: int
    down: int


class CutLine:
    """Relays to `target`; `plan` says for each new connection where it is cut, None for a good line."""

    def __init__(self, target: int, plan: Callable[[], Cut | None]) -> None:
        self._target, self._plan = target, plan
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._start(self._accept)

    def close(self) -> None:
        for connection in (self._listener, *self._open):
            _end(connection)
        for thread in self._threads:
            thread.join()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="line")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                terminal, _ = self._listener.accept()
                cut = self._plan() or Cut(10**9, 10**9)
                hq = socket.create_connection(("127.0.0.1", self._target))
                self._open += [terminal, hq]
                self._start(_pump, terminal, hq, cut.up)
                self._start(_pump, hq, terminal, cut.down)


def _pump(source: socket.socket, sink: socket.socket, left: int) -> None:
    """Pass `left` bytes on, then cut both ways."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data[:left])
            left -= len(data)
            if left < 0:
                break
    _end(source)
    _end(sink)


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def cut_line(target: int, plan: Callable[[], Cut | None]) -> Iterator[CutLine]:
    line = CutLine(target, plan)
    try:
        yield line
    finally:
        line.close()
