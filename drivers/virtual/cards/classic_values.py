"""Value blocks of MIFARE Classic: a number written three times, once inverted, and a block address four times."""

from __future__ import annotations

INVERT = 0xFFFFFFFF
WORD = 4


def value_of(block: bytes) -> int | None:
    """The signed number of a value block, or None where its copies disagree."""
    one, inverse, two = (int.from_bytes(block[at : at + WORD], "little") for at in (0, WORD, 2 * WORD))
    address, not_address = block[12::2], block[13::2]
    copies = one == two == inverse ^ INVERT
    addresses = address[0] == address[1] == not_address[0] ^ 0xFF == not_address[1] ^ 0xFF
    return int.from_bytes(block[:WORD], "little", signed=True) if copies and addresses else None


def value_block(value: int, address: int) -> bytes:
    """Raises OverflowError for a number that has no place in 32 bits."""
    word = value.to_bytes(WORD, "little", signed=True)
    inverse = bytes(byte ^ 0xFF for byte in word)
    return word + inverse + word + bytes([address, address ^ 0xFF] * 2)
