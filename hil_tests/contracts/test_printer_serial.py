"""The printer's contract on a USB serial adapter."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from hil_tests.beds.hands import Hands
from hil_tests.beds.uart_printer import UartPrinterBed
from tests.contracts.printer import PrinterReplugContract


class TestUsbSerial(PrinterReplugContract):
    @pytest.fixture
    def bed(self, hands: Hands) -> Iterator[UartPrinterBed]:
        with contextlib.closing(UartPrinterBed(hands, "/dev/stillpoint/serial-1-4")) as bed:
            yield bed
