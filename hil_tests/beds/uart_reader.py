"""A PN532 behind an FTDI adapter on USB: the line and everything above it are real."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from drivers.card_reader.pn532 import MISSES_MAX, Pn532CardReader
from drivers.options import Pn532Options
from hil_tests.beds.hands import Hands

LIMIT_STEPS, STEP_S = 600, 0.05


class UartReaderBed:
    """The chip's cable and its cards are in the hands of the host."""

    def __init__(self, hands: Hands, port: str) -> None:
        self._hands = hands
        self.plug()
        self.driver = Pn532CardReader("counter", Pn532Options(port=port))

    def tap(self, uid: str) -> None:
        self.show({"tap": uid})

    def show(self, order: Mapping[str, Any]) -> None:
        """Lay the card of an order of drivers.virtual.cards.wallet into the field."""
        self._hands.do("show_uart", order=order)

    def remove(self) -> None:
        """A hand is slower than the chip: it takes a card away for as long as the driver needs to miss it."""
        self._hands.do("remove_uart")
        looked, tick = self._hands.do("uart_looked"), threading.Event()
        for _ in range(LIMIT_STEPS):
            if self._hands.do("uart_looked") > looked + MISSES_MAX:
                return
            tick.wait(STEP_S)
        raise AssertionError("the driver does not look for cards")

    def unplug(self) -> None:
        self._hands.do("unplug_uart")

    def plug(self) -> None:
        self._hands.do("plug_uart")

    def close(self) -> None:
        self.driver.close()
        self.unplug()
