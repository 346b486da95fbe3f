"""The emulated FM1208: it proves itself, lets itself be proven to, and locks a key that is guessed at."""

from __future__ import annotations

from random import Random

import pytest

from drivers.virtual.cards.eeprom import Pulled
from drivers.virtual.cards.fm1208 import TRIES, Fm1208, delivered, encipher

UID = bytes.fromhex("11223344")
INNER, OUTER = bytes(range(16)), bytes(range(8))
OK = b"\x90\x00"
CHALLENGE = bytes.fromhex("0084000008")


@pytest.fixture
def card() -> Fm1208:
    return Fm1208(delivered(UID, {0: INNER}, {1: OUTER}), Random(6).randbytes)


def log_in(card: Fm1208, key: bytes, length: int = 8) -> bytes:
    drawn = card.answer(bytes([0x00, 0x84, 0, 0, length]))[:-2]
    return card.answer(bytes.fromhex("0082000108") + encipher(key, drawn.ljust(8, b"\0")))


def test_des_is_des() -> None:
    """A known answer of the Data Encryption Standard, FIPS 81."""
    assert encipher(bytes.fromhex("0123456789ABCDEF"), b"Now is t").hex().upper() == "3FA40E8A984D4815"
    assert encipher(OUTER * 2, b"Now is t") == encipher(OUTER, b"Now is t")


def test_it_is_selected_and_tells_its_uid(card: Fm1208) -> None:
    assert card.answer(bytes.fromhex("FFCA000000")) == UID + OK
    assert card.answer(bytes.fromhex("00A40000023F00"))[-2:] == OK
    assert card.answer(bytes.fromhex("00A40000021234")) == b"\x6a\x82"
    assert card.answer(bytes.fromhex("00E0000000")) == b"\x6d\x00"
    assert card.answer(bytes.fromhex("80CA000000")) == b"\x6e\x00"


def test_it_proves_that_it_has_the_key(card: Fm1208) -> None:
    challenge = bytes.fromhex("0011223344556677")
    answer = card.answer(bytes.fromhex("0088000008") + challenge + b"\x08")
    assert answer == encipher(INNER, challenge) + OK
    assert card.answer(bytes.fromhex("0088000508") + challenge) == b"\x94\x03", "there is no such key"


@pytest.mark.parametrize("length", [4, 8])
def test_whoever_has_the_key_is_trusted_until_power_goes(card: Fm1208, length: int) -> None:
    assert log_in(card, OUTER, length) == OK
    assert card.trusted == {1}
    card.power_off()
    assert card.trusted == set()


def test_a_challenge_holds_for_one_command(card: Fm1208) -> None:
    drawn = card.answer(CHALLENGE)[:-2]
    card.answer(bytes.fromhex("00A40000023F00"))
    assert card.answer(bytes.fromhex("0082000108") + encipher(OUTER, drawn)) == b"\x69\x84"


def test_wrong_proofs_count_down_to_a_lock_that_stays(card: Fm1208) -> None:
    assert log_in(card, INNER[:8]) == OK, "the same key by another name"
    for left in reversed(range(TRIES)):
        assert log_in(card, bytes(8)) == bytes([0x63, 0xC0 | left])
    card.power_off()
    assert log_in(card, OUTER) == b"\x69\x83"


def test_success_gives_the_tries_back(card: Fm1208) -> None:
    log_in(card, bytes(8))
    assert log_in(card, OUTER) == OK
    assert card.eeprom["tries.1"] == bytes([TRIES])


def test_pulling_the_card_does_not_save_a_try(card: Fm1208) -> None:
    drawn = card.answer(CHALLENGE)[:-2]
    card.eeprom.cut(1, 1)
    with pytest.raises(Pulled):
        card.answer(bytes.fromhex("0082000108") + drawn)
    assert card.eeprom["tries.1"] == bytes([TRIES - 1])
