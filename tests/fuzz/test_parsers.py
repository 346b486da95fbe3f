"""No parser of what comes from outside is left out of the fuzzing."""

from __future__ import annotations

import pytest

from tests.fuzz.parsers import Parser, parsers, parsers_in, reached
from tests.fuzz.readers import Reader
from tests.fuzz.stream_readers import stream_readers
from tests.fuzz.trial import all_readers, give, outside_readers, tries_of

FAMILIES = {
    "answers of cards": ("cards/apdu.py", "Answer.parse"),
    "answers in parts": ("drivers/card_reader/whole_answer.py", "whole_answer"),
    "ATR": ("cards/atr.py", "read_atr"),
    "TLV and NDEF": ("cards/ndef.py", "read_uri_file"),
    "PN532": ("drivers/card_reader/pn532_frames.py", "Pn532Parser.feed"),
    "SSI": ("drivers/scanner/ssi.py", "FrameParser.feed"),
    "serial": ("drivers/scanner/lines.py", "LineParser.feed"),
    "HID events": ("drivers/evdev/strokes.py", "StrokeParser.feed"),
    "GS1": ("terminal/codes/gs1.py", "read_element_strings"),
    "codes": ("terminal/codes/reading.py", "read_code"),
    "tracks": ("terminal/codes/magstripe.py", "read_track"),
}


def missed(readers: list[Reader]) -> set[Parser]:
    """The parsers that no example of `readers` comes to."""

    def work() -> None:
        for reader in readers:
            for example in reader.examples:
                give(reader, example)

    return set(parsers()) - reached(work)


def test_every_parser_is_given_what_readers_are_tried_with() -> None:
    assert missed(all_readers()) == set()


def test_a_hundred_thousand_inputs_from_outside_are_tried() -> None:
    """By bending the examples alone; what hypothesis and the tests of single parsers give comes on top."""
    outside = outside_readers()
    assert set(FAMILIES.values()) & missed(outside) == set()
    assert sum(tries_of(reader) for reader in outside) >= 100_000


def test_a_parser_that_no_reader_comes_to_is_named() -> None:
    """The control: all readers but those of streams."""
    streams = {reader.name for reader in stream_readers()}
    rest = [reader for reader in all_readers() if reader.name not in streams]
    assert missed(rest) >= {FAMILIES["PN532"], FAMILIES["SSI"], FAMILIES["serial"]}


@pytest.mark.parametrize("family", FAMILIES)
def test_the_search_finds_each_family(family: str) -> None:
    assert FAMILIES[family] in set(parsers())


def test_what_is_named_and_shaped_as_a_parser_is_one() -> None:
    source = """
def read_frame(data: bytes) -> int: ...
def _read(data: bytes) -> int: ...
def read_port(number: int) -> bytes: ...
class Lines:
    def feed(self, data: bytes) -> None: ...
class Port(Protocol):
    def feed(self, data: bytes) -> None: ...
"""
    assert list(parsers_in(source)) == ["read_frame", "Lines.feed"]
