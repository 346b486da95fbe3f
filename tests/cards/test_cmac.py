"""AES-CMAC and its subkeys as RFC 4493 and NXP print them."""

from __future__ import annotations

import pytest

from cards.aes import AesKey
from cards.cmac import cmac, subkeys, truncated
from tests.cards.known import entry, octets


@pytest.mark.parametrize("length", [0, 16, 64])
def test_codes_of_the_standard(length: int) -> None:
    known = entry(f"aes-cmac-rfc4493-len{length}")
    assert cmac(AesKey(octets(known["key"])), octets(known["message"])) == octets(known["cmac"])


def test_subkeys_of_the_note() -> None:
    known = entry("an10922-aes128")
    assert subkeys(AesKey(octets(known["master_key"]))) == (octets(known["k1"]), octets(known["k2"]))


def test_every_second_byte_travels() -> None:
    assert truncated(bytes(range(16))) == bytes((1, 3, 5, 7, 9, 11, 13, 15))
