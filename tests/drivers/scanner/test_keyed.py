"""Strokes to codes, and to the keys of a hand."""

from __future__ import annotations

import pytest

from drivers.evdev.codes import KEY_ENTER, KEY_KPENTER, KEY_TAB
from drivers.evdev.layouts import LAYOUTS, LayoutName
from drivers.evdev.strokes import Gap, Stroke
from drivers.scanner.calibration import CALIBRATION, HEAD, Learned, Unlearned
from drivers.scanner.code import ANEW_MS, FORGET_MS, Code
from drivers.scanner.keyed import IDLE_MS, SCAN_CHARS_MIN, SCAN_GAP_US_MAX, End, KeyedParser, Typed
from tests.drivers.evdev.typed import scanned, typed

WATER, TEA = "6901234567892", "6909876543215"
US = LAYOUTS["us"]
KEY_F13 = 183


def timed(end: End = "any") -> KeyedParser:
    return KeyedParser(US, end, "timing")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (WATER, Code(WATER)),
        ("1", Code("1")),
        ("]C10106901234567892\x1d10AB", Code("0106901234567892\x1d10AB", "]C1")),
    ],
)
def test_a_named_device_types_codes(text: str, code: Code) -> None:
    assert KeyedParser(US).feed(scanned(text)) == [code]


def test_an_aim_identifier_stays_if_wanted() -> None:
    assert KeyedParser(US, strip_aim=False).feed(scanned("]E0690")) == [Code("]E0690")]


def test_pieces_and_slowness_do_not_matter_to_a_named_device() -> None:
    parser = KeyedParser(US)
    read = [one for stroke in scanned(WATER, gap_us=900_000) for one in parser.feed([stroke])]
    assert read == [Code(WATER)]


@pytest.mark.parametrize(
    ("end", "key", "ends"),
    [
        ("any", KEY_ENTER, True),
        ("any", KEY_KPENTER, True),
        ("any", KEY_TAB, True),
        ("enter", KEY_TAB, False),
        ("enter", KEY_ENTER, True),
        ("tab", KEY_ENTER, False),
        ("tab", KEY_TAB, True),
        ("idle", KEY_ENTER, True),
        ("idle", KEY_TAB, True),
    ],
)
def test_what_ends_a_code(end: End, key: int, ends: bool) -> None:
    parser = KeyedParser(US, end)
    assert parser.feed([*typed(WATER), Stroke(key, 50_000)]) == ([Code(WATER)] if ends else [])


def test_silence_ends_a_code_where_that_is_wanted() -> None:
    parser = KeyedParser(US, "idle")
    parser.feed(typed(WATER))
    assert parser.patience_ms == IDLE_MS
    assert parser.silent(IDLE_MS - 1) == []
    assert parser.silent(IDLE_MS) == [Code(WATER)]
    assert parser.silent(IDLE_MS) == []
    assert parser.faults == set()


def test_a_code_without_end_is_forgotten_and_does_not_stain_the_next() -> None:
    parser = KeyedParser(US)
    parser.feed(typed("690"))
    assert parser.silent(FORGET_MS - 1) == []
    assert parser.faults == set()
    assert parser.silent(FORGET_MS) == []
    assert parser.faults == {"scan_unended"}
    assert parser.silent(ANEW_MS) == []
    assert parser.feed(scanned(TEA)) == [Code(TEA)]


@pytest.mark.parametrize("stall_ms", [FORGET_MS, ANEW_MS - 1])
def test_the_rest_of_a_code_that_stalled_is_no_code(stall_ms: int) -> None:
    """What came up to the next end is left out and said again: it may be the rest, or a code of its own."""
    parser, strokes = KeyedParser(US), scanned(WATER)
    assert parser.feed(strokes[:6]) + parser.silent(stall_ms) + parser.silent(stall_ms) == []
    assert parser.faults == {"scan_unended"}
    parser.faults.clear()
    assert parser.feed(strokes[6:]) == []
    assert parser.faults == {"scan_unended"}
    assert parser.feed(scanned(TEA)) == [Code(TEA)]


def test_a_shorter_stall_is_nothing() -> None:
    """The control."""
    parser, strokes = KeyedParser(US), scanned(WATER)
    assert parser.feed(strokes[:6]) + parser.silent(FORGET_MS - 1) + parser.feed(strokes[6:]) == [Code(WATER)]
    assert parser.faults == set()


@pytest.mark.parametrize("stall_ms", [0, 35, FORGET_MS, ANEW_MS - 1])
def test_by_timing_the_rest_of_a_code_that_stalled_is_no_code_and_a_hand_is_heard_soon(stall_ms: int) -> None:
    parser, strokes = timed(), scanned(WATER)
    late = [stroke._replace(at_us=stroke.at_us + SCAN_GAP_US_MAX) for stroke in strokes[6:]]
    assert parser.feed(strokes[:6]) + parser.silent(stall_ms) + parser.silent(stall_ms) == []
    assert parser.feed(late) == []
    assert parser.faults == {"scan_unended"}
    assert parser.feed(scanned(TEA, start_us=10_000_000)) == [Code(TEA)]
    parser.feed(typed("1" * 6, start_us=20_000_000))
    parser.silent(stall_ms)
    first, second, third = typed("234", start_us=30_000_000, gap_us=500_000)
    assert parser.feed([first, second, third]) == [Typed((second,))], "the first may be the rest"
    assert parser.silent(35) == [Typed((third,))]


def test_silence_between_codes_is_nothing() -> None:
    for parser in (KeyedParser(US), timed(), KeyedParser(US, "idle")):
        parser.feed(scanned(WATER))
        assert parser.silent(10_000) == []
        assert parser.faults == set()


