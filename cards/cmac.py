"""AES-CMAC (RFC 4493, NIST SP 800-38B), its two subkeys, and the eight bytes that NXP cards send of it."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from cards.aes import BLOCK, ZERO_BLOCK, AesKey, encrypt

MAC_BYTES = 8
_REDUCTION = 0x87  # RFC 4493, section 2.3: the constant of the field for blocks of 128 bits


def cmac(key: AesKey, message: bytes) -> bytes:
    """The whole code, 16 bytes."""
    context = CMAC(AES(key.value))
    context.update(message)
    return context.finalize()


def truncated(mac: bytes) -> bytes:
    """Every second byte, beginning with the second: the 8 bytes that travel (NXP AN12196, MACt)."""
    return mac[1::2]


def subkeys(key: AesKey) -> tuple[bytes, bytes]:
    """K1 for messages of whole blocks, K2 for padded ones."""
    return subkeys_from(encrypt(key, ZERO_BLOCK))


def subkeys_from(enciphered_zeros: bytes) -> tuple[bytes, bytes]:
    """The same from a block of zeros that whoever holds the key enciphered."""
    first = _doubled(enciphered_zeros)
    return first, _doubled(first)


def _doubled(block: bytes) -> bytes:
    value = int.from_bytes(block, "big") << 1
    if value >> (8 * BLOCK):
        value = (value ^ _REDUCTION) & ((1 << 8 * BLOCK) - 1)
    return value.to_bytes(BLOCK, "big")
