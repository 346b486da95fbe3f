"""A USB card reader behind a real pcscd, libccid and kernel; the card in it is the host's."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from drivers.card_reader.pcsc import PcscCardReader
from drivers.card_reader.presence import PRESENT, UNAWARE
from drivers.card_reader.scard import Context
from drivers.options import PcscOptions
from hil_tests.beds.hands import Hands

WAIT_MS = 1000
LIMIT_STEPS, STEP_S = 1000, 0.05
READER = "Gemalto*433-Swap*"  # as libccid names the reader that QEMU says it is


def serial_at(number: int) -> str:
    """The serial number that QEMU gives to a reader on USB port `number`."""
    return f"1-0000:00:05.0-{number}"


class CcidBed:
    """Cable and cards are in the hands of the host; `number` is the reader's USB port, `options` are the driver's."""

    def __init__(self, hands: Hands, number: int = 1, **options: Any) -> None:
        self._hands, self._number = hands, number
        self.plug()
        self.driver = PcscCardReader("counter", PcscOptions(reader=READER, **options))

    def tap(self, uid: str) -> None:
        self.show({"tap": uid})

    def show(self, order: Mapping[str, Any]) -> None:
        """Lay the card of an order of drivers.virtual.cards.wallet into the reader."""
        self._hands.do("show", reader=self._number, order=order)

    def remove(self) -> None:
        """A hand is slower than the reader, which looks for its card four times a second."""
        self._hands.do("remove", reader=self._number)
        with Context() as pcsc:
            states = dict.fromkeys(pcsc.readers(), UNAWARE)
            while any(state & PRESENT for state in states.values()) or UNAWARE in states.values():
                states.update((name, state) for name, state, _ in pcsc.changes(states, WAIT_MS))

    def unplug(self) -> None:
        """A hand is slower than pcscd, which may list a reader for a while that is gone."""
        self._hands.do("unplug_reader", reader=self._number)
        tick = threading.Event()
        with Context() as pcsc:
            assert any(not self._listed(pcsc) or tick.wait(STEP_S) for _ in range(LIMIT_STEPS)), "pcscd keeps it"

    def _listed(self, pcsc: Context) -> bool:
        return any(serial_at(self._number) in name for name in pcsc.readers())

    def plug(self) -> None:
        self._hands.do("plug_reader", reader=self._number)

    def close(self) -> None:
        self.driver.close()
        self.unplug()
