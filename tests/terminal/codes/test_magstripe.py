"""Tracks are read, bank cards recognised, and no number shows itself."""

from __future__ import annotations

import re

import pytest

from terminal.codes.magstripe import is_bank_number, read_track
from tests.cards.known import entry

KNOWN = entry("track1-format")
NUMBER = "6011000990139424"


def test_the_known_track() -> None:
    track = read_track(KNOWN["track1"])
    assert track is not None
    assert (track.number, track.format, track.is_bank_card) == (NUMBER, "B", True)
    assert bool(re.search(KNOWN["regex"], KNOWN["track1"])) is KNOWN["matches"]


def test_a_second_track() -> None:
    track = read_track(f";{NUMBER}=99121010000000000000?")
    assert track is not None
    assert (track.number, track.rest, track.format) == (NUMBER, "0000000000000", "")


def test_a_members_stripe_is_no_bank_card() -> None:
    track = read_track(";12345678901234===?")
    assert track is not None
    assert (track.number, track.is_bank_card) == ("12345678901234", False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%",
        KNOWN["track1"][1:],
        KNOWN["track1"][:-1],
        KNOWN["track1"] + "\r",
        KNOWN["track1"].replace("B", "b"),
        KNOWN["track1"].replace("MEMBER/TEST", "M"),
        KNOWN["track1"].replace("?", "0" * 40 + "?"),
        f"%B{NUMBER}0000^A B^99121010?",
        f";{NUMBER}=991?",
        f";{NUMBER}=\u0661912101?",
    ],
)
def test_other_texts_are_no_tracks(text: str) -> None:
    assert read_track(text) is None


def test_a_number_shows_itself_nowhere() -> None:
    assert NUMBER not in repr(read_track(KNOWN["track1"]))


@pytest.mark.parametrize(
    "number", ["4111111111111111", "5555555555554444", "378282246310005", "2223003122003222", "6200000000000005"]
)
def test_numbers_of_payment_cards(number: str) -> None:
    assert is_bank_number(number)
    assert not is_bank_number(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize("number", ["", "4111", "1234567890128", "4111 1111 1111 1111", "\u0664" * 16, "4" * 20])
def test_other_numbers(number: str) -> None:
    assert not is_bank_number(number)
