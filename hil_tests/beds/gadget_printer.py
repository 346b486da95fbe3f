"""A receipt printer on USB, of the printer class: usblp takes it first, and the driver speaks with it by libusb."""

from __future__ import annotations

import os
import select
import threading
from pathlib import Path

from drivers.options import EscposOptions
from drivers.printer.escpos import EscposPrinter
from hil_tests.beds.usb_gadget import UsbGadget
from tests.contracts.beds.machine import WiredMachine

VENDOR, PRODUCT = 0x04B8, 0x0E15
PNP = "MFG:Bench;MDL:receipts;CLS:PRINTER;CMD:ESC/POS;"
NODE = Path("/dev/g_printer0")
LIMIT_STEPS, STEP_S = 1000, 0.02


class GadgetPrinterBed(WiredMachine):
    """The virtual printer at the gadget's end of the cable. A hand is slower than the kernel, and waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self._gadget = UsbGadget(
            "printer", (VENDOR, PRODUCT, "P1"), 1, "printer.usb0", {"pnp_string": PNP, "q_len": "10"}
        )
        self._node = -1
        self.plug()
        self.driver = EscposPrinter("counter", EscposOptions(usb=f"{VENDOR:04x}:{PRODUCT:04x}"))

    def plug(self) -> None:
        if not self._gadget.plugged:
            self._gadget.bind()
            self._wait(there=True)
            self._node = os.open(NODE, os.O_RDWR | os.O_NONBLOCK)
            self.begin()
            self._thread = threading.Thread(target=self.serve, args=(self,), name="printer", daemon=True)
            self._thread.start()

    def unplug(self) -> None:
        if self._gadget.plugged:
            self.stop()
            self._thread.join()
            os.close(self._node)
            self._gadget.unbind()
            self._wait(there=False)

    def receive(self) -> bytes:
        there, _, _ = select.select([self._node], [], [], STEP_S)
        try:
            return os.read(self._node, 4096) if there else b""
        except BlockingIOError:
            return b""

    def send(self, data: bytes) -> None:
        while data and self._serving:
            _, free, _ = select.select([], [self._node], [], STEP_S)
            data = data[os.write(self._node, data) :] if free else data

    def close(self) -> None:
        self.driver.close()
        self.unplug()

    def _wait(self, there: bool) -> None:
        tick = threading.Event()
        done = any(self._gadget.seen() == there or tick.wait(STEP_S) for _ in range(LIMIT_STEPS))
        assert done, f"the kernel does not {'find' if there else 'let go of'} the printer"
