"""AES-128 as cards use it: keys that do not show themselves, CBC over whole blocks, padding."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from cards.errors import BadAnswer

BLOCK = 16
ZERO_BLOCK = bytes(BLOCK)


@dataclass(frozen=True, slots=True)
class AesKey:
    """A key of 16 bytes. Its repr is empty, so that no log and no error can hold it."""

    value: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.value) != BLOCK:
            raise ValueError(f"an AES-128 key has {BLOCK} bytes, this one {len(self.value)}")


def encrypt(key: AesKey, data: bytes, iv: bytes = ZERO_BLOCK) -> bytes:
    """CBC over whole blocks."""
    encryptor = Cipher(AES(key.value), CBC(iv)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def decrypt(key: AesKey, data: bytes, iv: bytes = ZERO_BLOCK) -> bytes:
    """CBC over whole blocks. What a card sent in another length is a BadAnswer."""
    if len(data) % BLOCK:
        raise BadAnswer(f"a cryptogram of {len(data)} bytes: it comes in blocks of {BLOCK}")
    decryptor = Cipher(AES(key.value), CBC(iv)).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def pad(data: bytes) -> bytes:
    """ISO/IEC 9797-1 method 2: always one byte 80, then zeros up to a whole block."""
    return data + b"\x80" + bytes(-(len(data) + 1) % BLOCK)


def unpad(data: bytes) -> bytes:
    """Take the padding of `pad` off. Raises BadAnswer where there is none."""
    bare = data.rstrip(b"\0")
    if not bare.endswith(b"\x80") or len(data) - len(bare) >= BLOCK:
        raise BadAnswer("the decrypted answer does not end in padding")
    return bare[:-1]


def xor(left: bytes, right: bytes) -> bytes:
    """Byte by byte; both have the same length."""
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
