"""Strokes to the keys of a pad."""

from __future__ import annotations

import pytest

from drivers.evdev.codes import (
    CTRLS,
    KEY_BACKSPACE,
    KEY_DELETE,
    KEY_ESC,
    KEY_KPDOT,
    KEY_KPMINUS,
    PAD_ARROWS,
    PAD_DIGITS,
)
from drivers.evdev.strokes import Stroke
from drivers.keypad.keys import CODES, PadKey, PadKeys

KEY_UP, KEY_A, KEY_NUMLOCK = 103, 30, 69


def names(keys: PadKeys, codes: dict[int, str]) -> list[str | None]:
    return [keys.name_of(Stroke(code, 0)) for code in codes]


def test_digits_are_digits_with_num_lock_on_and_off() -> None:
    keys = PadKeys()
    assert names(keys, dict(PAD_DIGITS)) == list(PAD_DIGITS.values())
    assert names(keys, dict(PAD_ARROWS)) == list(PAD_ARROWS.values())
    assert sorted({*PAD_ARROWS.values(), "5"}) == list("0123456789"), "the 5 has no arrow"


def test_the_arrows_of_a_keyboard_are_no_digits() -> None:
    assert PadKeys(arrows=False).name_of(Stroke(KEY_UP, 0)) is None


@pytest.mark.parametrize(
    ("code", "name"),
    [(28, "enter"), (96, "enter"), (KEY_BACKSPACE, "back"), (KEY_ESC, "clear"), (2, "1"), (11, "0")],
)
def test_the_other_keys(code: int, name: str) -> None:
    assert PadKeys().name_of(Stroke(code, 0)) == name


@pytest.mark.parametrize("code", [KEY_A, KEY_NUMLOCK, KEY_KPMINUS, 183, *CTRLS])
def test_a_key_without_a_meaning_is_nothing(code: int) -> None:
    assert PadKeys().name_of(Stroke(code, 0)) is None


@pytest.mark.parametrize("held", ["ctrl", "alt", "altgr"])
def test_a_key_with_another_held_is_nothing(held: str) -> None:
    assert PadKeys().name_of(Stroke(2, 0)._replace(**{held: True})) is None


@pytest.mark.parametrize("key", CODES)
def test_back_and_clear_can_be_other_keys(key: PadKey) -> None:
    other: PadKey = "escape" if key != "escape" else "tab"
    for code in CODES[key]:
        assert PadKeys(back=key, clear=other).name_of(Stroke(code, 0)) == "back"
        assert PadKeys(back=other, clear=key).name_of(Stroke(code, 0)) == "clear"


def test_the_dot_is_one_key_with_num_lock_on_and_off() -> None:
    keys = PadKeys(back="dot")
    assert [keys.name_of(Stroke(code, 0)) for code in (KEY_KPDOT, KEY_DELETE)] == ["back", "back"]
