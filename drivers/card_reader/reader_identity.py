"""What tells one PC/SC reader from its twin: a serial number, or the USB port it hangs on, never the order of names.

pcscd counts readers of one model in the order in which they came, so that a name may be the other twin's after a
replug. pcscd's names are "MODEL [INTERFACE] (SERIAL) READER SLOT"; the driver for CCID readers tells the serial number
and the USB address as attributes, too.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from drivers.card_reader.scard import SHARING, Handle, PcscError, Service
from drivers.identity import Identity

VENDOR_IFD_SERIAL_NO = 0x00010103
CHANNEL_ID = 0x00020110
USB = 0x0020  # the channel's type, in the high word; bus and address are the bytes of the low one
USB_DEVICES = Path("/sys/bus/usb/devices")
SERIAL_CHARS_MAX = 64
_NAME = re.compile(r"^(?P<model>.*?)(?: \[[^\[\]]*\])?(?: \((?P<serial>[^()]*)\))? [0-9A-F]{2} [0-9A-F]{2}$")


@dataclass(frozen=True)
class Wanted:
    """Which readers are meant: a glob on the name, and a serial number or a USB port if they are given."""

    name: str = "*"
    serial: str | None = None
    usb_path: str | None = None

    def __str__(self) -> str:
        said = [self.name]
        said += [f"serial {self.serial}"] if self.serial is not None else []
        said += [f"USB port {self.usb_path}"] if self.usb_path is not None else []
        return ", ".join(said)

    def fits(self, name: str, identity: Callable[[str], Identity]) -> bool:
        """Whether the reader `name` is meant; `identity` is asked only where the name does not tell."""
        if not fnmatch.fnmatchcase(name, self.name):
            return False
        if self.serial is None and self.usb_path is None:
            return True
        found = identity(name)
        return self.serial in {None, found.serial} and self.usb_path in {None, found.usb_path}


def identity_of(connect: Callable[[], Service], name: str, usb_devices: Path = USB_DEVICES) -> Identity:
    """As `ask_identity`; of a reader that cannot be asked now it is what its name tells."""
    try:
        return ask_identity(connect, name, usb_devices)
    except PcscError:
        return _named(name)


def ask_identity(connect: Callable[[], Service], name: str, usb_devices: Path = USB_DEVICES) -> Identity:
    """What the reader `name` tells of itself; what it does not tell is empty.

    Waits while somebody speaks with the card in it. Raises PcscError when it cannot be asked now.
    """
    named = _named(name)
    with connect() as context:
        reader = context.connect(name, direct=True)
        told_serial, channel = _attribute(reader, VENDOR_IFD_SERIAL_NO), _attribute(reader, CHANNEL_ID)
    return Identity(named.model, _text(told_serial) or named.serial, _usb_path(channel, usb_devices))


def _named(name: str) -> Identity:
    match = _NAME.match(name)
    return Identity(match["model"], match["serial"] or "") if match else Identity(name)


def _attribute(reader: Handle, number: int) -> bytes:
    try:
        return reader.attribute(number)
    except PcscError as error:
        if error.code == SHARING:
            raise
        return b""


def _text(told: bytes) -> str:
    text = told.rstrip(b"\0").decode("ascii", "replace").strip()
    return text[:SERIAL_CHARS_MAX] if text.isprintable() else ""


def _usb_path(channel: bytes, usb_devices: Path) -> str:
    """The name of the device's folder in sysfs, which is its place on the bus."""
    number = int.from_bytes(channel[:4], "little")
    if len(channel) < 4 or number >> 16 != USB:
        return ""
    address = (number >> 8 & 0xFF, number & 0xFF)
    return next((folder.name for folder in sorted(usb_devices.glob("*-*")) if _address(folder) == address), "")


def _address(folder: Path) -> tuple[int, int] | None:
    try:
        return int((folder / "busnum").read_text()), int((folder / "devnum").read_text())
    except (OSError, ValueError):
        return None
