"""Layouts as data: known keys, and every character that a code of ours needs."""

from __future__ import annotations

import string

import pytest

from drivers.evdev.layouts import LAYOUTS, NAMES, LayoutName

KEY_1, KEY_Q, KEY_Y, KEY_Z, KEY_A, KEY_MINUS, KEY_GRAVE, KEY_102ND, KEY_SPACE, KEY_KP7 = (
    2,
    16,
    21,
    44,
    30,
    12,
    41,
    86,
    57,
    71,
)
# GS1's set of 82 characters for text fields is among these; base45 and links need no other.
NEEDED = string.ascii_letters + string.digits + " !\"%&'()*+,-./:;<=>?_$#@"


@pytest.mark.parametrize(
    ("layout", "code", "plain", "shifted"),
    [
        ("us", KEY_1, "1", "!"),
        ("us", KEY_MINUS, "-", "_"),
        ("us", KEY_GRAVE, "`", "~"),
        ("gb", KEY_GRAVE, "`", "¬"),
        ("de", KEY_Y, "z", "Z"),
        ("de", KEY_Z, "y", "Y"),
        ("de", KEY_MINUS, "ß", "?"),
        ("de", KEY_102ND, "<", ">"),
        ("ch", KEY_1, "1", "+"),
        ("fr", KEY_1, "&", "1"),
        ("fr", KEY_Q, "a", "A"),
        ("fr", KEY_A, "q", "Q"),
        ("es", KEY_MINUS, "'", "?"),
        ("it", KEY_MINUS, "'", "?"),
        ("us", KEY_SPACE, " ", " "),
        ("fr", KEY_KP7, "7", "7"),
    ],
)
def test_known_keys(layout: LayoutName, code: int, plain: str, shifted: str) -> None:
    keys = LAYOUTS[layout]
    assert (keys.character(code, False, False), keys.character(code, True, False)) == (plain, shifted)


@pytest.mark.parametrize("name", NAMES)
def test_every_layout_has_what_codes_are_made_of(name: LayoutName) -> None:
    layout = LAYOUTS[name]
    assert layout.name == name
    typed = {*layout.plain.values(), *layout.shifted.values(), *layout.altgr.values()}
    assert set(NEEDED) - typed == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_character_has_one_key_apart_from_the_pad(name: LayoutName) -> None:
    layout = LAYOUTS[name]
    for table in (layout.plain, layout.shifted):
        rows = [character for code, character in table.items() if code <= 57 and code != 55]
        assert len(set(rows)) == len(rows)


@pytest.mark.parametrize("name", NAMES)
def test_dead_keys_have_a_character(name: LayoutName) -> None:
    assert all(LAYOUTS[name].character(code, shift, False) for code, shift in LAYOUTS[name].dead)


def test_caps_lock_turns_letters_around_and_nothing_else() -> None:
    us = LAYOUTS["us"]
    assert us.character(KEY_A, False, False, caps=True) == "A"
    assert us.character(KEY_A, True, False, caps=True) == "a"
    assert us.character(KEY_1, False, False, caps=True) == "1"


def test_a_key_without_a_character_is_empty() -> None:
    assert LAYOUTS["us"].character(183, False, False) == ""
    assert LAYOUTS["us"].character(KEY_A, False, True) == ""
