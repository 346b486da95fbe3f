"""A guest with the devices that can be plugged into it, and the hands that move them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from drivers.virtual.cards.wallet import Wallet
from hil_tests.bench.agent_link import AgentLink
from hil_tests.bench.devices import CardReader, PluggedDisk, SerialAdapter
from hil_tests.bench.disk import Disk
from hil_tests.bench.emulator import Parts
from hil_tests.bench.guest import Guest
from hil_tests.bench.hands import Hands, Order
from hil_tests.bench.qmp import Qmp
from hil_tests.bench.uart_printer import UartPrinter
from hil_tests.bench.uart_reader import UartReader
from hil_tests.bench.uart_scanner import UartScanner

READER_PORTS = (1, 2)
ADAPTER_PORTS = (3, 4)
UART_PORT = 4  # of those: for a PN532, an SSI scanner or a printer, one at a time


class Stand:
    """Everything is unplugged at first. `orders` is what tests in the guest may ask of the host; more can be added."""

    def __init__(self, parts: Parts, share: Path, network: bool = False) -> None:
        self.guest = Guest(parts, share, network)
        self.agent: AgentLink = self.guest.agent
        self.qmp: Qmp = self.guest.qmp
        folder = self.guest.emulator.folder
        self.readers = {port: CardReader(self.qmp, folder, port) for port in READER_PORTS}
        self.adapters = {port: SerialAdapter(self.qmp, folder, port) for port in ADAPTER_PORTS}
        self.disks: list[PluggedDisk] = []
        self._wallet = Wallet(os.urandom)
        self.uart = UartReader(self.adapters[UART_PORT], self._wallet)
        self.ssi = UartScanner(self.adapters[UART_PORT])
        self.printer = UartPrinter(self.adapters[UART_PORT])
        self.orders: dict[str, Order] = {
            "plug_reader": lambda reader: self.readers[reader].plug(),
            "unplug_reader": lambda reader: self.readers[reader].unplug(),
            "show": self.show,
            "remove": self.remove,
            "plug_adapter": lambda adapter: self.adapters[adapter].plug(),
            "unplug_adapter": lambda adapter: self.adapters[adapter].unplug(),
            "plug_uart": self.uart.plug,
            "unplug_uart": self.uart.unplug,
            "show_uart": self.uart.show,
            "remove_uart": self.uart.remove,
            "uart_looked": self.uart.looked,
            "ssi": lambda call, **what: getattr(self.ssi, call)(**what),
            "printer": lambda call, **what: getattr(self.printer, call)(**what),
            "new_printer": self.new_printer,
            "send": lambda adapter, data: self.adapters[adapter].send(bytes.fromhex(data)),
        }
        self._hands = Hands(self.guest.emulator.connect("hands"), self.orders)

    def show(self, reader: int, order: Mapping[str, Any]) -> None:
        """Lay the card of `order` (drivers.virtual.cards.wallet) into the slot of `reader`."""
        slot = self.readers[reader].slot
        assert slot is not None, f"reader {reader} is unplugged"
        slot.insert(self._wallet.take(order))

    def remove(self, reader: int) -> None:
        """Take the card out; nothing where there is none."""
        slot = self.readers[reader].slot
        if slot is not None:
            slot.remove()

    def new_printer(self) -> None:
        """Another one in place of the printer, which must be unplugged."""
        self.printer = UartPrinter(self.adapters[UART_PORT])

    def plug_disk(self, disk: Disk) -> PluggedDisk:
        """A new disk; `disk` stays in the test's hands."""
        plugged = PluggedDisk(self.qmp, self.guest.emulator.folder, disk)
        self.disks.append(plugged)
        return plugged

    def __enter__(self) -> Stand:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Pull the plug; a disk's power goes first, or QEMU would wait for its answers."""
        for disk in self.disks:
            disk.cut()
        self._hands.close()
        self.guest.close()
        for reader in self.readers.values():
            if reader.slot is not None:
                reader.slot.close()
        for plug in (*self.readers.values(), *self.adapters.values()):
            plug.close()
        for disk in self.disks:
            disk.close()
