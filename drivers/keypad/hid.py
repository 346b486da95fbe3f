"""Numeric pads that type: USB or Bluetooth, with or without a Num Lock of their own."""

from __future__ import annotations

import time

from drivers.base import KeyPressed, Kind
from drivers.evdev.driver import TypingDriver
from drivers.evdev.held import Open, open_input
from drivers.evdev.strokes import Gap, Stroke
from drivers.keypad.keys import PadKeys
from drivers.options import HidKeypadOptions


class HidKeypad(TypingDriver):
    """One pad, held alone. A key that is held down counts once; keys without a meaning are nothing."""

    kind: Kind = "keypad"

    def __init__(self, device: str, options: HidKeypadOptions, opened: Open = open_input) -> None:
        super().__init__(device, options, opened)
        self._keys = PadKeys(options.back, options.clear)

    def begin(self) -> None:
        """Nothing is kept from one key to the next."""

    def take(self, strokes: list[Stroke | Gap]) -> None:
        at_ns = time.monotonic_ns()
        for stroke in strokes:
            if isinstance(stroke, Gap):
                self.report_again("keys_lost")
                continue
            name = self._keys.name_of(stroke)
            if name is not None:
                self.report("device_ready")
                self.emit(KeyPressed(self.device, name, at_ns))
