"""A printer on a serial port, also one on USB that shows itself as one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import serial

from drivers.errors import DeviceLost
from drivers.options import EscposOptions
from drivers.printer.ready_wire import ReadyWire
from drivers.serial_port import HANG_UP, NOT_OPENED, why_not


@contextmanager
def serial_wire(options: EscposOptions) -> Iterator[ReadyWire]:
    """The open port, held alone. Raises DeviceLost.

    The kernel's buffer takes what the line can carry; more waits for the printer's flow control.
    """
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
    except NOT_OPENED as error:
        why, reason = why_not(options.port, error)
        told = {"reason": reason} if why == "refused" else {}
        raise DeviceLost(f"printer_{why}", place=options.port, **told) from error
    try:
        handle = port.fileno()
        yield ReadyWire(handle, port.write, lambda most: os.read(handle, most), options.port)
    finally:
        _let_go(port)


def _let_go(port: serial.Serial) -> None:
    """Close without waiting for bytes that a printer without paper does not take."""
    with suppress(*HANG_UP):
        port.reset_output_buffer()
    port.close()
