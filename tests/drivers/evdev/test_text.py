"""Strokes to text."""

from __future__ import annotations

import pytest

from drivers.evdev.codes import KEY_6, KEY_D, KEY_ENTER, KEY_J, KEY_M, KEY_RIGHTBRACE, KEY_SPACE, KEY_TAB
from drivers.evdev.layouts import DE, FR, LAYOUTS, NAMES, US, LayoutName
from drivers.evdev.strokes import Stroke
from drivers.evdev.text import ends, text_of
from tests.drivers.evdev.typed import typed

KEY_9, KEY_GRAVE, KEY_F13 = 10, 41, 183


@pytest.mark.parametrize("name", NAMES)
def test_what_is_typed_in_a_layout_is_read_in_it(name: LayoutName) -> None:
    text = "0106901234567892\x1d10AB-c/z_?&=#@ yqwam;:"
    assert text_of(typed(text, name), LAYOUTS[name]) == text


def test_another_layout_reads_another_text() -> None:
    assert text_of(typed("zy-1", "de"), US) == "yz/1"
    assert text_of(typed("1", "fr"), US) == "!"


@pytest.mark.parametrize(
    ("stroke", "character"),
    [
        (Stroke(KEY_RIGHTBRACE, 0, ctrl=True), "\x1d"),
        (Stroke(KEY_6, 0, ctrl=True, shift=True), "\x1e"),
        (Stroke(KEY_D, 0, ctrl=True), "\x04"),
        (Stroke(KEY_9, 0, ctrl=True, altgr=True), "\x1d"),
        (Stroke(0, 0, number="029"), "\x1d"),
        (Stroke(0, 0, number="65"), "A"),
        (Stroke(0, 0, number="0228"), "ä"),
        (Stroke(0, 0, number="132"), "ä"),
        (Stroke(0, 0, number="255"), "\u00a0"),
        (Stroke(0, 0, number="1"), "\x01"),
    ],
)
def test_other_ways_to_a_character(stroke: Stroke, character: str) -> None:
    assert text_of([stroke], DE) == character


@pytest.mark.parametrize(
    "stroke",
    [
        Stroke(KEY_F13, 0),
        Stroke(30, 0, ctrl=True),
        Stroke(30, 0, alt=True),
        Stroke(30, 0, altgr=True),
        Stroke(0, 0, number="0"),
        Stroke(0, 0, number="256"),
        Stroke(0, 0, number="9999"),
        Stroke(0, 0, number="0129"),
    ],
)
def test_a_stroke_that_types_nothing_spoils_the_text(stroke: Stroke) -> None:
    assert text_of([*typed("690"), stroke, *typed("1")], US) is None


def test_a_dead_key_gives_its_character_with_a_space() -> None:
    dead, space = Stroke(KEY_GRAVE, 0), Stroke(KEY_SPACE, 0)
    assert text_of([dead, space, *typed("1", "de")], DE) == "^1"
    assert text_of([dead, *typed("a", "de")], DE) is None
    assert text_of([dead], DE) is None
    assert text_of([dead, space], FR) == "² "


def test_no_strokes_are_no_text() -> None:
    assert text_of([], US) == ""


@pytest.mark.parametrize(
    ("stroke", "end"),
    [
        (Stroke(KEY_ENTER, 0), "enter"),
        (Stroke(96, 0), "enter"),
        (Stroke(KEY_M, 0, ctrl=True), "enter"),
        (Stroke(KEY_J, 0, ctrl=True), "enter"),
        (Stroke(KEY_TAB, 0), "tab"),
        (Stroke(KEY_M, 0), ""),
        (Stroke(KEY_SPACE, 0), ""),
    ],
)
def test_what_ends_a_code(stroke: Stroke, end: str) -> None:
    assert ends(stroke) == end
