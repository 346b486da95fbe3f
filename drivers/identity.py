"""What tells a device from its twin, so that each keeps its place over a replug."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class Identity:
    """What a device tells of itself; empty where it tells nothing. `usb_path` is its port, such as "1-1.2"."""

    model: str
    serial: str = ""
    usb_path: str = ""
    firmware: str = ""

    def __str__(self) -> str:
        told = {"serial": self.serial, "USB port": self.usb_path, "firmware": self.firmware}
        return printable(", ".join([self.model, *(f"{name} {value}" for name, value in told.items() if value)]))


def printable(text: str) -> str:
    """With a blank for each character that has no shape: devices call themselves what they like, and some characters
    steer the terminal that shows them."""
    return "".join(each if each.isprintable() else " " for each in text)


@runtime_checkable
class TellsIdentity(Protocol):
    """A driver that knows its devices by more than the order of their coming."""

    def identities(self) -> list[Identity]:
        """The devices that it holds; if it holds none, those it could. May block. Raises DeviceLost."""
