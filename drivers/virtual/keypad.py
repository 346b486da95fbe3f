"""The virtual keypad."""

from __future__ import annotations

import time

from drivers.base import KeyPressed, Kind
from drivers.options import VirtualOptions
from drivers.virtual.device import VirtualDevice

KEYS = frozenset([*"0123456789", "enter", "back", "clear"])


class VirtualKeypad(VirtualDevice):
    """The order `{"key": "1"}`, or `press`, is one key: a digit, "enter", "back" or "clear"."""

    kind: Kind = "keypad"

    def __init__(self, device: str = "virtual", options: VirtualOptions | None = None) -> None:
        super().__init__(device, options)
        self.orders["key"] = self.press

    def press(self, key: str) -> None:
        """Press and let go one key."""
        self.need_plug()
        if key not in KEYS:
            raise ValueError("key must be a digit, 'enter', 'back' or 'clear'")
        self.emit(KeyPressed(self.device, key, time.monotonic_ns()))
