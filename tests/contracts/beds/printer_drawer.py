"""A drawer at the socket of a virtual printer, whose cable is the drawer's, too."""

from __future__ import annotations

import threading

from drivers.drawer.printer import PrinterDrawer
from drivers.options import PrinterDrawerOptions
from drivers.virtual.printer import VirtualPrinter
from tests.contracts.recorder import Recorder


class PrinterDrawerBed:
    def __init__(self) -> None:
        self.printer = VirtualPrinter("counter")
        self.driver = PrinterDrawer("till", PrinterDrawerOptions(printer="counter"))
        self.driver.lean_on([self.driver, self.printer])
        self.printer.start(Recorder())

    def unplug(self) -> None:
        self.printer.plug(False)

    def plug(self) -> None:
        self.printer.plug(True)

    def sprang_open(self, times: int) -> bool:
        tick = threading.Event()
        return any(self.opened() == times or tick.wait(0.01) for _ in range(1000))

    def opened(self) -> int:
        return self.printer.kicks

    def close(self) -> None:
        self.driver.close()
        self.printer.close()
