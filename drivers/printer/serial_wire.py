"""A printer on a serial port, also one on USB that shows itself as one."""

from __future__ import annotations

import errno
import os
import select
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import serial

from drivers.errors import DeviceLost
from drivers.options import EscposOptions

HANG_UP = (serial.SerialException, OSError, termios.error)
READ_BYTES_MAX = 256
WRITE_S = 0.1


@contextmanager
def serial_wire(options: EscposOptions) -> Iterator[SerialWire]:
    """The open port, held alone. Raises DeviceLost."""
    assert options.port is not None
    try:
        port = serial.Serial(
            options.port,
            options.baud,
            timeout=0,
            write_timeout=0,
            exclusive=True,
            rtscts=options.flow == "rtscts",
            dsrdtr=options.flow == "dsrdtr",
            xonxoff=options.flow == "xonxoff",
        )
    except HANG_UP as error:
        raise _refused(options.port, error) from error
    except ValueError as error:
        raise DeviceLost("printer_refused", place=options.port, reason=str(error)) from error
    try:
        yield SerialWire(port, options.port)
    finally:
        _let_go(port)


class SerialWire:
    """The kernel's buffer takes what the line can carry; more waits for the printer's flow control."""

    def __init__(self, port: serial.Serial, place: str) -> None:
        self._port, self._place = port, place

    def write(self, data: bytes) -> int:
        try:
            _, free, _ = select.select([], [self._port.fileno()], [], WRITE_S)
            return self._port.write(data) or 0 if free else 0
        except BlockingIOError:
            return 0
        except HANG_UP as error:
            raise DeviceLost("printer_lost", place=self._place) from error

    def read(self, limit_s: float) -> bytes:
        try:
            there, _, _ = select.select([self._port.fileno()], [], [], limit_s)
            data = os.read(self._port.fileno(), READ_BYTES_MAX) if there else b""
        except BlockingIOError:
            return b""
        except HANG_UP as error:
            raise DeviceLost("printer_lost", place=self._place) from error
        if there and not data:
            raise DeviceLost("printer_lost", place=self._place)
        return data


def _let_go(port: serial.Serial) -> None:
    """Close without waiting for bytes that a printer without paper does not take."""
    with suppress(*HANG_UP):
        port.reset_output_buffer()
    port.close()


def _refused(place: str, error: Exception) -> DeviceLost:
    number = getattr(error, "errno", None)
    if number in {errno.EAGAIN, errno.EBUSY} or "exclusively lock" in str(error):
        return DeviceLost("printer_busy", place=place)
    if number in {errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.EIO} or not os.path.exists(place):
        return DeviceLost("printer_absent", place=place)
    return DeviceLost("printer_refused", place=place, reason=os.strerror(number) if number else str(error))
