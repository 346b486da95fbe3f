"""The scanner's contract on a USB scanner that types, and storms of keys."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from drivers.base import DeviceStatus, Scanned
from hil_tests.beds.typing import GadgetScannerBed
from tests.contracts.recorder import Recorder
from tests.contracts.scanner import TEA, ScannerContract

CODES = 200


class TestHidGadget(ScannerContract):
    @pytest.fixture
    def bed(self) -> Iterator[GadgetScannerBed]:
        with contextlib.closing(GadgetScannerBed()) as bed:
            yield bed

    def test_of_a_storm_no_code_is_half_and_what_the_kernel_dropped_is_said(
        self, bed: GadgetScannerBed, told: Recorder
    ) -> None:
        told.status("device_ready")
        codes = [f"69{number:011}" for number in range(CODES)]
        for code in codes:
            bed.scan(code, gap_s=0)
        bed.scan(TEA)
        told.next(Scanned, text=TEA)
        *scanned, _ = [scanned.text for scanned in told.all(Scanned)]
        assert scanned == [code for code in codes if code in set(scanned)]
        assert len(scanned) > CODES / 2
        assert len(scanned) == CODES or "scan_noisy" in {status.code for status in told.all(DeviceStatus)}
