"""The reports that a gadget types by: each key is the one that the kernel takes it for."""

from __future__ import annotations

import string

import pytest

from drivers.evdev.codes import KEY_LEFTCTRL, KEY_LEFTSHIFT, KEY_RIGHTBRACE, PAD_DIGITS
from drivers.evdev.layouts import LAYOUTS
from hil_tests.beds.gadget import KEYS, REPORT_BYTES, USAGE, report_of
from tests.contracts.beds.fifo import KEY_F13, keys_of

KEY_A = 30


def test_a_letter_and_its_capital() -> None:
    assert report_of((KEY_A,)) == bytes([0, 0, 4, 0, 0, 0, 0, 0])
    assert report_of((KEY_LEFTSHIFT, KEY_A)) == bytes([2, 0, 4, 0, 0, 0, 0, 0])
    assert report_of((KEY_LEFTCTRL, KEY_RIGHTBRACE))[0] == 1


@pytest.mark.parametrize(("usage", "key"), [(0x1E, 2), (0x27, 11), (0x28, 28), (0x2C, 57), (0x62, 82), (0x68, KEY_F13)])
def test_usages_are_those_of_the_hid_tables(usage: int, key: int) -> None:
    assert USAGE[key] == usage


def test_everything_that_scanners_and_pads_type_has_a_report_of_its_own() -> None:
    text = string.ascii_letters + string.digits + string.punctuation + " \x1d"
    reports = [report_of(keys) for keys in keys_of(text, LAYOUTS["us"])]
    reports += [report_of((key,)) for key in PAD_DIGITS]
    assert len(set(reports)) == len(text) + len(PAD_DIGITS)
    assert {len(report) for report in reports} == {REPORT_BYTES}


def test_no_key_has_two_usages() -> None:
    keys = [key for key in KEYS if key]
    assert len(set(keys)) == len(keys)
