"""Scanners that type, on USB or Bluetooth, and scanners that type on somebody's keyboard."""

from __future__ import annotations

import time

from drivers.base import KeyPressed, Kind, Scanned
from drivers.evdev.held import Open, open_input
from drivers.evdev.layouts import LAYOUTS
from drivers.evdev.strokes import Stroke
from drivers.keypad.keys import PadKeys
from drivers.options import HidScannerOptions
from drivers.scanner.calibration import Learned, Unlearned
from drivers.scanner.code import Code
from drivers.scanner.faults import tell_faults
from drivers.scanner.keyed import KeyedParser, Read, Typed
from drivers.scanner.keyed_driver import KeyedDriver


class HidScanner(KeyedDriver):
    """One scanner, held alone. A layout that was learned stays until the driver is made anew."""

    kind: Kind = "scanner"

    def __init__(self, device: str, options: HidScannerOptions, opened: Open = open_input) -> None:
        super().__init__(device, options, opened)
        self._options = options
        self._layout = LAYOUTS[options.layout]
        self._keys = PadKeys(arrows=False)
        self.begin()

    def begin(self) -> None:
        options = self._options
        self.parser = KeyedParser(self._layout, options.end, options.tell_by, options.chars_max, options.strip_aim)

    def tell(self, read: list[Read]) -> None:
        at_ns = time.monotonic_ns()
        tell_faults(self, self.parser.faults, self._options.chars_max)
        for one in read:
            match one:
                case Code(text, aim):
                    self.report("device_ready")
                    self.emit(Scanned(self.device, text, at_ns, aim))
                case Typed(strokes):
                    self._keyed(strokes, at_ns)
                case Learned(layout):
                    self._layout = self.parser.layout
                    self.report_again("layout_learned", layout=layout)
                case Unlearned(reason):
                    self.report_again(f"layout_{reason}")

    def _keyed(self, strokes: tuple[Stroke, ...], at_ns: int) -> None:
        """What a hand typed: the keys that a keypad has."""
        for stroke in strokes:
            name = self._keys.name_of(stroke)
            if name is not None:
                self.emit(KeyPressed(self.device, name, at_ns))
