"""Who may do what with a block of MIFARE Classic: the access bits of a sector's trailer (NXP MF1S50YYX, 8.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BLOCK_BYTES = 16
KEY_BYTES = 6
TRAILER = 3  # the last of the four blocks of a sector
BITS_AT = 6
READABLE_B = (0b000, 0b010, 0b001)  # trailers whose key B is data, and opens nothing
NOBODY, A, B, EITHER = "", "A", "B", "AB"

# by C1 C2 C3: read, write, increment, decrement (with transfer and restore)
DATA: Mapping[int, tuple[str, str, str, str]] = {
    0b000: (EITHER, EITHER, EITHER, EITHER),
    0b010: (EITHER, NOBODY, NOBODY, NOBODY),
    0b100: (EITHER, B, NOBODY, NOBODY),
    0b110: (EITHER, B, B, EITHER),
    0b001: (EITHER, NOBODY, NOBODY, EITHER),
    0b011: (B, B, NOBODY, NOBODY),
    0b101: (B, NOBODY, NOBODY, NOBODY),
    0b111: (NOBODY, NOBODY, NOBODY, NOBODY),
}
# by C1 C2 C3: write key A, read the bits, write the bits, read key B, write key B; nobody reads key A
TRAILERS: Mapping[int, tuple[str, str, str, str, str]] = {
    0b000: (A, A, NOBODY, A, A),
    0b010: (NOBODY, A, NOBODY, A, NOBODY),
    0b100: (B, EITHER, NOBODY, NOBODY, B),
    0b110: (NOBODY, EITHER, NOBODY, NOBODY, NOBODY),
    0b001: (A, A, A, A, A),
    0b011: (B, EITHER, B, NOBODY, B),
    0b101: (NOBODY, EITHER, B, NOBODY, NOBODY),
    0b111: (NOBODY, EITHER, NOBODY, NOBODY, NOBODY),
}


@dataclass(frozen=True)
class Access:
    """The conditions of a sector's four blocks, as numbers C1 C2 C3."""

    conditions: tuple[int, int, int, int]

    @classmethod
    def parse(cls, trailer: bytes) -> Access | None:
        """None for bits whose copies disagree: such a sector is lost for good."""
        first, second, third = trailer[BITS_AT : BITS_AT + 3]
        c1, c2, c3 = second >> 4, third & 0xF, third >> 4
        if (first & 0xF, first >> 4, second & 0xF) != (c1 ^ 0xF, c2 ^ 0xF, c3 ^ 0xF):
            return None
        zero, one, two, three = ((c1 >> n & 1) << 2 | (c2 >> n & 1) << 1 | c3 >> n & 1 for n in range(4))
        return cls((zero, one, two, three))

    def data(self, block: int) -> tuple[str, str, str, str]:
        """Keys that may read, write, increment and decrement block 0, 1 or 2 of the sector."""
        return DATA[self.conditions[block]]

    @property
    def trailer(self) -> tuple[str, str, str, str, str]:
        """Keys that may write key A, read and write the bits, read and write key B."""
        return TRAILERS[self.conditions[TRAILER]]

    @property
    def key_b_is_data(self) -> bool:
        return self.conditions[TRAILER] in READABLE_B


def trailer(key_a: bytes, key_b: bytes, bits: bytes = bytes.fromhex("FF078069")) -> bytes:
    """A sector's last block; the bits are those of a new card unless given."""
    return key_a + bits + key_b
