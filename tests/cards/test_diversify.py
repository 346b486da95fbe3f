"""Keys of cards are made as AN10922 says, also of short material, and differ in every byte of it."""

from __future__ import annotations

import pytest

from cards.aes import AesKey
from cards.cmac import cmac
from cards.diversify import INPUT_MAX, diversification_input, diversify
from tests.cards.known import each_flipped, entry, octets

MASTER = AesKey(bytes(range(16)))


@pytest.mark.parametrize("id", ["an10922-aes128", "an10957-aes128-short-m"])
def test_keys_of_the_notes(id: str) -> None:
    known = entry(id)
    assert diversify(AesKey(octets(known["master_key"])), octets(known["m"])).value == octets(known["derived_key"])


def test_a_short_input_is_not_a_plain_code() -> None:
    known = entry("an10922-trap-unpadded")
    key, material = AesKey(octets(known["master_key"])), octets(known["m"])
    assert cmac(key, b"\x01" + material) == octets(known["plain_rfc4493_cmac"])
    assert diversify(key, material).value != octets(known["plain_rfc4493_cmac"])


def test_the_longest_input_fills_the_blocks_and_is_a_plain_code() -> None:
    material = bytes(range(INPUT_MAX))
    assert diversify(MASTER, material).value == cmac(MASTER, b"\x01" + material)


def test_each_byte_counts() -> None:
    known = entry("an10922-aes128")
    material = diversification_input(octets(known["uid"]), octets(known["aid"]), octets(known["system_id"]))
    assert material == octets(known["m"])
    keys = {diversify(MASTER, each).value for each in (material, *each_flipped(material))}
    assert len(keys) == len(material) + 1


@pytest.mark.parametrize("length", [0, 32])
def test_other_lengths_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"this one {length}"):
        diversify(MASTER, bytes(length))
