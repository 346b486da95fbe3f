"""One key for each card, made from a master key that stays in a safe place (NXP AN10922, AES-128)."""

from __future__ import annotations

from collections.abc import Callable

from cards.aes import BLOCK, ZERO_BLOCK, AesKey, encrypt, xor
from cards.cmac import subkeys_from

INPUT_MAX = 31
_CONSTANT = b"\x01"  # AN10922, section 2.2: AES-128
_PADDED = 2 * BLOCK


def diversification_input(uid: bytes, application: bytes, system: bytes) -> bytes:
    """UID ‖ application identifier ‖ system identifier, in the order that AN10922 recommends."""
    return uid + application + system


def diversify(master: AesKey, material: bytes) -> AesKey:
    """The card's key, by a master that is at hand; see `diversify_with`."""
    return diversify_with(lambda block: encrypt(master, block), material)


def diversify_with(encipher: Callable[[bytes], bytes], material: bytes) -> AesKey:
    """The card's key, by a master that may stay where it is: `encipher` is AES of one block under it, without chaining.

    `material` has 1 to 31 bytes and must name the card, its application and the key's use. AN10922 pads to 32 bytes
    also where 16 would hold the material, so that a short one gives another key than a plain CMAC would. ValueError
    for another length.
    """
    if not 1 <= len(material) <= INPUT_MAX:
        raise ValueError(f"diversification input has 1 to {INPUT_MAX} bytes, this one {len(material)}")
    whole, filled = subkeys_from(encipher(ZERO_BLOCK))
    message = _CONSTANT + material
    if len(message) == _PADDED:
        mask = whole
    else:
        mask, message = filled, (message + b"\x80").ljust(_PADDED, b"\0")
    return AesKey(encipher(xor(encipher(message[:BLOCK]), xor(message[BLOCK:], mask))))
