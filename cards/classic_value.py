"""Value blocks of MIFARE Classic: a number three times, once inverted, and an address four times, twice inverted
(NXP MF1S50YYX, memory organisation, value blocks). In the card numbers stand with the least significant byte first."""

from __future__ import annotations

from dataclasses import dataclass

from cards.errors import BadAnswer

BLOCK_BYTES = 16
LEAST, MOST = -(2**31), 2**31 - 1
_INVERT = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class ValueBlock:
    """`value` is a signed number of 32 bits; `address` (a byte) is the application's own, often that of a backup."""

    value: int
    address: int

    def __post_init__(self) -> None:
        if not (LEAST <= self.value <= MOST and 0 <= self.address <= 0xFF):
            raise ValueError("a value block holds a number of 32 bits and an address of 8")

    def encode(self) -> bytes:
        word = self.value.to_bytes(4, "little", signed=True)
        inverse = (int.from_bytes(word, "little") ^ _INVERT).to_bytes(4, "little")
        return word + inverse + word + bytes((self.address, self.address ^ 0xFF) * 2)

    @classmethod
    def parse(cls, data: bytes) -> ValueBlock:
        """Raises BadAnswer for a block whose copies disagree: no value block, or a torn one."""
        if len(data) != BLOCK_BYTES:
            raise BadAnswer(f"a block has {BLOCK_BYTES} bytes, this one {len(data)}")
        read = cls(int.from_bytes(data[:4], "little", signed=True), data[12])
        if read.encode() != data:
            raise BadAnswer("the copies in a value block disagree: it is none, or a write was cut short")
        return read
