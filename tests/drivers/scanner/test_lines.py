"""The line parser: bytes in, codes out."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.scanner.code import ANEW_MS, FORGET_MS, Code
from drivers.scanner.lines import LineParser, Suffix

WATER, TEA = "6901234567892", "6909876543215"
ENDS: dict[Suffix, bytes] = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n"}
codes = st.lists(st.text(st.sampled_from("0123456789ABCxyz-./ \x1d茶é"), min_size=1, max_size=30), max_size=8)
cuts = st.lists(st.integers(0, 400), max_size=12)


def pieces(data: bytes, at: list[int]) -> list[bytes]:
    """`data` cut at these places."""
    edges = [0, *sorted(min(cut, len(data)) for cut in at), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


def read(parser: LineParser, data: bytes) -> list[str]:
    """The texts of the codes that end within `data`."""
    return [code.text for code in parser.feed(data)]


@pytest.mark.parametrize(
    ("suffix", "data", "codes"),
    [
        ("any", b"690\r", ["690"]),
        ("any", b"690\n691\r\n", ["690", "691"]),
        ("any", b"\r\n\r\n", []),
        ("cr", b"690\r", ["690"]),
        ("lf", b"690\n", ["690"]),
        ("crlf", b"690\r\n", ["690"]),
        ("crlf", b"690\n691\r\n", []),
        ("any", "会员\r".encode(), ["会员"]),
        ("any", b"01069\x1d10AB\r", ["01069\x1d10AB"]),
        ("any", b"]E0690\r", ["690"]),
        ("any", b"]E0\r", []),
        ("any", b"69\x000\r", []),
        ("any", b"\xff\xfe\r", []),
        ("any", b"69\x7f0\r", []),
        ("any", b"690", []),
    ],
)
def test_what_is_read(suffix: Suffix, data: bytes, codes: list[str]) -> None:
    assert read(LineParser(suffix), data) == codes


@settings(derandomize=True, max_examples=300)
@given(codes, st.sampled_from(["cr", "lf", "crlf"]), st.booleans(), cuts)
def test_pieces_do_not_matter(texts: list[str], suffix: Suffix, loose: bool, at: list[int]) -> None:
    data = b"".join(text.encode() + ENDS[suffix] for text in texts)
    parser = LineParser("any" if loose else suffix)
    assert [code for piece in pieces(data, at) for code in read(parser, piece)] == texts
    assert parser.faults == set()


@settings(derandomize=True, max_examples=500)
@given(st.lists(st.binary(max_size=300), max_size=30), st.sampled_from(["any", "cr", "lf", "crlf"]))
def test_any_bytes_give_bounded_printable_codes_and_the_next_code_is_read(data: list[bytes], suffix: Suffix) -> None:
    parser = LineParser(suffix, chars_max=40)
    for piece in data:
        for code in read(parser, piece):
            assert 1 <= len(code) <= 40
            assert not set(code) & {chr(c) for c in range(32) if c not in {0x04, 0x1D, 0x1E}}
    parser.idle()
    assert read(parser, WATER.encode() + ENDS.get(suffix, b"\r")) == [WATER]


def test_a_flood_is_forgotten_and_said_once() -> None:
    parser = LineParser("any", chars_max=10)
    for _ in range(1000):
        assert read(parser, b"7" * 50) == []
    assert parser.faults == {"scan_too_long"}
    assert read(parser, b"7\r690\r") == ["690"]


def test_a_crlf_that_is_cut_in_the_middle_ends_a_flood() -> None:
    parser = LineParser("crlf", chars_max=10)
    assert read(parser, b"7" * 50 + b"\r") + read(parser, b"\n690\r\n") == ["690"]


def test_a_code_of_the_greatest_length_is_read_and_one_more_is_not() -> None:
    parser = LineParser("any", chars_max=10)
    assert read(parser, "茶".encode() * 10 + b"\r") == ["茶" * 10]
    assert read(parser, "茶".encode() * 11 + b"\r") == []
    assert parser.faults == {"scan_too_long"}


def test_noise_is_a_fault_and_damages_no_other_code() -> None:
    parser = LineParser()
    assert read(parser, b"690\r6\x0090\r691\r") == ["690", "691"]
    assert parser.faults == {"scan_noisy"}


def test_what_has_no_end_is_forgotten_when_idle() -> None:
    parser = LineParser()
    parser.feed(b"690")
    parser.idle()
    assert parser.faults == {"scan_unended"}
    assert read(parser, b"691\r") == ["691"]
    without = LineParser()
    without.feed(b"690")
    assert read(without, b"691\r") == ["690691"], "this is what idle() is for"


@pytest.mark.parametrize("suffix", ["any", "cr", "lf", "crlf"])
@pytest.mark.parametrize("stall_ms", [FORGET_MS, ANEW_MS - 1])
@pytest.mark.parametrize("before", [1, 8, 13])
def test_the_rest_of_a_code_that_stalled_is_no_code(suffix: Suffix, stall_ms: int, before: int) -> None:
    """What came up to the next suffix is left out and said again: it may be the rest, or a code of its own."""
    parser, end = LineParser(suffix), ENDS.get(suffix, b"\r")
    assert read(parser, WATER.encode()[:before]) + parser.silent(stall_ms) + parser.silent(stall_ms) == []
    assert parser.faults == {"scan_unended"}
    parser.faults.clear()
    assert read(parser, WATER.encode()[before:] + end) == []
    assert read(parser, TEA.encode() + end) == [TEA]
    assert parser.faults == ({"scan_unended"} if before < 13 else set())


def test_a_stall_within_a_suffix_is_one() -> None:
    parser = LineParser("crlf")
    assert read(parser, b"690\r") + parser.silent(FORGET_MS) + read(parser, b"\n691\r\n") == ["691"]


def test_the_rest_of_a_flood_that_stalled_is_no_code() -> None:
    parser = LineParser("any", chars_max=10)
    assert read(parser, b"7" * 50) + parser.silent(FORGET_MS) + read(parser, b"7777\r690\r") == ["690"]


def test_a_shorter_stall_is_nothing_and_after_a_longer_one_all_begins_anew() -> None:
    """The controls."""
    parser = LineParser()
    assert read(parser, b"69012345") + parser.silent(FORGET_MS - 1) + read(parser, b"67892\r") == [WATER]
    assert parser.faults == set()
    assert read(parser, b"690") + parser.silent(FORGET_MS) + parser.silent(ANEW_MS) + read(parser, b"691\r") == ["691"]


def test_idle_between_codes_is_no_fault() -> None:
    parser = LineParser()
    parser.feed(b"690\r")
    parser.idle()
    assert parser.faults == set()


@pytest.mark.parametrize("aim", ["]C1", "]d2", "]Q3", "]e0", "]E0", "]X0"])
def test_an_aim_identifier_is_kept_beside_the_code(aim: str) -> None:
    assert LineParser().feed(f"{aim}0106901234567892\r".encode()) == [Code("0106901234567892", aim)]


@pytest.mark.parametrize("text", ["690", "]C", "]1C690", "C1]690", "] C1690"])
def test_what_is_no_aim_identifier_stays_in_the_code(text: str) -> None:
    assert LineParser().feed(f"{text}\r".encode()) == [Code(text)]


def test_aim_identifiers_stay_if_wanted() -> None:
    assert LineParser(strip_aim=False).feed(b"]E0690\r") == [Code("]E0690")]
