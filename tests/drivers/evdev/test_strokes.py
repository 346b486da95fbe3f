"""Input events to strokes."""

from __future__ import annotations

import itertools

import pytest

from drivers.evdev.codes import (
    EV_KEY,
    EV_LED,
    EV_SYN,
    KEY_CAPSLOCK,
    KEY_LEFTALT,
    KEY_LEFTCTRL,
    KEY_LEFTSHIFT,
    KEY_RIGHTALT,
    KEY_RIGHTSHIFT,
    LED_CAPSL,
    SYN_DROPPED,
    SYN_REPORT,
)
from drivers.evdev.strokes import Gap, InputEvent, Stroke, StrokeParser

KEY_A, KEY_KP2, KEY_KP9 = 30, 80, 73
EV_REL, LED_NUML = 2, 0


def down(code: int) -> InputEvent:
    return InputEvent(EV_KEY, code, 1, 5)


def up(code: int) -> InputEvent:
    return InputEvent(EV_KEY, code, 0, 5)


REPORT = InputEvent(EV_SYN, SYN_REPORT, 0, 5)
DROPPED = InputEvent(EV_SYN, SYN_DROPPED, 0, 5)


@pytest.mark.parametrize(
    ("held", "stroke"),
    [
        ([], Stroke(KEY_A, 5)),
        ([KEY_LEFTSHIFT], Stroke(KEY_A, 5, shift=True)),
        ([KEY_RIGHTSHIFT], Stroke(KEY_A, 5, shift=True)),
        ([KEY_LEFTCTRL], Stroke(KEY_A, 5, ctrl=True)),
        ([KEY_LEFTALT], Stroke(KEY_A, 5, alt=True)),
        ([KEY_RIGHTALT], Stroke(KEY_A, 5, altgr=True)),
        ([KEY_RIGHTALT, KEY_LEFTCTRL], Stroke(KEY_A, 5, ctrl=True, altgr=True)),
        ([KEY_LEFTCTRL, KEY_LEFTALT], Stroke(KEY_A, 5, altgr=True)),
    ],
)
def test_what_is_held_counts_while_it_is_held(held: list[int], stroke: Stroke) -> None:
    parser = StrokeParser()
    assert parser.feed([*map(down, held), down(KEY_A), up(KEY_A), *map(up, held)]) == [stroke]
    assert parser.feed([down(KEY_A)]) == [Stroke(KEY_A, 5)]


def test_one_of_two_shifts_is_enough() -> None:
    parser = StrokeParser()
    both = [down(KEY_LEFTSHIFT), down(KEY_RIGHTSHIFT), up(KEY_LEFTSHIFT)]
    assert parser.feed([*both, down(KEY_A)]) == [Stroke(KEY_A, 5, shift=True)]


def test_a_key_that_is_held_counts_once() -> None:
    held = InputEvent(EV_KEY, KEY_A, 2, 6)
    assert StrokeParser().feed([down(KEY_A), REPORT, held, REPORT, held, up(KEY_A)]) == [Stroke(KEY_A, 5)]


def test_caps_lock_is_a_state_of_the_device() -> None:
    parser = StrokeParser(caps=True)
    assert parser.feed([down(KEY_A)]) == [Stroke(KEY_A, 5, caps=True)]
    assert parser.feed([down(KEY_CAPSLOCK), up(KEY_CAPSLOCK), down(KEY_A)]) == [Stroke(KEY_A, 5)]
    others = [InputEvent(EV_LED, LED_NUML, 1, 5), InputEvent(EV_REL, LED_CAPSL, 1, 5)]
    assert parser.feed([*others, down(KEY_A)]) == [Stroke(KEY_A, 5)]
    assert parser.feed([InputEvent(EV_LED, LED_CAPSL, 1, 5), down(KEY_A)]) == [Stroke(KEY_A, 5, caps=True)]


def test_a_number_typed_with_alt_is_one_stroke() -> None:
    presses = [event for code in (KEY_KP2, KEY_KP9) for event in (down(code), up(code))]
    assert StrokeParser().feed([down(KEY_LEFTALT), *presses, up(KEY_LEFTALT)]) == [Stroke(0, 5, number="29")]


def test_after_a_loss_nothing_counts_up_to_the_report_and_nothing_is_held() -> None:
    parser = StrokeParser()
    assert parser.feed([down(KEY_LEFTSHIFT), DROPPED, down(KEY_A), DROPPED]) == [Gap(5)]
    assert parser.feed([up(KEY_A), REPORT, down(KEY_A)]) == [Stroke(KEY_A, 5)]


def test_pieces_do_not_matter() -> None:
    events = [down(KEY_LEFTSHIFT), down(KEY_A), up(KEY_A), up(KEY_LEFTSHIFT), DROPPED, REPORT, down(KEY_A), up(KEY_A)]
    whole = StrokeParser().feed(events)
    assert len(whole) == 3
    for cut in range(len(events) + 1):
        parser = StrokeParser()
        assert list(itertools.chain(parser.feed(events[:cut]), parser.feed(events[cut:]))) == whole


def test_what_is_kept_is_bounded() -> None:
    parser = StrokeParser()
    parser.feed([down(KEY_LEFTALT), *(down(KEY_KP2) for _ in range(1000))])
    assert parser.feed([up(KEY_LEFTALT)]) == [Stroke(0, 5, number="2222")]
    parser.feed(down(code) for code in range(0x300))
    assert len(parser._down) <= 6
