"""The cards' own AES against known answers and against the library's CMAC."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.virtual.cards.aes import cmac, crc32, pad, unpad
from tests.cards.known import entry, octets
from tests.drivers.virtual.cards.speaker import full_mac


@pytest.mark.parametrize("length", [0, 16, 64])
def test_cmac_is_that_of_rfc_4493(length: int) -> None:
    known = entry(f"aes-cmac-rfc4493-len{length}")
    assert cmac(octets(known["key"]), octets(known["message"])) == octets(known["cmac"])


@settings(max_examples=50, derandomize=True, database=None, deadline=None)
@given(st.binary(min_size=16, max_size=16), st.binary(max_size=70))
def test_cmac_is_that_of_the_library_and_padding_comes_off_again(key: bytes, message: bytes) -> None:
    assert cmac(key, message) == full_mac(key, message)
    assert unpad(pad(message)) == message
    assert len(pad(message)) % 16 == 0


@pytest.mark.parametrize("bad", [b"", bytes(16), bytes(15) + b"\x01", b"\x80" + bytes(16), b"\x80" + bytes(31)])
def test_what_is_not_padded_is_refused(bad: bytes) -> None:
    with pytest.raises(ValueError):
        unpad(bad)


def test_crc32_is_that_of_desfire() -> None:
    known = entry("desfire-crc32-uid")
    assert crc32(octets(known["data"] + known["status_appended"])) == octets(known["crc32_le"])
