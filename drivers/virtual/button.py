"""The virtual button."""

from __future__ import annotations

import time

from drivers.base import ButtonPressed, Kind
from drivers.options import VirtualOptions
from drivers.virtual.device import VirtualDevice


class VirtualButton(VirtualDevice):
    """The order `{"press": true}`, or `press`, is one press."""

    kind: Kind = "button"

    def __init__(self, device: str = "virtual", options: VirtualOptions | None = None) -> None:
        super().__init__(device, options)
        self.orders["press"] = lambda _: self.press()

    def press(self) -> None:
        """Press the button once."""
        self.need_plug()
        self.emit(ButtonPressed(self.device, time.monotonic_ns()))
