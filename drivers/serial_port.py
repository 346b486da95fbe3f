"""Opening a serial port alone, and why one did not open."""

from __future__ import annotations

import errno
import os
import termios

import serial

from drivers.errors import DeviceLost

WRITE_S_MAX = 1.0
# A hang-up is any of these, by the call that meets it.
HANG_UP = (serial.SerialException, OSError, termios.error)


def open_port(
    port: str, baud: int, read_s: float, absent: str = "port_absent", parity: str = serial.PARITY_NONE
) -> serial.Serial:
    """The port, held alone; a read waits `read_s`. Raises DeviceLost, with the code `absent` if it is missing."""
    try:
        return serial.Serial(port, baud, parity=parity, timeout=read_s, write_timeout=WRITE_S_MAX, exclusive=True)
    except HANG_UP as error:
        raise _refused(port, error, absent) from error
    except ValueError as error:
        raise DeviceLost("port_refused", port=port, reason=str(error)) from error


def _refused(port: str, error: Exception, absent: str) -> DeviceLost:
    """pyserial gives the reason of a lock that is held as a text without a number."""
    number = getattr(error, "errno", None)
    if number in {errno.EAGAIN, errno.EBUSY} or "exclusively lock" in str(error):
        return DeviceLost("port_busy", port=port)
    if number in {errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.EIO} or not os.path.exists(port):
        return DeviceLost(absent, port=port)
    return DeviceLost("port_refused", port=port, reason=os.strerror(number) if number else str(error))
