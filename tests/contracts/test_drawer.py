"""The drawer's contract: the virtual twin, a magnet on a mock pin, and a drawer at a printer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.beds.pins import DrawerPinBed
from tests.contracts.beds.printer_drawer import PrinterDrawerBed
from tests.contracts.beds.virtual_pins import VirtualDrawerBed
from tests.contracts.drawer import DrawerContract, DrawerReplugContract


class TestVirtual(DrawerReplugContract):
    @pytest.fixture
    def bed(self, tmp_path: Path) -> Iterator[VirtualDrawerBed]:
        bed = VirtualDrawerBed(tmp_path)
        yield bed
        bed.close()


class TestMockPins(DrawerContract):
    @pytest.fixture(params=[True, False], ids=["active high", "active low"])
    def bed(self, request: pytest.FixtureRequest) -> Iterator[DrawerPinBed]:
        bed = DrawerPinBed(request.param)
        yield bed
        bed.close()


class TestAtPrinter(DrawerReplugContract):
    @pytest.fixture
    def bed(self) -> Iterator[PrinterDrawerBed]:
        bed = PrinterDrawerBed()
        yield bed
        bed.close()
