"""AES as cards of NXP use it: CBC without hidden padding, CMAC (NIST SP 800-38B) with a start value, padding, CRC.

Built on the block cipher alone, so that a card proves the other side's library and not itself.
"""

from __future__ import annotations

import zlib

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

BLOCK = 16
ZERO = bytes(BLOCK)
_REDUCTION = 0x87


def block(key: bytes, data: bytes) -> bytes:
    """One block of 16 bytes, enciphered."""
    cipher = Cipher(AES(key), ECB()).encryptor()
    return cipher.update(data) + cipher.finalize()


def encipher(key: bytes, data: bytes, iv: bytes = ZERO) -> bytes:
    """CBC over whole blocks."""
    cipher = Cipher(AES(key), CBC(iv)).encryptor()
    return cipher.update(data) + cipher.finalize()


def decipher(key: bytes, data: bytes, iv: bytes = ZERO) -> bytes:
    """The other way round."""
    cipher = Cipher(AES(key), CBC(iv)).decryptor()
    return cipher.update(data) + cipher.finalize()


def cmac(key: bytes, message: bytes, iv: bytes = ZERO) -> bytes:
    """CMAC of 16 bytes; DESFire EV1 chains messages by an `iv` other than zero."""
    first = _doubled(block(key, ZERO))
    if message and len(message) % BLOCK == 0:
        padded, subkey = message, first
    else:
        padded, subkey = pad(message), _doubled(first)
    last = xor(padded[-BLOCK:], subkey)
    return encipher(key, padded[:-BLOCK] + last, iv)[-BLOCK:]


def short_mac(key: bytes, message: bytes) -> bytes:
    """The 8 bytes of a CMAC that go over the air: every second one (NTAG 424 DNA data sheet, 9.1.3)."""
    return cmac(key, message)[1::2]


def pad(data: bytes) -> bytes:
    """ISO/IEC 9797-1 method 2: 80, then zeros; a full block is added to full blocks."""
    return data + b"\x80" + bytes(-(len(data) + 1) % BLOCK)


def unpad(data: bytes) -> bytes:
    """Raises ValueError when there is no such padding."""
    body = data.rstrip(b"\x00")
    if not body.endswith(b"\x80") or len(data) - len(body) >= BLOCK:
        raise ValueError("no padding")
    return body[:-1]


def crc32(data: bytes) -> bytes:
    """CRC-32 without its final inversion, low byte first, as DESFire sends it."""
    return (zlib.crc32(data) ^ 0xFFFFFFFF).to_bytes(4, "little")


def rotated(data: bytes) -> bytes:
    """Turned left by one byte, which proves that a challenge was deciphered."""
    return data[1:] + data[:1]


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _doubled(value: bytes) -> bytes:
    number = int.from_bytes(value, "big") << 1
    if number >> 128:
        number = number & ((1 << 128) - 1) ^ _REDUCTION
    return number.to_bytes(BLOCK, "big")
