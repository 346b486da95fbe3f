"""Devices that type, found among others by the real evdev: which one is taken, and what it types."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from drivers.evdev.codes import KEY_ENTER, KEY_KPENTER, PAD_DIGITS
from drivers.evdev.layouts import LAYOUTS
from tests.contracts.beds.fifo import keys_of
from tests.contracts.beds.umockdev import PAD, MockInput, told
from tests.contracts.scanner import TEA, WATER

SCANNER, KEYPAD, READER = ("scanner", "hid"), ("keypad", "hid"), ("card_reader", "wedge")
ZEBRA = (0x05E0, 0x1200)
SYCREADER = (0xFFFF, 0x0035)
DIGITS = {name: code for code, name in PAD_DIGITS.items()}
ENTER = (KEY_ENTER,)


def code(text: str) -> list[tuple[int, ...]]:
    return [*keys_of(text, LAYOUTS["us"]), ENTER]


def twins(first: int, second: int) -> list[MockInput]:
    """Two scanners of one model, at the event numbers that they happen to get."""
    left = MockInput(first, *ZEBRA, usb_path="1-1.1", uniq="LEFT", types=code(WATER))
    right = MockInput(second, *ZEBRA, usb_path="1-1.2", uniq="RIGHT", types=code(TEA))
    return [left, right]


@pytest.mark.parametrize("numbers", list(itertools.permutations((3, 4))))
@pytest.mark.parametrize(
    ("wanted", "text"),
    [({"serial": "LEFT"}, WATER), ({"usb": "05e0:1200", "usb_path": "1-1.2"}, TEA)],
    ids=["serial number", "USB port"],
)
def test_a_twin_is_told_by_number_or_port_and_not_by_order(
    tmp_path: Path, numbers: tuple[int, int], wanted: dict[str, str], text: str
) -> None:
    ready, scanned = told(tmp_path, twins(*numbers), SCANNER, wanted, acts=1)
    assert (ready["code"], scanned["event"], scanned["text"]) == ("device_ready", "Scanned", text)


def test_without_one_of_them_none_of_the_twins_is_taken(tmp_path: Path) -> None:
    [ambiguous] = told(tmp_path, twins(3, 4), SCANNER, {"usb": "05e0:1200"}, acts=1)
    assert (ambiguous["code"], ambiguous["state"]) == ("input_ambiguous", "failed")
    found = "USB port 1-1.1 serial LEFT; USB port 1-1.2 serial RIGHT"
    assert ambiguous["params"] == {"input": "usb 05e0:1200", "count": 2, "found": found}


def test_a_device_that_is_not_there_is_said(tmp_path: Path) -> None:
    [absent] = told(tmp_path, twins(3, 4), SCANNER, {"serial": "MIDDLE"}, acts=1)
    assert (absent["code"], absent["state"]) == ("input_absent", "missing")


CUT = "静点".encode()[:-1]  # the kernel cuts a long name anywhere


def test_a_device_whose_name_is_no_text_is_nobody_s_and_takes_no_other_along(tmp_path: Path) -> None:
    stranger = MockInput(2, 0x1234, 0x0001, usb_path="1-4", name=CUT)
    assert told(tmp_path, [stranger, *twins(3, 4)], SCANNER, {"serial": "LEFT"}, acts=1)[-1]["text"] == WATER


def test_a_named_device_whose_name_is_no_text_is_refused_with_a_reason(tmp_path: Path) -> None:
    stranger = MockInput(2, 0x1234, 0x0001, name=CUT)
    [refused] = told(tmp_path, [stranger], SCANNER, {"input": "/dev/input/event2"}, acts=1)
    assert (refused["code"], refused["params"]["reason"]) == ("input_refused", "its name is no text")


def test_a_path_names_its_device_alone(tmp_path: Path) -> None:
    path = {"input": "/dev/input/event4"}
    assert told(tmp_path, twins(3, 4), SCANNER, path, acts=1)[-1]["text"] == TEA
    [absent] = told(tmp_path, twins(3, 4), SCANNER, {**path, "serial": "LEFT"}, acts=1)
    assert absent["code"] == "input_absent"


def test_a_keypad_beside_a_scanner(tmp_path: Path) -> None:
    presses = [(DIGITS[digit],) for digit in "2580"]
    pad = MockInput(5, 0x04D9, 0xA02A, usb_path="1-3", keys=PAD, types=[*presses, (KEY_KPENTER,)])
    ready, *keys = told(tmp_path, [*twins(3, 4), pad], KEYPAD, {"usb": "04d9:a02a"}, acts=5)
    assert ready["code"] == "device_ready"
    assert [(key["event"], key["key"]) for key in keys] == [("KeyPressed", key) for key in [*"2580", "enter"]]


def test_a_card_reader_whose_vendor_has_a_high_number(tmp_path: Path) -> None:
    reader = MockInput(6, *SYCREADER, types=code("0287454020"))
    options = {"usb": "ffff:0035", "format": "decimal", "uid_bytes": 4}
    _, tapped, removed = told(tmp_path, [reader], READER, options, acts=2)
    assert (tapped["event"], tapped["uid"], tapped["technology"]) == ("CardTapped", "11223344", "uid")
    assert removed["event"] == "CardRemoved"


def test_the_interface_that_types_first_is_taken(tmp_path: Path) -> None:
    media = MockInput(7, *ZEBRA, interface=0, keys=(113, 114, 115))
    second = MockInput(8, *ZEBRA, interface=2, types=code(TEA))
    first = MockInput(9, *ZEBRA, interface=1, types=code(WATER))
    assert told(tmp_path, [media, second, first], SCANNER, {"usb": "05e0:1200"}, acts=1)[-1]["text"] == WATER
