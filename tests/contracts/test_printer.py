"""The printer's contract: the virtual twin, and the ESC/POS driver on a serial line, USB and in the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.beds.printers import PtyPrinterBed, TcpPrinterBed, UsbPrinterBed, VirtualPrinterBed
from tests.contracts.printer import PrinterReplugContract


class TestVirtual(PrinterReplugContract):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[VirtualPrinterBed]:
        bed = VirtualPrinterBed(tmp_path)
        yield bed
        bed.close()


class TestSerial(PrinterReplugContract):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[PtyPrinterBed]:
        bed = PtyPrinterBed(tmp_path)
        yield bed
        bed.close()


class TestTcp(PrinterReplugContract):
    @pytest.fixture
    def bed(self) -> Iterator[TcpPrinterBed]:
        bed = TcpPrinterBed()
        yield bed
        bed.close()


class TestUsb(PrinterReplugContract):
    @pytest.fixture
    def bed(self) -> Iterator[UsbPrinterBed]:
        bed = UsbPrinterBed()
        yield bed
        bed.close()
