"""Cash drawers that a person watches, and shuts again."""

from __future__ import annotations

from drivers import registry
from drivers.base import Driver, LeansOnDevices
from drivers.options import PrinterDrawerOptions
from hil_tests.devices.named import Named
from hil_tests.devices.person import PersonBed, PersonPinBed
from hil_tests.devices.terminal import Ask, ask_on_terminal
from tests.contracts.recorder import Recorder

WAIT = "Wait for the drawer, shut it, and type how often it sprang open: 0, 1 or more."
LOOK = "Type how often the drawer sprang open that you did not tell yet: 0, 1 or more. Shut it."


class Watched(PersonBed):
    """The person counts from question to question; the bed, from its beginning."""

    _times = 0

    def sprang_open(self, times: int) -> bool:
        self._times += self.number(WAIT)
        return self._times == times

    def opened(self) -> int:
        self._times += self.number(LOOK)
        return self._times


class PersonDrawerBed(Watched, PersonPinBed):
    """A drawer whose magnet hangs on a pin."""


class PersonPrinterDrawerBed(Watched):
    """A drawer at the socket of the bench's printer, whose cable is the drawer's, too."""

    def __init__(self, device: Named, printer: Named, ask: Ask = ask_on_terminal) -> None:
        super().__init__(device, ask)
        self.printer = self._beside(printer)
        assert isinstance(self.driver, LeansOnDevices)
        self.driver.lean_on([self.driver, self.printer])
        self.printer.start(Recorder())

    def close(self) -> None:
        self.printer.close()
        super().close()

    def _beside(self, printer: Named) -> Driver:
        """The printer under the name by which the drawer's options call it."""
        assert isinstance(self.device.options, PrinterDrawerOptions)
        return registry.create(printer.kind, printer.driver, self.device.options.printer, printer.options)
