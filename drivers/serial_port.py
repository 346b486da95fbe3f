"""Opening a serial port alone, and why one did not open."""

from __future__ import annotations

import errno
import os
import termios
from typing import Literal

import serial

from drivers.errors import DeviceLost

WRITE_S_MAX = 1.0
# A hang-up is any of these, by the call that meets it.
HANG_UP = (serial.SerialException, OSError, termios.error)
NOT_OPENED = (*HANG_UP, ValueError)  # ValueError: a setting that pyserial or the port does not know
Why = Literal["absent", "busy", "refused"]


def open_port(
    port: str, baud: int, read_s: float, absent: str = "port_absent", parity: str = serial.PARITY_NONE
) -> serial.Serial:
    """The port, held alone; a read waits `read_s`. Raises DeviceLost, with the code `absent` if it is missing."""
    try:
        return serial.Serial(port, baud, parity=parity, timeout=read_s, write_timeout=WRITE_S_MAX, exclusive=True)
    except NOT_OPENED as error:
        match why_not(port, error):
            case "absent", _:
                raise DeviceLost(absent, port=port) from error
            case "busy", _:
                raise DeviceLost("port_busy", port=port) from error
            case _, reason:
                raise DeviceLost("port_refused", port=port, reason=reason) from error


def why_not(port: str, error: Exception) -> tuple[Why, str]:
    """Why `port` did not open, and the reason in words. `error` is one of NOT_OPENED.

    pyserial gives the reason of a lock that is held as a text without a number.
    """
    number = getattr(error, "errno", None)
    reason = os.strerror(number) if number else str(error)
    if isinstance(error, ValueError):
        return "refused", reason
    if number in {errno.EAGAIN, errno.EBUSY} or "exclusively lock" in reason:
        return "busy", reason
    if number in {errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.EIO} or not os.path.exists(port):
        return "absent", reason
    return "refused", reason
