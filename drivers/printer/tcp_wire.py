"""A printer in the network, on its raw port (9100). It serves one connection at a time; others wait or are refused."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from drivers.errors import DeviceLost
from drivers.options import EscposOptions

CONNECT_S_MAX = 0.8
WRITE_S = 0.1
READ_BYTES_MAX = 256


@contextmanager
def tcp_wire(options: EscposOptions) -> Iterator[TcpWire]:
    """The connection. Raises DeviceLost when nobody answers within a second."""
    assert options.host is not None
    try:
        link = socket.create_connection((options.host, options.tcp_port), CONNECT_S_MAX)
    except (OSError, UnicodeError) as error:
        raise DeviceLost("printer_absent", place=options.place) from error
    with link:
        link.setblocking(False)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield TcpWire(link, options.place)


class TcpWire:
    """Never blocks for long."""

    def __init__(self, link: socket.socket, place: str) -> None:
        self._link, self._place = link, place

    def write(self, data: bytes) -> int:
        try:
            _, free, _ = select.select([], [self._link], [], WRITE_S)
            return self._link.send(data) if free else 0
        except BlockingIOError:
            return 0
        except OSError as error:
            raise DeviceLost("printer_lost", place=self._place) from error

    def read(self, limit_s: float) -> bytes:
        try:
            there, _, _ = select.select([self._link], [], [], limit_s)
            data = self._link.recv(READ_BYTES_MAX) if there else b""
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceLost("printer_lost", place=self._place) from error
        if there and not data:
            raise DeviceLost("printer_lost", place=self._place)
        return data
