"""Readers of input events, and of the texts that come out of scanners, pads, stripes and screens."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import get_args

from drivers.evdev.codes import EV_KEY, EV_LED, EV_SYN, KEY_ENTER, MODIFIERS, SYN_REPORT
from drivers.evdev.identity import usb_path_of
from drivers.evdev.layouts import LAYOUTS
from drivers.evdev.strokes import InputEvent, Stroke, StrokeParser
from drivers.evdev.text import text_of
from drivers.keypad.keys import PadKeys
from drivers.scanner.calibration import is_calibration, learn
from drivers.scanner.code import ANEW_MS
from drivers.scanner.code import Code as Scan
from drivers.scanner.code import read_code as read_scan
from drivers.scanner.keyed import KeyedParser, TellBy
from terminal.codes.gs1 import CHARS_MAX as CODE_CHARS_MAX
from terminal.codes.gtin import gtin_of, has_check_digit
from terminal.codes.magstripe import holds_bank_card, is_bank_number
from terminal.codes.payment import payment_code
from terminal.codes.reading import CodeRules, read_code, refused
from terminal.codes.weighed import WeightCode, read_weighed
from tests.cards.known import entry
from tests.drivers.evdev.typed import scanned
from tests.fuzz.readers import Reader

WATER = "6901234567892"
CHARS_MAX = 30
EVENT = struct.Struct("<BHBH")  # kind, code, value, microseconds since the one before
WEIGHED = (WeightCode("21IIIIIWWWWWC", 1), WeightCode("22IIIIIPPPPPC", 1))
RULES = CodeRules(WEIGHED, ("69",))
TEXTS = (
    WATER,
    "2112345012341",
    "]C1010690123456789215261231\x1d10AB",
    "https://id.gs1.org/01/06901234567892?17=261231",
    "4111111111111111",
    "28763443825664394",
    "sale.3.17",
    ";690123450000000174=9912101?",
    "M1:AAAAAAAA",
    "SP1:abc",
)


def typed_readers() -> Iterator[Reader]:
    """None of them raises. What is never a value of ours is refused by a value that says so."""
    typed = b"".join(_event(stroke.code, down) for stroke in scanned(WATER) for down in (1, 0))
    held = _event(56, 1) + _event(79, 1) + _event(79, 0) + _event(56, 0) + _event(42, 1) + typed
    yield Reader("input events", (typed, held), _events, ())
    tracks = (entry("track1-format")["track1"], ";4111111111111111=99121010?", "%B4111111111111111^A/B^9912?")
    texts = tuple(text.encode("latin-1") for text in (*TEXTS, *tracks))
    yield Reader("codes", texts, lambda data: _code(data.decode("latin-1")), ())
    yield Reader("text of a scan", texts, lambda data: _scan(data.decode("latin-1")), ())
    yield Reader("words of a device", (b"/devices/pci0/usb1/1-1.2/1-1.2:1.0/input",), _words, ())


def _event(code: int, value: int) -> bytes:
    return EVENT.pack(EV_KEY, code, value, 2_000) + EVENT.pack(EV_SYN, SYN_REPORT, 0, 0)


def events_of(data: bytes) -> list[InputEvent]:
    """Any bytes as input events."""
    events, at_us = [], 0
    for kind, code, value, later_us in EVENT.iter_unpack(data[: len(data) // EVENT.size * EVENT.size]):
        at_us += later_us
        events.append(InputEvent(kind, code, value, at_us))
    return events


def _events(data: bytes) -> object:
    """Through all that strokes are fed to; then the next code is read."""
    parser = StrokeParser()
    found = parser.feed(events_of(data))
    assert parser._down <= MODIFIERS
    for tell_by in get_args(TellBy):
        keyed = KeyedParser(LAYOUTS["us"], "enter", tell_by, CHARS_MAX, True)
        keyed.feed(found)
        assert len(keyed._strokes) <= 2 * CHARS_MAX
        keyed.silent(ANEW_MS)
        last = scanned(WATER, keyed.layout.name, start_us=10**9)
        assert keyed.feed([*last[:-1], last[-1]._replace(code=KEY_ENTER)]) == [Scan(WATER)]
    strokes = [stroke for stroke in found if isinstance(stroke, Stroke)]
    assert {PadKeys().name_of(stroke) for stroke in strokes} <= PAD_NAMES
    _learned(strokes)
    let_go = [InputEvent(EV_KEY, code, 0, 0) for code in sorted(MODIFIERS)]
    parser.feed([InputEvent(EV_SYN, SYN_REPORT, 0, 0), *let_go, InputEvent(EV_LED, 1, 0, 0)])
    assert parser.feed([InputEvent(EV_KEY, 2, 1, 9)]) == [Stroke(2, 9)]
    return None


PAD_NAMES = {*"0123456789", "enter", "back", "clear", None}


def _learned(strokes: list[Stroke]) -> None:
    is_calibration(strokes)
    learn(strokes, WATER)
    for layout in LAYOUTS.values():
        text = text_of(strokes, layout)
        assert text is None or len(text) <= len(strokes)


def _code(text: str) -> object:
    """One of the things that codes are, the same with the chain's own rules, and none of it raises."""
    found = read_code(text)
    read_code(text, RULES)
    assert len(text.strip()) <= CODE_CHARS_MAX or refused(text) is None
    payment_code(text)
    if is_bank_number(text):
        assert holds_bank_card(text)
    gtin = gtin_of(text)
    assert gtin is None or has_check_digit(gtin)
    if gtin is not None:
        read_weighed(gtin, WEIGHED)
    return found


def _scan(text: str) -> object:
    code = read_scan(text, CHARS_MAX)
    assert not isinstance(code, Scan) or 1 <= len(code.text) <= CHARS_MAX
    return code


def _words(data: bytes) -> object:
    return usb_path_of(data.decode("latin-1"))
