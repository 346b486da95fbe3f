"""Links go into an NDEF file and come out; nothing else is taken for one."""

from __future__ import annotations

import pytest

from cards.ndef import URI_MAX, NdefError, read_records, read_uri_file, uri_file
from tests.cards.known import entry, octets

LINK = "https://shop.example/t?e=" + "0" * 32


@pytest.mark.parametrize("uri", [LINK, "http://www.a.example/", "urn:x", "", "https://a/" + "b" * 400])
def test_what_was_written_is_read(uri: str) -> None:
    file = uri_file(uri)
    assert read_uri_file(file) == uri
    assert read_uri_file(file + bytes(64)) == uri


def test_the_file_that_the_note_writes() -> None:
    written = octets(entry("an12196-full-writedata-ndef")["data"])
    uri = read_uri_file(b"\0\x51" + written[2:])
    assert uri.startswith("https://choose.url.com/ntag424?e=000")
    assert uri_file(uri) == b"\0\x51" + written[2:83]


def test_an_abbreviation_is_used_where_there_is_one() -> None:
    assert uri_file("https://a.example") == octets("000E" + "D1010A55" + "04") + b"a.example"


def test_a_record_before_the_link_and_an_id_are_stepped_over() -> None:
    text = octets("91" + "01" + "03" + "54" + "02656E")
    link = octets("59" + "01" + "04" + "02" + "55" + "4944" + "04") + b"a.b"
    message = text + link
    assert read_uri_file(len(message).to_bytes(2, "big") + message) == "https://a.b"
    assert [record.type for record in read_records(message)] == [b"T", b"U"]


@pytest.mark.parametrize(
    "file",
    [
        "",
        "00",
        "0000",
        "0005" + "D1010155",
        "0003" + "D10101",
        "0005" + "D1010255" + "04",
        "0006" + "D1010155" + "04" + "00",
        "0005" + "F1010155" + "04",
        "0005" + "D1010155" + "05",
        "0006" + "D1010255" + "04FF",
        "0006" + "D1010255" + "041B",
        "0004" + "D1010055",
        "0005" + "D1010154" + "04",
        "0008" + "C10107FFFFFF5504",
        "0200" + "11000000" * 128,
    ],
)
def test_other_files_are_refused(file: str) -> None:
    with pytest.raises(NdefError):
        read_uri_file(octets(file))


def test_a_link_that_is_too_long_or_not_ascii_is_not_written() -> None:
    with pytest.raises(ValueError, match="at most"):
        uri_file("urn:" + "x" * URI_MAX)
    with pytest.raises(ValueError):
        uri_file("https://a.example/é")
