"""GS1 codes give their values, and nothing else does."""

from __future__ import annotations

import json

import pytest

from terminal.codes.gs1 import CHARS_MAX, Gs1Error, read_digital_link, read_element_strings
from tests.cards.known import entry


def test_element_strings() -> None:
    known = entry("gs1-128-fnc1")
    assert read_element_strings(known["scan"].removeprefix("]C1")) == json.loads(known["ais"])


def test_a_digital_link() -> None:
    known = entry("gs1-digital-link")
    assert read_digital_link(known["uri"]) == json.loads(known["ais"])


@pytest.mark.parametrize("text", ["", "hello", "0109521234543210", "01", "10A\x1d10B", "x" * (CHARS_MAX + 1), "]C110A"])
def test_other_texts_are_no_element_strings(text: str) -> None:
    with pytest.raises(Gs1Error):
        read_element_strings(text)


def test_what_is_wrong_is_said() -> None:
    for text, said in (("0109521234543210", "check digit"), ("10A\x1d10B", "twice")):
        with pytest.raises(Gs1Error, match=said):
            read_element_strings(text)


def test_the_same_value_twice_is_said_once() -> None:
    assert read_element_strings("10A\x1d10A") == {"10": "A"}


@pytest.mark.parametrize(
    "uri", ["", "hello", "https://a.example/x", "ftp://a/01/09521234543213", "http://[", "https://a/01/09521234543210"]
)
def test_other_links_are_no_digital_links(uri: str) -> None:
    with pytest.raises(Gs1Error):
        read_digital_link(uri)
