"""USB devices that type, made in the guest."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable
from pathlib import Path

from drivers.evdev.codes import KEY_LEFTCTRL, KEY_LEFTSHIFT, KEY_RIGHTALT
from hil_tests.beds.usb_gadget import UsbGadget
from tests.contracts.beds.fifo import Keys

# USB HID 1.11, appendix B.1: a boot keyboard with a report of eight bytes.
DESCRIPTION = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810195057501050819012905910295017503910195067508150025ff"
    "0507190029ff8100c0"
)
REPORT_BYTES = 8
# The kernel's key for each usage of the HID usage tables' page 7, from usage 4 on.
KEYS = (
    *(30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 50, 49, 24, 25, 16, 19, 31, 20, 22, 47, 17, 45, 21, 44),
    *(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 28, 1, 14, 15, 57, 12, 13, 26, 27, 43, 0, 39, 40, 41, 51, 52, 53, 58),
    *(59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 87, 88, 99, 70, 119, 110, 102, 104, 111, 107, 109, 106, 105, 108, 103),
    *(69, 98, 55, 74, 78, 96, 79, 80, 81, 75, 76, 77, 71, 72, 73, 82, 83, 86, 127, 116, 117, 183),
)
USAGE = {key: usage for usage, key in enumerate(KEYS, 4) if key}
MODIFIERS = {KEY_LEFTCTRL: 0x01, KEY_LEFTSHIFT: 0x02, KEY_RIGHTALT: 0x40}
RELEASED = bytes(REPORT_BYTES)
GAP_S = 0.005  # scanners pause so long and longer; with none an emulated machine falls behind

LIMIT_STEPS, STEP_S = 1000, 0.02


class TypingGadget:
    """A keyboard of any vendor, product and serial on the simulated port `port`, 0 or 1; unplugged at first."""

    def __init__(self, name: str, vendor: int, product: int, serial: str = "", port: int = 0) -> None:
        self._identity = f"{vendor:04x}", f"{product:04x}"
        self._node = -1
        attributes: dict[str, str | bytes] = {
            "protocol": "1",
            "subclass": "1",
            "report_length": str(REPORT_BYTES),
            "report_desc": DESCRIPTION,
        }
        self._gadget = UsbGadget(name, (vendor, product, serial), port, "hid.usb0", attributes)

    def plug(self) -> None:
        """Put the cable in; nothing if it is."""
        if not self._gadget.plugged:
            self._gadget.bind()
            major, minor = (self._gadget.function / "dev").read_text().strip().split(":")
            place = Path(f"/sys/dev/char/{major}:{minor}").resolve().name
            self._node = os.open(f"/dev/{place}", os.O_RDWR)
            self._wait(there=True)

    def _wait(self, there: bool) -> None:
        """Until the kernel shows the device as one that types, or no longer."""
        tick = threading.Event()
        done = any(self._seen() == there or tick.wait(STEP_S) for _ in range(LIMIT_STEPS))
        assert done, f"the kernel does not {'find' if there else 'let go of'} the gadget {'/'.join(self._identity)}"

    def _seen(self) -> bool:
        for device in Path("/sys/class/input").glob("event*/device/id"):
            with contextlib.suppress(OSError):  # it goes away while it is looked at
                if (
                    (device / "vendor").read_text().strip(),
                    (device / "product").read_text().strip(),
                ) == self._identity:
                    return True
        return False

    def unplug(self) -> None:
        """Pull the cable; nothing if it is out. A hand is slower than the kernel, which clears away meanwhile."""
        if self._gadget.plugged:
            self._gadget.unbind()
            os.close(self._node)
            self._wait(there=False)

    def press(self, *presses: Keys, gap_s: float = GAP_S) -> None:
        """Press and let go each of these keys, with a pause between two; whoever reads must have it open."""
        tick = threading.Event()
        for keys in presses:
            self.send((report_of(keys), RELEASED))
            tick.wait(gap_s)

    def send(self, reports: Iterable[bytes]) -> None:
        """Reports as they are."""
        for report in reports:
            os.write(self._node, report)


def report_of(keys: Keys) -> bytes:
    """A boot keyboard's report while these modifiers and this key are down."""
    *held, key = keys
    return bytes([sum(MODIFIERS[one] for one in held), 0, USAGE[key], 0, 0, 0, 0, 0])
