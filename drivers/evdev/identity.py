"""Which input device is meant: by its port or its number, never by the order in which devices were found. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from drivers.errors import DeviceLost
from drivers.evdev.codes import PAD_DIGITS, ROW_DIGITS

_INTERFACE = re.compile(r"/input(\d+)$")  # at the end of the kernel's phys: the interface of a USB device
_USB_FOLDER = re.compile(r"/(\d+-\d+(?:\.\d+)*)/\d+-[\d.]+:\d+\.\d+/")  # the device's folder, then its interface's


@dataclass(frozen=True)
class InputIdentity:
    """What an input device tells of itself. `usb_path` is its place on the bus, such as "1-1.2", or ""."""

    path: str
    vendor: int = 0
    product: int = 0
    phys: str = ""
    uniq: str = ""
    usb_path: str = ""
    keys: frozenset[int] = frozenset()

    @property
    def interface(self) -> int:
        """The number of the USB interface: a scanner often has several, and codes come from the first that types."""
        found = _INTERFACE.search(self.phys)
        return int(found[1]) if found else 0

    @property
    def body(self) -> tuple[int, int, str, str, str]:
        """The same for all interfaces of one device."""
        return self.vendor, self.product, self.uniq, self.usb_path, _INTERFACE.sub("", self.phys)

    @property
    def words(self) -> str:
        """What tells it from its twin, for people."""
        named = (("USB port ", self.usb_path), ("serial ", self.uniq))
        return " ".join(name + value for name, value in named if value) or self.path

    @property
    def types(self) -> bool:
        """Whether it has the ten digits: a mouse and the power button have none."""
        return self.keys.issuperset(ROW_DIGITS) or self.keys.issuperset(PAD_DIGITS)


@dataclass(frozen=True)
class Wanted:
    """All that is given must fit: a path or symlink, "vendor:product" in hex, a place on the bus, a serial number."""

    path: str = ""
    usb: str = ""
    usb_path: str = ""
    serial: str = ""

    def __str__(self) -> str:
        named = (("", self.path), ("usb ", self.usb), ("USB port ", self.usb_path), ("serial ", self.serial))
        return ", ".join(name + value for name, value in named if value) or "that types"

    def fits(self, found: InputIdentity) -> bool:
        """Whether `found` is meant; `path` is looked at by whoever lists the devices."""
        usb = f"{found.vendor:04x}:{found.product:04x}"
        return (
            found.types
            and self.usb.lower() in {"", usb}
            and self.usb_path in {"", found.usb_path}
            and self.serial in {"", found.uniq}
        )


def choose(found: Iterable[InputIdentity], wanted: Wanted) -> InputIdentity:
    """The one device that is meant; of its interfaces the first that types.

    Raises DeviceLost: input_absent if none fits, input_ambiguous if several devices do.
    """
    fitting = sorted((one for one in found if wanted.fits(one)), key=lambda one: one.interface)
    if not fitting:
        raise DeviceLost("input_absent", input=str(wanted))
    bodies = {one.body for one in fitting}
    if len(bodies) > 1 or len({one.interface for one in fitting}) < len(fitting):
        found_words = "; ".join(sorted({one.words for one in fitting}))
        raise DeviceLost("input_ambiguous", input=str(wanted), count=max(2, len(bodies)), found=found_words)
    return fitting[0]


def usb_path_of(sysfs_path: str) -> str:
    """The place on the bus in the real path of a device's folder in sysfs: "1-1.2", or "" if it is not on USB."""
    found = _USB_FOLDER.findall(sysfs_path + "/")
    return found[-1] if found else ""
