"""The scanner's contract on a USB scanner that types, and storms of keys."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from drivers.base import Scanned
from hil_tests.beds.typing import GadgetScannerBed
from tests.contracts.recorder import Recorder
from tests.contracts.scanner import ScannerContract

CODES = 500


class TestHidGadget(ScannerContract):
    @pytest.fixture
    def bed(self) -> Iterator[GadgetScannerBed]:
        with contextlib.closing(GadgetScannerBed()) as bed:
            yield bed

    def test_of_a_storm_every_code_comes_once_and_in_order(self, bed: GadgetScannerBed, told: Recorder) -> None:
        told.status("device_ready")
        codes = [f"69{number:011}" for number in range(CODES)]
        for code in codes:
            bed.scan(code)
        told.next(Scanned, text=codes[-1])
        assert [scanned.text for scanned in told.all(Scanned)] == codes
