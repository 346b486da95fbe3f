"""Card readers that type a card's UID as a keyboard would. They prove nothing: whoever types, types a card (P1)."""

from __future__ import annotations

import time

from drivers.base import CardRemoved, CardTapped, Kind
from drivers.card_reader.typed_uid import TypedUid, technology
from drivers.evdev.held import Open, open_input
from drivers.evdev.layouts import LAYOUTS
from drivers.options import WedgeOptions
from drivers.scanner.code import Code
from drivers.scanner.keyed import KeyedParser, Read
from drivers.scanner.keyed_driver import KeyedDriver

CHARS_MAX = 128


class WedgeCardReader(KeyedDriver):
    """One reader, held alone. It types when a card comes and not when it goes: the card leaves as it is tapped."""

    kind: Kind = "card_reader"

    def __init__(self, device: str, options: WedgeOptions, opened: Open = open_input) -> None:
        super().__init__(device, options, opened)
        self._options = options
        self._typed = TypedUid(options.format, options.uid_bytes, options.order, options.prefix)
        self.begin()

    def begin(self) -> None:
        options = self._options
        self.parser = KeyedParser(LAYOUTS[options.layout], options.end, chars_max=CHARS_MAX, strip_aim=False)

    def tell(self, read: list[Read]) -> None:
        if self.parser.faults:
            self.parser.faults.clear()
            self.report_again("card_unreadable")
        for one in read:
            uid = self._typed.read(one.text) if isinstance(one, Code) else None
            if uid is None:
                self.report_again("card_text_refused")
            else:
                self._tapped(uid)

    def _tapped(self, uid: bytes) -> None:
        at_ns = time.monotonic_ns()
        self.report("device_ready")
        kind = technology(uid, self._options.low_frequency)
        self.emit(CardTapped(self.device, uid.hex().upper(), kind, at_ns))
        self.emit(CardRemoved(self.device, at_ns))
