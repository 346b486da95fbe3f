"""The calibration code: each layout is learned from it, and it says why if none is."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from drivers.evdev.layouts import LAYOUTS, NAMES, LayoutName
from drivers.evdev.strokes import Stroke
from drivers.evdev.text import text_of
from drivers.scanner.calibration import CALIBRATION, HEAD, Learned, Unlearned, is_calibration, learn
from tests.drivers.evdev.typed import typed

KEY_A, KEY_B = 30, 48


@pytest.mark.parametrize("name", NAMES)
def test_each_layout_is_learned(name: LayoutName) -> None:
    strokes = typed(CALIBRATION, name)
    assert is_calibration(strokes)
    assert learn(strokes) == Learned(name)


def test_no_two_layouts_type_it_alike() -> None:
    keys = {name: [(stroke.code, stroke.shift, stroke.altgr) for stroke in typed(CALIBRATION, name)] for name in NAMES}
    assert all(keys[one] != keys[other] for one, other in itertools.combinations(NAMES, 2))


@pytest.mark.parametrize("name", NAMES)
def test_its_head_is_known_before_the_layout_is(name: LayoutName) -> None:
    for read_in in LAYOUTS.values():
        assert text_of(typed(HEAD, name), read_in) == HEAD


def test_another_text_is_no_calibration() -> None:
    for text in ("6901234567892", "STILLPOINT", HEAD, "STILLPOINT-12", HEAD + "7" * 100):
        assert not is_calibration(typed(text))


def test_an_unknown_layout_is_none_of_them() -> None:
    swapped = {KEY_A: KEY_B, KEY_B: KEY_A}
    strokes = [stroke._replace(code=swapped.get(stroke.code, stroke.code)) for stroke in typed(CALIBRATION, "it")]
    strokes[: len(HEAD)] = typed(HEAD)
    assert is_calibration(strokes)
    assert learn(strokes) == Unlearned("none")


def test_a_scanner_that_changes_the_case_is_told_from_an_unknown_layout() -> None:
    strokes = typed(CALIBRATION.lower(), "de")
    assert is_calibration(strokes)
    assert learn(strokes) == Unlearned("case")


def test_caps_lock_does_not_matter() -> None:
    strokes = [
        stroke._replace(caps=True, shift=not stroke.shift) if letter.isalpha() else stroke._replace(caps=True)
        for letter, stroke in zip(CALIBRATION, typed(CALIBRATION, "de"), strict=True)
    ]
    assert learn(strokes) == Learned("de")


def test_what_every_layout_reads_alike_teaches_nothing() -> None:
    strokes = [Stroke(0, number * 100, number=f"0{ord(character)}") for number, character in enumerate(CALIBRATION)]
    assert is_calibration(strokes)
    assert learn(strokes) == Unlearned("several")


def test_another_printed_text_can_be_learned_from() -> None:
    assert learn(typed("zy", "de"), "zy") == Unlearned("several"), "Switzerland has the same letters"
    assert learn(typed("ß", "de"), "ß") == Learned("de")


def test_the_text_to_print_is_the_one_that_is_known() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "drivers.md"
    assert f"\n    {CALIBRATION}\n" in page.read_text("utf-8")
