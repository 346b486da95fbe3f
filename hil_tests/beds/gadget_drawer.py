"""A drawer at the socket of the printer on USB, whose cable is the drawer's, too."""

from __future__ import annotations

from drivers.drawer.printer import PrinterDrawer
from drivers.options import PrinterDrawerOptions
from hil_tests.beds.gadget_printer import GadgetPrinterBed
from tests.contracts.recorder import Recorder


class GadgetDrawerBed:
    """The kicks that the virtual printer at the gadget's end has heard are the times that the drawer sprang open."""

    def __init__(self) -> None:
        self._printer = GadgetPrinterBed()
        self.driver = PrinterDrawer("till", PrinterDrawerOptions(printer=self._printer.driver.device))
        self.driver.lean_on([self.driver, self._printer.driver])
        self._printer.driver.start(Recorder())

    def unplug(self) -> None:
        self._printer.unplug()

    def plug(self) -> None:
        self._printer.plug()

    def sprang_open(self, times: int) -> bool:
        return self._printer.kicked(times)

    def opened(self) -> int:
        return self._printer.kicks

    def close(self) -> None:
        self.driver.close()
        self._printer.close()
