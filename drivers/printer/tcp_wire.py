"""A printer in the network, on its raw port (9100). It serves one connection at a time; others wait or are refused."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from drivers.errors import DeviceLost
from drivers.options import EscposOptions
from drivers.printer.ready_wire import ReadyWire

CONNECT_S_MAX = 0.8


@contextmanager
def tcp_wire(options: EscposOptions) -> Iterator[ReadyWire]:
    """The connection. Raises DeviceLost when nobody answers within a second."""
    assert options.host is not None
    try:
        link = socket.create_connection((options.host, options.tcp_port), CONNECT_S_MAX)
    except (OSError, UnicodeError) as error:
        raise DeviceLost("printer_absent", place=options.place) from error
    with link:
        link.setblocking(False)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield ReadyWire(link.fileno(), link.send, link.recv, options.place)
