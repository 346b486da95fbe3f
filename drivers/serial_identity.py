"""What tells one serial port from its twin: the USB adapter or device behind it, by sysfs."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from drivers.evdev.identity import usb_path_of
from drivers.identity import Identity

TTYS = Path("/sys/class/tty")
TEXT_CHARS_MAX = 64


def identity_of_port(port: str, model: str, firmware: str = "", ttys: Path = TTYS) -> Identity:
    """Of the device `model` at `port`, which may be a symlink. A port that is not on USB has no identity of its own.

    An adapter's serial number is that of the adapter: it goes where the adapter goes.
    """
    place = Path(os.path.realpath(ttys / os.path.basename(os.path.realpath(port)) / "device"))
    usb_path = usb_path_of(str(place))
    device = next((folder for folder in (place, *place.parents) if folder.name == usb_path), None)
    return Identity(model, "" if device is None else _told(device / "serial"), usb_path, firmware)


def _told(file: Path) -> str:
    """What the device says there, as far as it can be shown."""
    text = ""
    with contextlib.suppress(OSError):
        text = file.read_bytes()[:TEXT_CHARS_MAX].decode("ascii", "replace").strip()
    return text if text.isprintable() else ""
