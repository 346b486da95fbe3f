"""The virtual card reader."""

from __future__ import annotations

import secrets
import threading
import time
from typing import Any

from drivers.base import CardRemoved, CardTapped, Kind
from drivers.card_reader.uid import technology_of
from drivers.errors import CardGone, CardMute, DeviceLost
from drivers.options import VirtualOptions
from drivers.virtual.cards.card import Card, Chance, Mute
from drivers.virtual.cards.eeprom import Pulled
from drivers.virtual.cards.uid_only import UidOnly
from drivers.virtual.cards.wallet import Wallet
from drivers.virtual.control import Message
from drivers.virtual.device import VirtualDevice


class VirtualCardReader(VirtualDevice):
    """Orders are `{"tap": "04A1B2C3D4E5F6"}` and `{"remove": true}`, or the methods of these names.

    `{"tap": "04A1B2C3D4E5F6", "card": "ntag424", "keys": ["00…"]}` is a card one can speak with: see
    `drivers.virtual.cards.wallet`. A card that only has a UID is seen and not spoken with.
    """

    kind: Kind = "card_reader"

    def __init__(
        self, device: str = "virtual", options: VirtualOptions | None = None, chance: Chance = secrets.token_bytes
    ) -> None:
        super().__init__(device, options)
        self._wallet = Wallet(chance)
        self._turn = threading.Lock()  # the control socket and whoever exchanges are two threads
        self._card: Card | None = None
        self._taps = 0
        self.orders |= {"tap": self.tap, "remove": lambda _: self.remove()}

    def obey(self, name: str, order: Message) -> None:
        if name == "tap":
            self._show(order)
        else:
            super().obey(name, order)

    def tap(self, uid: str, **order: Any) -> None:
        """Hold a card to the reader: 4 to 10 bytes in hex. It stays until it is removed or another is tapped."""
        self._show({"tap": uid, **order})

    def _show(self, order: Message) -> None:
        at_ns = time.monotonic_ns()
        self.need_plug()
        with self._turn:
            card = self._wallet.take(order)
            seen_only = card.kind == UidOnly.kind
            self._taps += 1
            self._card = card
            number, atr = (0, b"") if seen_only else (self._taps, card.atr)
        shown = card.uid
        self.emit(CardTapped(self.device, shown.hex().upper(), technology_of(shown), at_ns, atr.hex().upper(), number))

    def remove(self) -> None:
        """Take the card away, if there is one."""
        with self._turn:
            card, self._card = self._card, None
        if card is not None:
            card.power_off()
            self.emit(CardRemoved(self.device, time.monotonic_ns()))

    def plug(self, plugged: bool) -> None:
        """A reader that is unplugged loses its card."""
        super().plug(plugged)
        if not plugged:
            self.remove()

    def exchange(self, card: int, apdu: bytes, limit_s: float) -> bytes:
        """One command to the card of tap number `card`, as `drivers.base.ExchangesApdus` has it."""
        if not self.plugged:
            raise DeviceLost("device_unplugged")
        with self._turn:
            there = self._card
            if there is None or card != self._taps or there.kind == UidOnly.kind:
                raise CardGone(f"card {card} is no longer at {self.device}")
            try:
                return self._answer_of(there, apdu, limit_s)
            except Pulled as pulled:
                gone: Exception = pulled
            finally:
                self._wallet.keep()
        self.remove()
        raise CardGone(f"card {card} was taken away: {gone}")

    def _answer_of(self, card: Card, apdu: bytes, limit_s: float) -> bytes:
        late = card.delay_ms > limit_s * 1000
        if card.delay_ms:
            threading.Event().wait(limit_s if late else card.delay_ms / 1000)
        if late:
            raise CardMute(f"the card does not answer within {limit_s} s")
        try:
            return card.answer(apdu)
        except Mute as mute:
            raise CardMute(str(mute)) from mute