def test_a_key_that_types_nothing_spoils_its_code_alone() -> None:
    parser = KeyedParser(US)
    assert parser.feed([*typed("690"), Stroke(KEY_F13, 0), *scanned("1"), *scanned(TEA)]) == [Code(TEA)]
    assert parser.faults == {"scan_noisy"}


@pytest.mark.parametrize("before", [0, 5])
def test_a_loss_spoils_the_code_around_it(before: int) -> None:
    parser = KeyedParser(US)
    strokes = scanned(WATER)
    assert parser.feed([*strokes[:before], Gap(0), *strokes[before:], *scanned(TEA)]) == [Code(TEA)]
    assert parser.faults == {"scan_noisy"}


def test_where_timing_tells_a_hand_types_on_after_a_loss() -> None:
    """The control is the test above: where every stroke is a scanner's, a code goes on after a gap."""
    parser = timed()
    hand = [Stroke(code, 500_000 * number) for number, code in enumerate((2, 3, 4), start=1)]
    assert parser.feed([Gap(0), *hand[:1]]) == []
    assert parser.faults == {"scan_noisy"}
    assert parser.feed(hand[1:]) == [Typed((hand[0],)), Typed((hand[1],))]
    assert parser.silent(parser.patience_ms) == [Typed((hand[2],))]


def test_where_timing_tells_a_short_silence_ends_a_loss() -> None:
    parser = timed()
    parser.feed([Gap(0), Stroke(2, 1000)])
    assert parser.patience_ms == SCAN_GAP_US_MAX // 1000
    assert parser.silent(parser.patience_ms) == []
    assert parser.faults == {"scan_noisy"}


def test_a_loss_before_silence_is_over_with_it() -> None:
    parser = KeyedParser(US)
    parser.feed([Gap(0), *typed("1")])
    assert parser.silent(ANEW_MS) == []
    assert parser.faults == {"scan_noisy"}
    assert parser.feed(scanned(TEA)) == [Code(TEA)]


def test_a_flood_is_forgotten_and_said_once() -> None:
    parser = KeyedParser(US, chars_max=10)
    for _ in range(100):
        assert parser.feed(typed("7" * 50)) == []
    assert parser.feed(scanned("7")) == []
    assert parser.faults == {"scan_too_long"}
    assert parser.feed(scanned("7" * 10)) == [Code("7" * 10)]
    assert parser.feed(scanned("7" * 11)) == []


def test_by_timing_a_quick_code_is_a_scan_and_a_slow_one_is_a_hand() -> None:
    parser = timed()
    assert parser.feed(scanned(WATER, gap_us=SCAN_GAP_US_MAX - 1)) == [Code(WATER)]
    by_hand = scanned(WATER, start_us=10_000_000, gap_us=SCAN_GAP_US_MAX)
    read = [*parser.feed(by_hand), *parser.silent(40)]
    assert [stroke for one in read if isinstance(one, Typed) for stroke in one.strokes] == by_hand
    assert parser.faults == set()


@pytest.mark.parametrize(("chars", "is_scan"), [(SCAN_CHARS_MIN - 1, False), (SCAN_CHARS_MIN, True)])
def test_by_timing_a_scan_has_six_characters(chars: int, is_scan: bool) -> None:
    [read] = timed().feed(scanned("1" * chars))
    assert isinstance(read, Code if is_scan else Typed)


@pytest.mark.parametrize(("chars", "faults"), [(SCAN_CHARS_MIN - 1, set()), (SCAN_CHARS_MIN, {"scan_unended"})])
def test_by_timing_a_burst_of_six_is_no_hand(chars: int, faults: set[str]) -> None:
    parser = timed()
    parser.feed(typed("1" * chars))
    assert bool(parser.silent(35)) == (faults == set())
    assert parser.faults == faults


def test_what_counts_as_a_scan() -> None:
    assert (SCAN_CHARS_MIN, SCAN_GAP_US_MAX, IDLE_MS, FORGET_MS) == (6, 35_000, 100, 1000)


def test_by_timing_a_hand_before_a_scan_does_not_stain_it() -> None:
    parser = timed()
    hand, scan = typed("12", gap_us=200_000), scanned(WATER, start_us=1_000_000)
    read = parser.feed([*hand, *scan])
    assert read == [Typed((hand[0],)), Typed((hand[1],)), Code(WATER)]


def test_by_timing_a_hand_is_heard_after_a_moment_of_silence() -> None:
    parser = timed()
    [key] = typed("1")
    assert parser.feed([key]) == []
    assert parser.silent(34) == []
    assert parser.silent(35) == [Typed((key,))]


def test_by_timing_a_burst_without_end_is_no_hand() -> None:
    parser = timed()
    parser.feed(typed(WATER))
    assert parser.silent(35) == []
    assert parser.faults == {"scan_unended"}
    idle = timed("idle")
    idle.feed(typed(WATER))
    assert idle.silent(35) == [Code(WATER)]


@pytest.mark.parametrize("name", ["de", "fr", "es"])
def test_the_calibration_code_changes_the_layout_and_is_no_code(name: LayoutName) -> None:
    parser = KeyedParser(US)
    assert parser.feed(scanned("zy-1", name)) != [Code("zy-1")]
    parser.faults.clear()
    assert parser.feed(scanned(CALIBRATION, name)) == [Learned(name)]
    assert parser.feed(scanned("zy-1", name)) == [Code("zy-1")]


def test_a_calibration_code_that_teaches_nothing_changes_nothing() -> None:
    parser = KeyedParser(LAYOUTS["de"])
    assert parser.feed(scanned(HEAD + "12345")) == [Unlearned("none")]
    assert parser.layout is LAYOUTS["de"]
    assert parser.faults == set()
