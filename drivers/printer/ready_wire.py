"""A wire that the kernel tells ready: a serial port or a connection. Neither direction waits for long."""

from __future__ import annotations

import select
from collections.abc import Callable

from drivers.errors import DeviceLost
from drivers.serial_port import HANG_UP

READ_BYTES_MAX = 256
WRITE_S = 0.1


class ReadyWire:
    """`send` takes what it can of some bytes, `receive` gives at most so many; neither blocks. See talk.Wire."""

    def __init__(
        self, fileno: int, send: Callable[[bytes], int | None], receive: Callable[[int], bytes], place: str
    ) -> None:
        self._fileno, self._send, self._receive, self._place = fileno, send, receive, place

    def write(self, data: bytes) -> int:
        try:
            _, free, _ = select.select([], [self._fileno], [], WRITE_S)
            return self._send(data) or 0 if free else 0
        except BlockingIOError:
            return 0
        except HANG_UP as error:
            raise DeviceLost("printer_lost", place=self._place) from error

    def read(self, limit_s: float) -> bytes:
        try:
            there, _, _ = select.select([self._fileno], [], [], limit_s)
            data = self._receive(READ_BYTES_MAX) if there else b""
        except BlockingIOError:
            return b""
        except HANG_UP as error:
            raise DeviceLost("printer_lost", place=self._place) from error
        if there and not data:
            raise DeviceLost("printer_lost", place=self._place)
        return data
