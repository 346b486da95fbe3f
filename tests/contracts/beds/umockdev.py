"""Input devices that umockdev shows to one program: the real listing, opening, grabbing and replay of evdev.

What is described here runs in a process of its own, `python -m tests.contracts.beds.umockdev_driver` under
umockdev-run. Nothing can be pulled or pressed from outside: what a device types is written down before.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.evdev.codes import EV_KEY, EV_LED, PAD_DIGITS

ROOT = Path(__file__).parents[3]
LIMIT_S = 60
TYPES_FROM_US = 300_000  # by then the driver has found and grabbed its device
KEYBOARD = range(1, 120)
PAD = (*PAD_DIGITS, 14, 28, 96)
TEXT_BYTES, KEY_BYTES = 256, 96  # what evdev asks for: umockdev answers that size alone
Keys = tuple[int, ...]


@dataclass(frozen=True)
class MockInput:
    """One input device on a USB port, such as "1-1.2", and what it types."""

    number: int
    vendor: int
    product: int
    usb_path: str = "1-1"
    uniq: str = ""
    name: bytes = b"bed"
    interface: int = 0
    keys: Iterable[int] = KEYBOARD
    types: Sequence[Keys] = field(default=())

    @property
    def node(self) -> str:
        return f"/dev/input/event{self.number}"

    @property
    def phys(self) -> str:
        return f"usb-0000:00:14.0-{self.usb_path.partition('-')[2]}/input{self.interface}"

    def description(self) -> str:
        """The device in sysfs, in umockdev's format."""
        ports = self.usb_path.split(".")
        hubs = "/".join(".".join(ports[: end + 1]) for end in range(len(ports)))
        model = f"0003:{self.vendor:04X}:{self.product:04X}.{self.number:04X}"
        usb = f"/devices/pci0000:00/0000:00:14.0/usb1/{hubs}/{self.usb_path}:1.{self.interface}"
        folder = f"{usb}/{model}/input/input{self.number}"
        return (
            f"P: {folder}\nE: SUBSYSTEM=input\n\n"
            f"P: {folder}/event{self.number}\nN: input/event{self.number}\n"
            f"E: DEVNAME={self.node}\nE: SUBSYSTEM=input\nE: MAJOR=13\nE: MINOR={64 + self.number}\n"
            f"A: dev=13:{64 + self.number}\n"
        )

    def ioctls(self) -> str:
        """The kernel's answers, in umockdev's format: name, result, bytes in hex."""
        bits = bytearray(KEY_BYTES)
        for code in self.keys:
            bits[code // 8] |= 1 << code % 8
        kinds = 1 | 1 << EV_KEY | 1 << EV_LED
        numbers = (3, self.vendor, self.product, 0x0111)
        answers = {
            "EVIOCGVERSION 0": (0x010001).to_bytes(4, "little"),
            "EVIOCGID 0": b"".join(number.to_bytes(2, "little") for number in numbers),
            f"EVIOCGNAME {len(self.name) + 1}": self.name.ljust(TEXT_BYTES, b"\0"),
            f"EVIOCGPHYS {len(self.phys) + 1}": self.phys.encode().ljust(TEXT_BYTES, b"\0"),
            f"EVIOCGUNIQ {len(self.uniq) + 1}": self.uniq.encode().ljust(TEXT_BYTES, b"\0"),
            "EVIOCGBIT(0) 4": kinds.to_bytes(4, "little"),
            f"EVIOCGBIT({EV_KEY}) {KEY_BYTES}": bytes(bits),
            "EVIOCGLED 2": bytes(2),
            "EVIOCGEFFECTS 0": bytes(4),
        }
        lines = [f"{name} {answer.hex().upper()}" for name, answer in answers.items()]
        return "\n".join([f"@DEV {self.node}", *lines, ""])

    def events(self) -> str:
        """What it types, 2 ms a key, in evemu's format."""
        lines = ["# EVEMU 1.3"]
        for number, keys in enumerate(self.types):
            seconds, us = divmod(TYPES_FROM_US + number * 2_000, 1_000_000)
            for value, codes in ((1, keys), (0, keys[::-1])):
                for code in codes:
                    lines += [
                        f"E: {seconds}.{us:06d} 0001 {code:04x} {value:04d}",
                        f"E: {seconds}.{us:06d} 0000 0000 0000",
                    ]
        return "\n".join([*lines, ""])


def told(
    folder: Path, devices: Sequence[MockInput], driver: tuple[str, str], options: dict[str, Any], acts: int
) -> list[dict[str, Any]]:
    """What a driver tells up to its act number `acts`, or up to a status that is not "ready"."""
    command = ["umockdev-run"]
    for device in devices:
        for flag, name, text in (
            ("-d", "sysfs", device.description()),
            ("-i", "ioctl", device.ioctls()),
            ("-e", "events", device.events()),
        ):
            path = folder / f"{device.number}.{name}"
            path.write_text(text)
            command += [flag, str(path) if flag == "-d" else f"{device.node}={path}"]
    order = json.dumps({"kind": driver[0], "name": driver[1], "options": options, "acts": acts})
    command += ["--", sys.executable, "-m", "tests.contracts.beds.umockdev_driver", order]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
