"""Receipt printers that speak ESC/POS, on USB, a serial port or the network."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, closing

from drivers.base import Kind
from drivers.identity import Identity
from drivers.options import EscposOptions
from drivers.printer.composer import Composer
from drivers.printer.orders import Orders
from drivers.printer.serial_wire import serial_wire
from drivers.printer.talk import Talk, Wire
from drivers.printer.tcp_wire import tcp_wire
from drivers.printer.usb_wire import UsbWire, usb_wire
from drivers.receipt import Receipt
from drivers.supervised import Supervised


class EscposPrinter(Supervised):
    """Receipts wait while the printer is away or cannot print; one that was begun is never begun again."""

    kind: Kind = "printer"

    def __init__(self, device: str, options: EscposOptions) -> None:
        super().__init__(device)
        self._options = options
        self._orders = Orders(self, options.keep_s)
        self._recover = False
        self._reachable = False
        self._identity: Identity | None = None

    @property
    def reachable(self) -> bool:
        return self._reachable

    def print(self, job: str, receipt: Receipt) -> None:
        self._orders.print(job, receipt)

    def open_drawer(self) -> None:
        self._orders.open_drawer()

    def identities(self) -> list[Identity]:
        """See drivers.identity.TellsIdentity; only on USB does a printer tell what it is."""
        return [self._identity] if self._identity is not None else []

    def left(self) -> None:
        self._recover = True
        self._orders.left()

    def close(self) -> None:
        """Give up what waits, and stop. What is under way is told as unknown."""
        self._orders.drop()
        super().close()

    def wire(self) -> AbstractContextManager[Wire]:
        """The way to the printer, open for as long as the context."""
        options = self._options
        if options.usb is not None:
            return usb_wire(options)
        return serial_wire(options) if options.port is not None else tcp_wire(options)

    def hold(self) -> None:
        composer = Composer(self._options)
        self._identity = None
        with self.wire() as wire:
            self._identity = wire.identity if isinstance(wire, UsbWire) else None
            talk = Talk(wire, composer, self._orders, self._options.confirm, self.report, time.monotonic_ns)
            try:
                with closing(talk.run(self._recover)) as steps:
                    for _ in steps:
                        self.beat()
                        self._reachable = talk.looked
                        if self.closing:
                            return
            finally:
                self._reachable = False
                self._recover = talk.broken
