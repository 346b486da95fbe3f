"""What only devices that type can do: layouts, hands beside scanners, keys that were lost, devices held by others."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import DeviceStatus, KeyPressed, Scanned
from drivers.errors import DeviceLost
from drivers.evdev.codes import KEY_ENTER
from drivers.evdev.layouts import LAYOUTS
from drivers.options import HidScannerOptions
from drivers.scanner.calibration import CALIBRATION, HEAD
from tests.contracts.beds.fifo import HAND_US, PATH, FifoKeypadBed, FifoScannerBed, keys_of
from tests.contracts.recorder import Recorder
from tests.contracts.scanner import TEA, WATER

US = LAYOUTS["us"]
LINK = "https://shop.example/?01=6901234567892&10=A-Z_z"


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[FifoScannerBed]:
    with contextlib.closing(FifoScannerBed(tmp_path, HidScannerOptions(input=PATH))) as bed:
        yield bed


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[FifoScannerBed]:
    with contextlib.closing(FifoScannerBed(tmp_path, HidScannerOptions(tell_by="timing"))) as bed:
        yield bed


def started(bed: FifoScannerBed | FifoKeypadBed) -> Recorder:
    told = Recorder()
    bed.driver.start(told)
    told.status("device_ready")
    return told


def test_a_layout_is_learned_from_the_calibration_code_and_kept_over_a_replug(bed: FifoScannerBed) -> None:
    told = started(bed)
    bed.layout = LAYOUTS["de"]
    bed.scan(LINK)
    assert told.next(Scanned).text != LINK
    bed.scan(CALIBRATION)
    learned = told.status("layout_learned")
    assert (learned.state, dict(learned.params)) == ("ready", {"layout": "de"})
    for _ in range(2):
        bed.scan(LINK)
        assert told.next(Scanned).text == LINK
        bed.unplug()
        told.next(DeviceStatus, state="missing")
        bed.plug()
        told.status("device_ready")
    assert CALIBRATION not in [scanned.text for scanned in told.all(Scanned)]


@pytest.mark.parametrize(
    ("text", "code"),
    [(HEAD + "12345", "layout_none"), (CALIBRATION.lower(), "layout_case")],
)
def test_a_layout_that_cannot_be_learned_is_said_with_the_reason(bed: FifoScannerBed, text: str, code: str) -> None:
    told = started(bed)
    bed.scan(text)
    assert told.status(code).state == "ready"
    bed.scan(WATER)
    assert told.next(Scanned).text == WATER


def test_a_scanner_and_a_hand_on_one_device(shared: FifoScannerBed) -> None:
    told = started(shared)
    shared.device.press(*keys_of("12", US), gap_us=HAND_US)
    assert [told.next(KeyPressed).key for _ in range(2)] == ["1", "2"]
    shared.scan(WATER)
    assert told.next(Scanned).text == WATER
    shared.device.press(*keys_of("x3", US), (KEY_ENTER,), gap_us=HAND_US)
    assert [told.next(KeyPressed).key for _ in range(2)] == ["3", "enter"]
    assert len(told.all(Scanned)) == 1


def test_a_named_scanner_is_no_keypad_however_slow(bed: FifoScannerBed) -> None:
    told = started(bed)
    bed.device.press(*keys_of("12", US), (KEY_ENTER,), gap_us=HAND_US)
    assert told.next(Scanned).text == "12"
    assert told.all(KeyPressed) == []


def test_a_code_of_which_events_were_lost_is_left_out_and_said(bed: FifoScannerBed) -> None:
    told = started(bed)
    bed.device.press(*keys_of("690", US))
    bed.device.drop()
    bed.scan("123")
    told.status("scan_noisy")
    bed.scan(TEA)
    assert told.next(Scanned).text == TEA
    assert len(told.all(Scanned)) == 1


def test_an_aim_identifier_is_beside_the_code(bed: FifoScannerBed) -> None:
    told = started(bed)
    bed.scan("]C10106901234567892\x1d10AB")
    scanned = told.next(Scanned)
    assert (scanned.text, scanned.aim) == ("0106901234567892\x1d10AB", "]C1")


@pytest.mark.parametrize("code", ["input_busy", "input_ambiguous", "input_refused"])
def test_a_device_that_cannot_be_had_is_said_until_it_can(bed: FifoScannerBed, code: str) -> None:
    bed.device.fault = DeviceLost(code, input=PATH, count=2, found="a; b", reason="Permission denied")
    told = Recorder()
    bed.driver.start(told)
    refused = told.next(DeviceStatus)
    assert (refused.code, refused.state) == (code, "failed")
    assert PATH in refused.sentence
    bed.device.fault = None
    told.status("device_ready")
    bed.scan(WATER)
    assert told.next(Scanned).text == WATER


def test_lost_keys_of_a_pad_are_said(tmp_path: Path) -> None:
    with contextlib.closing(FifoKeypadBed(tmp_path, arrows=False)) as bed:
        told = started(bed)
        bed.device.drop()
        assert told.status("keys_lost").state == "ready"
        bed.press("7")
        assert told.next(KeyPressed).key == "7"
