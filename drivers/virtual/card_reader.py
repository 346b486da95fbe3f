"""The virtual card reader."""

from __future__ import annotations

import time

from drivers.base import UID_BYTES_MAX, CardRemoved, CardTapped, Kind
from drivers.card_reader.uid import UID_BYTES_MIN, technology_of
from drivers.options import VirtualOptions
from drivers.virtual.device import VirtualDevice


class VirtualCardReader(VirtualDevice):
    """Orders are `{"tap": "04A1B2C3D4E5F6"}` and `{"remove": true}`, or the methods of these names."""

    kind: Kind = "card_reader"

    def __init__(self, device: str = "virtual", options: VirtualOptions | None = None) -> None:
        super().__init__(device, options)
        self._present = False
        self.orders |= {"tap": self.tap, "remove": lambda _: self.remove()}

    def tap(self, uid: str) -> None:
        """Hold a card to the reader: 4 to 10 bytes in hex. It stays until it is removed or another is tapped."""
        at_ns = time.monotonic_ns()
        self.need_plug()
        card = bytes.fromhex(uid) if isinstance(uid, str) else b""
        if not UID_BYTES_MIN <= len(card) <= UID_BYTES_MAX:
            raise ValueError("tap must be a UID of 4 to 10 bytes in hex")
        self._present = True
        self.emit(CardTapped(self.device, card.hex().upper(), technology_of(card), at_ns))

    def remove(self) -> None:
        """Take the card away, if there is one."""
        if self._present:
            self._present = False
            self.emit(CardRemoved(self.device, time.monotonic_ns()))

    def plug(self, plugged: bool) -> None:
        """A reader that is unplugged loses its card."""
        super().plug(plugged)
        if not plugged:
            self.remove()
