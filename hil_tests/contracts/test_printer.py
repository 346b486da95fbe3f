"""The printer's contract on a USB printer through libusb, beside the kernel's own driver, and on a serial adapter."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from hil_tests.beds.gadget_printer import GadgetPrinterBed
from hil_tests.beds.hands import Hands
from hil_tests.beds.uart_printer import UartPrinterBed
from tests.contracts.printer import PrinterReplugContract


class TestUsbGadget(PrinterReplugContract):
    @pytest.fixture
    def bed(self) -> Iterator[GadgetPrinterBed]:
        with contextlib.closing(GadgetPrinterBed()) as bed:
            yield bed


class TestUsbSerial(PrinterReplugContract):
    @pytest.fixture
    def bed(self, hands: Hands) -> Iterator[UartPrinterBed]:
        with contextlib.closing(UartPrinterBed(hands, "/dev/stillpoint/serial-1-4")) as bed:
            yield bed
