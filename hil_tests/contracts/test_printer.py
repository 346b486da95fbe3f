"""The printer's contract on a USB printer through libusb, which takes it from the kernel's own driver."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from hil_tests.beds.gadget_printer import GadgetPrinterBed
from tests.contracts.printer import PrinterReplugContract


class TestUsbGadget(PrinterReplugContract):
    @pytest.fixture
    def bed(self) -> Iterator[GadgetPrinterBed]:
        with contextlib.closing(GadgetPrinterBed()) as bed:
            yield bed
