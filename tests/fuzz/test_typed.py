"""Whatever a scanner, a keypad or a card reader sends: no crash, no hang, little memory, and the next code is read."""

from __future__ import annotations

import os
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.card_reader.typed_uid import Format, Order, TypedUid
from drivers.evdev.codes import EV_KEY, EV_LED, EV_SYN, KEY_LEFTALT, MODIFIERS, SYN_DROPPED, SYN_REPORT
from drivers.evdev.identity import InputIdentity, Wanted, usb_path_of
from drivers.evdev.layouts import LAYOUTS, NAMES, LayoutName
from drivers.evdev.strokes import Gap, InputEvent, Stroke, StrokeParser
from drivers.evdev.text import text_of
from drivers.keypad.keys import CODES, PadKey, PadKeys
from drivers.scanner.calibration import Learned, Unlearned, is_calibration, learn
from drivers.scanner.code import ANEW_MS, FORGET_MS, Code
from drivers.scanner.keyed import End, KeyedParser, TellBy, Typed
from drivers.scanner.lines import LineParser, Suffix
from drivers.scanner.ssi import DECODER, FrameParser, Op, frame
from drivers.scanner.ssi_host import SsiHost
from tests.drivers.evdev.typed import scanned

pytestmark = pytest.mark.usefixtures("ends")
TRIES = int(os.environ.get("STILLPOINT_FUZZ_TRIES", "600"))
LIMITS = settings(max_examples=max(100, TRIES // 3), derandomize=True, database=None, deadline=None)
WATER = "6901234567892"
CHARS_MAX = 30
ENDS = {"lf": b"\n", "crlf": b"\r\n"}

any_int = st.integers(-(2**31), 2**31 - 1)
codes = st.one_of(st.integers(0, 0x2FF), st.sampled_from(sorted(MODIFIERS)), st.integers(2, 57))
events = st.lists(
    st.one_of(
        st.builds(InputEvent, st.just(EV_KEY), codes, st.integers(-1, 3), st.integers(0, 10**7)),
        st.builds(InputEvent, st.just(EV_SYN), st.sampled_from([SYN_REPORT, SYN_DROPPED, 1, 2]), any_int, any_int),
        st.builds(InputEvent, st.integers(0, 31), st.integers(0, 0xFFFF), any_int, any_int),
    ),
    max_size=60,
)
strokes = st.lists(
    st.one_of(
        st.builds(
            Stroke,
            codes,
            st.integers(0, 10**7),
            shift=st.booleans(),
            ctrl=st.booleans(),
            alt=st.booleans(),
            altgr=st.booleans(),
            caps=st.booleans(),
            number=st.one_of(st.just(""), st.text("0123456789", max_size=4)),
        ),
        st.builds(Gap, st.integers(0, 10**7)),
    ),
    max_size=80,
)
layouts = st.sampled_from(NAMES)
pieces = st.lists(
    st.one_of(st.binary(max_size=300), st.sampled_from([b"\r\n", b"\x04\xd0\x04\x00\xff\x28"])), max_size=12
)


def bounded(code: Code) -> bool:
    """Whether it is a code as every driver promises it."""
    return 1 <= len(code.text) <= CHARS_MAX and not set(code.text) & {chr(c) for c in range(32) if c not in {4, 29, 30}}


@LIMITS
@given(events)
def test_any_events_give_strokes_and_leave_little_behind(given_events: list[InputEvent]) -> None:
    parser = StrokeParser()
    for stroke in parser.feed(given_events):
        assert isinstance(stroke, Gap) or len(stroke.number) <= 4
    assert parser._down <= MODIFIERS
    let_go = [InputEvent(EV_KEY, code, 0, 0) for code in sorted(MODIFIERS)]
    caps_off = InputEvent(EV_LED, 1, 0, 0)
    parser.feed([InputEvent(EV_SYN, SYN_REPORT, 0, 0), *let_go, caps_off])
    assert parser.feed([InputEvent(EV_KEY, 2, 1, 9)]) == [Stroke(2, 9)]


@LIMITS
@given(strokes, layouts, st.sampled_from(get_args(End)), st.sampled_from(get_args(TellBy)), st.booleans(), st.data())
def test_any_strokes_give_codes_and_the_next_code_is_read(
    given_strokes: list[Stroke | Gap], layout: LayoutName, end: End, tell_by: TellBy, strip: bool, data: st.DataObject
) -> None:
    parser = KeyedParser(LAYOUTS[layout], end, tell_by, CHARS_MAX, strip)
    read = parser.feed(given_strokes)
    read += parser.silent(data.draw(st.integers(0, 2 * FORGET_MS)))
    assert all(not isinstance(one, Code) or bounded(one) for one in read)
    assert all(isinstance(one, Code | Typed | Learned | Unlearned) for one in read)
    assert len(parser._strokes) <= 2 * CHARS_MAX
    parser.silent(ANEW_MS)
    key = scanned(WATER, parser.layout.name, start_us=10**8)
    key[-1] = key[-1]._replace(code=15 if end == "tab" else 28)
    assert parser.feed(key) == [Code(WATER)]


@LIMITS
@given(strokes, st.text(max_size=40))
def test_any_strokes_are_text_or_none_in_every_layout(given_strokes: list[Stroke | Gap], printed: str) -> None:
    only = [stroke for stroke in given_strokes if isinstance(stroke, Stroke)]
    for layout in LAYOUTS.values():
        text = text_of(only, layout)
        assert text is None or len(text) <= len(only)
    is_calibration(only)
    learned = learn(only, printed)
    assert isinstance(learned, Unlearned) or text_of(only, LAYOUTS[learned.layout]) == printed


@LIMITS
@given(strokes, st.sampled_from(list(CODES)), st.sampled_from(list(CODES)), st.booleans())
def test_any_strokes_are_keys_of_a_pad_or_nothing(
    given_strokes: list[Stroke | Gap], back: PadKey, clear: PadKey, arrows: bool
) -> None:
    keys = PadKeys(back, clear, arrows)
    names = {keys.name_of(stroke) for stroke in given_strokes if isinstance(stroke, Stroke)}
    assert names <= {*"0123456789", "enter", "back", "clear", None}


@LIMITS
@given(pieces, st.sampled_from(get_args(Suffix)), st.lists(st.integers(0, 2000), max_size=4))
def test_any_bytes_of_a_serial_scanner(given_pieces: list[bytes], suffix: Suffix, silences: list[int]) -> None:
    parser = LineParser(suffix, CHARS_MAX)
    for piece in given_pieces:
        assert all(map(bounded, parser.feed(piece)))
    for since_ms in silences:
        assert parser.silent(since_ms) == []
    parser.silent(ANEW_MS)
    assert parser.feed(WATER.encode() + ENDS.get(suffix, b"\r")) == [Code(WATER)]


@LIMITS
@given(pieces, st.lists(st.integers(0, 2000), max_size=4))
def test_any_bytes_of_an_ssi_scanner(given_pieces: list[bytes], silences: list[int]) -> None:
    host, parser = SsiHost(CHARS_MAX), FrameParser()
    for piece in given_pieces:
        assert all(map(bounded, host.feed(piece)))
        assert len(host.take_answer()) <= 6 * (len(piece) + 260)
        parser.feed(piece)
        assert len(parser._rest) <= 257
    for since_ms in silences:
        assert all(map(bounded, host.silent(since_ms)))
    host.silent(ANEW_MS)
    host.take_answer()
    assert host.feed(frame(Op.DECODE_DATA, DECODER, 0, b"\x0b" + WATER.encode())) == [Code(WATER, "]E0")]


@LIMITS
@given(
    st.one_of(st.text(max_size=60), st.text("0123456789abcdefABCDEF:- ;", max_size=30)),
    st.sampled_from(get_args(Format)),
    st.one_of(st.none(), st.integers(4, 10)),
    st.sampled_from(get_args(Order)),
    st.sampled_from(["", ";", "UID "]),
)
def test_any_text_of_a_card_reader(text: str, kind: Format, length: int | None, order: Order, prefix: str) -> None:
    uid = TypedUid(kind, length, order, prefix).read(text)
    assert uid is None or (4 <= len(uid) <= 10 and length in {None, len(uid)})


@LIMITS
@given(st.text("/usb0123456789-.:", max_size=80), st.text(max_size=40), st.text(max_size=40))
def test_any_words_of_a_device_about_itself(folder: str, phys: str, uniq: str) -> None:
    usb_path_of(folder)
    device = InputIdentity("/dev/input/event0", phys=phys, uniq=uniq)
    assert device.interface >= 0
    assert not Wanted(serial=uniq).fits(device), "it has no digits"


def test_a_parser_that_keeps_what_was_held_is_caught() -> None:
    """The control: a parser that is not told of the release keeps Alt, and reads a number for a key."""
    parser = StrokeParser()
    parser.feed([InputEvent(EV_KEY, KEY_LEFTALT, 1, 0)])
    assert parser.feed([InputEvent(EV_KEY, 2, 1, 9)]) != [Stroke(2, 9)]
