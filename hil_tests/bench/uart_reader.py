"""A PN532 on a serial adapter: the chip and its cards are played on the host, the line and its driver are real."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Mapping
from typing import Any

from drivers.virtual.cards.wallet import Wallet
from drivers.virtual.pn532_chip import VirtualPn532
from hil_tests.bench.devices import SerialAdapter


class UartReader:
    """Holds `adapter` while it is plugged in; a card stays with the reader's place when the cable is pulled."""

    def __init__(self, adapter: SerialAdapter, wallet: Wallet) -> None:
        self._adapter, self._wallet = adapter, wallet
        self._lock = threading.Lock()
        self.chip = VirtualPn532()

    def plug(self) -> None:
        """Put the cable in: the chip starts anew."""
        card, self.chip = self.chip.card, VirtualPn532()
        self.chip.card = card
        self._adapter.plug()
        assert self._adapter.connection is not None
        threading.Thread(target=self._serve, args=(self._adapter.connection, self.chip), daemon=True).start()

    def unplug(self) -> None:
        self._adapter.unplug()

    def show(self, order: Mapping[str, Any]) -> None:
        """Lay the card of `order` (drivers.virtual.cards.wallet) into the field."""
        card = self._wallet.take(order)
        with self._lock:
            self.chip.card = card

    def remove(self) -> None:
        with self._lock:
            self.chip.card = None

    def looked(self) -> int:
        """How often the driver has looked for a card since the chip started."""
        return self.chip.looked

    def _serve(self, connection: socket.socket, chip: VirtualPn532) -> None:
        with contextlib.suppress(OSError):
            while data := connection.recv(4096):
                with self._lock:
                    answer = chip.hear(data)
                connection.sendall(answer)
