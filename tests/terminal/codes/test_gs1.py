"""GS1 codes give their values, and nothing else does."""

from __future__ import annotations

import json
import subprocess
import sys

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


def test_the_tables_are_loaded_when_they_are_needed_and_not_before() -> None:
    """In a fresh interpreter: goods without GS1 load nothing, and `prepare` loads all that a GS1 code needs."""
    code = (
        "import sys; from terminal.codes.reading import read_code; from terminal.codes.gs1 import prepare;"
        "read_code('4006381333931'); early = 'biip' in sys.modules; prepare(); known = set(sys.modules);"
        "read_code('011400638133393810LOT7'); read_code('https://id.gs1.org/01/04006381333931');"
        "print(early, sorted(name for name in set(sys.modules) - known if name.startswith('biip')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False []\n"
