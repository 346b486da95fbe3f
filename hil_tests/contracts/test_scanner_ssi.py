"""The scanner's contract with SSI over a USB serial adapter, where each code is acknowledged."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from drivers.base import DeviceStatus, Scanned
from hil_tests.beds.hands import Hands
from hil_tests.beds.uart_scanner import UartScannerBed
from tests.contracts.recorder import Recorder
from tests.contracts.scanner import TEA, WATER, ScriptsContract


class TestUsbSerial(ScriptsContract):
    @pytest.fixture
    def bed(self, hands: Hands) -> Iterator[UartScannerBed]:
        with contextlib.closing(UartScannerBed(hands, "/dev/stillpoint/serial-1-4")) as bed:
            yield bed

    def test_a_code_whose_answer_was_lost_is_one_scan(self, bed: UartScannerBed, told: Recorder) -> None:
        told.status("device_ready")
        assert bed.scanned(WATER, mute=1)
        assert bed.scanned(TEA)
        told.next(Scanned, text=TEA)
        assert [scanned.text for scanned in told.all(Scanned)] == [WATER, TEA]

    def test_a_damaged_code_is_sent_again_and_nothing_is_said(self, bed: UartScannerBed, told: Recorder) -> None:
        told.status("device_ready")
        assert bed.scanned(WATER, damage=1)
        assert told.next(Scanned).text == WATER
        assert "scan_noisy" not in {status.code for status in told.all(DeviceStatus)}
