"""A virtual PN532 on a pseudo-terminal: the kernel's tty layer is real, the wire and the air are not."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drivers.card_reader.pn532 import MISSES_MAX, Pn532CardReader
from drivers.options import Pn532Options
from drivers.virtual.cards.card import Card
from drivers.virtual.cards.uid_only import UidOnly, marked
from drivers.virtual.cards.wallet import Wallet
from drivers.virtual.pn532 import Pn532Wire

LIMIT_STEPS = 1000
STEP_S = 0.01


class Pn532Bed:
    """A hand is slower than the chip: it takes a card away for as long as the driver needs to miss it."""

    def __init__(self, folder: Path) -> None:
        self.wire = Pn532Wire(folder / "reader")
        self.wire.plug()
        self._wallet = Wallet(bytes)
        self.driver = Pn532CardReader("counter", Pn532Options(port=str(self.wire.port)))

    def tap(self, uid: str) -> None:
        self.lay(UidOnly(marked(bytes.fromhex(uid))))

    def show(self, order: Mapping[str, Any]) -> None:
        self.lay(self._wallet.take(order))

    def lay(self, card: Card) -> None:
        self.wire.tap(card)

    def remove(self) -> None:
        self.wire.remove()
        looked, tick = self.wire.chip.looked, threading.Event()
        seen = any(self.wire.chip.looked > looked + MISSES_MAX or tick.wait(STEP_S) for _ in range(LIMIT_STEPS))
        assert seen, "the driver does not look for cards"

    def unplug(self) -> None:
        self.wire.unplug()

    def plug(self) -> None:
        self.wire.plug()

    def close(self) -> None:
        self.driver.close()
        self.wire.close()
