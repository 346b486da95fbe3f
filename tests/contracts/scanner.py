"""What every scanner must do."""

from __future__ import annotations

import time
from typing import Protocol

from drivers.base import DeviceStatus, Scanned
from tests.contracts.driver import Bed, DriverContract, ReplugContract
from tests.contracts.recorder import Recorder

WATER = "6901234567892"
TEA = "6909876543215"


class ScannerBed(Bed, Protocol):
    """Hands that hold a code before the scanner, and a hand that makes it send damage."""

    def scan(self, text: str) -> None: ...

    def scan_damaged(self) -> None: ...


class ScannerContract(ReplugContract, DriverContract):
    def test_a_scan_is_one_event_with_the_text(self, bed: ScannerBed, told: Recorder) -> None:
        told.status("device_ready")
        before_ns = time.monotonic_ns()
        bed.scan(WATER)
        scanned = told.next(Scanned)
        assert (scanned.device, scanned.text) == (bed.driver.device, WATER)
        assert before_ns <= scanned.at_ns <= time.monotonic_ns()

    def test_codes_keep_their_order_and_none_is_lost(self, bed: ScannerBed, told: Recorder) -> None:
        told.status("device_ready")
        codes = [f"{number:013}" for number in range(50)]
        for code in codes:
            bed.scan(code)
        told.next(Scanned, text=codes[-1])
        assert [scanned.text for scanned in told.all(Scanned)] == codes

    def test_the_same_code_twice_is_two_scans(self, bed: ScannerBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.scan(WATER)
        bed.scan(WATER)
        assert told.next(Scanned).text == told.next(Scanned).text == WATER

    def test_long_codes_and_separators(self, bed: ScannerBed, told: Recorder) -> None:
        told.status("device_ready")
        for text in ("0106901234567892\x1d8018123456789012345678", "SP1:" + "a" * 1500):
            bed.scan(text)
            assert told.next(Scanned).text == text

    def test_damage_is_left_out_and_said(self, bed: ScannerBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.scan_damaged()
        damaged = told.next(DeviceStatus)
        assert (damaged.state, damaged.code) == ("ready", "scan_noisy")
        bed.scan(TEA)
        assert told.next(Scanned).text == TEA
        assert [scanned.text for scanned in told.all(Scanned)] == [TEA]
        assert told.all(DeviceStatus)[-1].code == "device_ready"

    def test_scans_go_on_after_a_replug(self, bed: ScannerBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.unplug()
        told.next(DeviceStatus, state="missing")
        bed.plug()
        told.status("device_ready")
        bed.scan(WATER)
        assert told.next(Scanned).text == WATER


class ScriptsContract(ScannerContract):
    """For a scanner that sends bytes: one that types has no keys for other scripts."""

    def test_other_scripts(self, bed: ScannerBed, told: Recorder) -> None:
        told.status("device_ready")
        bed.scan("会员 12")
        assert told.next(Scanned).text == "会员 12"
