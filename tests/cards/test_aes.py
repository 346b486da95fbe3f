"""Keys hide, padding is exact, and a cryptogram of a wrong length is the card's fault."""

from __future__ import annotations

import pytest

from cards.aes import AesKey, decrypt, encrypt, pad, unpad, xor
from cards.errors import BadAnswer


def test_a_key_does_not_show_itself() -> None:
    key = AesKey(b"0123456789abcdef")
    assert repr(key) == str(key) == "AesKey()"


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="15"):
        AesKey(bytes(15))


def test_what_was_enciphered_can_be_read() -> None:
    key, iv, text = AesKey(b"k" * 16), b"i" * 16, bytes(range(48))
    assert decrypt(key, encrypt(key, text, iv), iv) == text
    assert decrypt(key, encrypt(key, text, iv))[:16] != text[:16]


@pytest.mark.parametrize("length", [1, 15, 17])
def test_a_cryptogram_comes_in_blocks(length: int) -> None:
    with pytest.raises(BadAnswer, match=f"{length} bytes"):
        decrypt(AesKey(bytes(16)), bytes(length))


@pytest.mark.parametrize("length", range(34))
def test_padding_comes_off_again(length: int) -> None:
    text = bytes(length)
    assert len(pad(text)) % 16 == 0
    assert len(pad(text)) > length
    assert unpad(pad(text)) == text


@pytest.mark.parametrize("data", [b"", bytes(16), b"\x01" * 16, b"\x80" + bytes(16), b"a" * 15 + b"\x81"])
def test_missing_padding_is_found(data: bytes) -> None:
    with pytest.raises(BadAnswer, match="padding"):
        unpad(data)


def test_xor_wants_equal_lengths() -> None:
    assert xor(b"\x0f\xf0", b"\xff\xff") == b"\xf0\x0f"
    with pytest.raises(ValueError):
        xor(b"a", b"ab")
