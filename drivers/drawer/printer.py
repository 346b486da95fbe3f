"""A cash drawer at the socket of a receipt printer, which gives it the pulse."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from drivers.base import Driver, HasDrawerSocket, Kind
from drivers.options import PrinterDrawerOptions
from drivers.supervised import Supervised

STEP_S = 0.25


class PrinterDrawer(Supervised):
    """It has no cable of its own: it is there when its printer is."""

    kind: Kind = "drawer"

    def __init__(self, device: str, options: PrinterDrawerOptions) -> None:
        super().__init__(device)
        self._name = options.printer
        self._printer: HasDrawerSocket | None = None
        self._met = False
        self._ended = threading.Event()

    def lean_on(self, drivers: Sequence[Driver]) -> None:
        """Find the printer. Without one that has a socket the drawer is never reached."""
        for driver in drivers:
            if driver.kind == "printer" and driver.device == self._name and isinstance(driver, HasDrawerSocket):
                self._printer = driver
        self._met = True

    def open_drawer(self) -> None:
        """Ask the printer for a pulse, if it is there."""
        if self._printer is not None and self._printer.reachable:
            self._printer.open_drawer()

    def wake(self) -> None:
        self._ended.set()

    def hold(self) -> None:
        """Before it met the others, as when a technician tries it alone, nothing is known against it."""
        while not self.closing:
            self.beat()
            if not self._met or (self._printer is not None and self._printer.reachable):
                self.report("device_ready")
            else:
                self.report("drawer_unreached", printer=self._name)
            self._ended.wait(STEP_S)
