"""MIFARE Classic through a PC/SC reader's commands of class FF (PC/SC part 3, 3.2.2.1): keys, blocks and values.

Its cipher is broken and anyone can copy such a card, so it counts as P1 whatever its keys are; this is for taking over
old cards. One key is tried once, the one that is given: no key is ever guessed. Trailers and the maker's block are not
written: one wrong bit there closes a sector for good.

Readers differ in values: ACS takes FF D7 with the most significant byte first (ACR122U, ACR1252U reference manuals),
OMNIKEY takes FF D4 and FF D8 with the least significant first (Contactless Developer Guide 5321-903). The wrong order
makes 1 into 16,777,216, so a value that was changed is always read back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from cards.apdu import Command, ask_iso
from cards.classic_value import BLOCK_BYTES, LEAST, MOST, ValueBlock
from cards.dialogue import Dialogue
from cards.errors import BadAnswer, CardError

READER_CLASS = 0xFF
KEY_BYTES = 6
BLOCKS = range(256)  # of the 4K; the 1K has 64
_SMALL_SECTORS, _SMALL, _LARGE = 32, 4, 16  # the 4K's sectors from 32 on have 16 blocks
LOAD_KEY, AUTHENTICATE, READ, WRITE = 0x82, 0x86, 0xB0, 0xD6
VALUE, INCREMENT, DECREMENT = 0xD7, 0xD4, 0xD8
ADD, SUBTRACT, COPY = 1, 2, 3  # what FF D7 does


class KeyKind(IntEnum):
    """Which of a sector's two keys."""

    A = 0x60
    B = 0x61


class Maker(StrEnum):
    """Whose reader it is: what decides how values travel."""

    ACS = "acs"
    OMNIKEY = "omnikey"


@dataclass(frozen=True, slots=True)
class ClassicKey:
    """A key of 6 bytes. Its repr is empty."""

    value: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.value) != KEY_BYTES:
            raise ValueError(f"a key of a MIFARE Classic has {KEY_BYTES} bytes, this one {len(self.value)}")


class ValueWentWrong(CardError):
    """A value was changed to another than it should have been: do not take the card's word, and look at the reader."""


class NoRoom(CardError):
    """The card's value is so large, or so far below zero, that it cannot be changed by so much."""


def maker_of(reader: str) -> Maker | None:
    """The maker, from the name that PC/SC gives a reader; None for one whose byte order is not known."""
    words = reader.upper().split()
    return Maker.ACS if "ACS" in words else Maker.OMNIKEY if "OMNIKEY" in words else None


def sector_of(block: int) -> int:
    """Raises ValueError for a block that no MIFARE Classic has."""
    if block not in BLOCKS:
        raise ValueError(f"a MIFARE Classic has blocks 0 to {BLOCKS[-1]}, not {block}")
    small = _SMALL_SECTORS * _SMALL
    return block // _SMALL if block < small else _SMALL_SECTORS + (block - small) // _LARGE


def is_trailer(block: int) -> bool:
    """Whether a block holds its sector's keys and rights."""
    return block == BLOCKS[-1] or sector_of(block) != sector_of(block + 1)


def load_key(key: ClassicKey, slot: int = 0) -> Dialogue[None]:
    """Give the reader a key, in its memory that forgets it without power."""
    yield from ask_iso(Command(READER_CLASS, LOAD_KEY, 0x00, slot, key.value), "the reader's loading of a key")


def authenticate(block: int, kind: KeyKind, slot: int = 0) -> Dialogue[None]:
    """Open the sector of `block` by the loaded key. Raises CardRefused for a wrong one: do not try another."""
    sector = sector_of(block)
    data = bytes((0x01, 0x00, block, kind, slot))
    yield from ask_iso(Command(READER_CLASS, AUTHENTICATE, 0, 0, data), f"the login to sector {sector}")


def read_block(block: int) -> Dialogue[bytes]:
    """The 16 bytes of a block in an open sector. Of a trailer, keys that cannot be read come as zeros."""
    sector_of(block)
    data = yield from ask_iso(Command(READER_CLASS, READ, 0, block, le=BLOCK_BYTES), f"the reading of block {block}")
    if len(data) != BLOCK_BYTES:
        raise BadAnswer(f"block {block} came with {len(data)} bytes, not {BLOCK_BYTES}")
    return data


def write_block(block: int, data: bytes) -> Dialogue[None]:
    """Write a block in an open sector. ValueError for the maker's block and for trailers."""
    if block == 0 or is_trailer(block):
        raise ValueError(f"block {block} is not for data: one wrong bit there closes a sector for good")
    if len(data) != BLOCK_BYTES:
        raise ValueError(f"a block has {BLOCK_BYTES} bytes, not {len(data)}")
    yield from ask_iso(Command(READER_CLASS, WRITE, 0, block, data), f"the writing of block {block}")


def read_value(block: int) -> Dialogue[ValueBlock]:
    """A value block, all its copies compared."""
    return ValueBlock.parse((yield from read_block(block)))


def change_value(maker: Maker, block: int, by: int) -> Dialogue[int]:
    """Add to a value, or take from it where `by` is below zero; gives the value as it was read back.

    Raises BadAnswer where there is no value, NoRoom where the result has no place in 32 bits, and ValueWentWrong.
    """
    if abs(by) > MOST:
        raise ValueError(f"a value is changed by at most {MOST} at once, not by {by}")
    before = yield from read_value(block)
    if not LEAST <= before.value + by <= MOST:
        raise NoRoom(f"a value of {before.value} cannot be changed by {by}: it has 32 bits")
    if by:
        yield from ask_iso(_change(maker, block, by), f"the change of the value in block {block}")
    after = yield from read_value(block)
    if after.value != before.value + by:
        raise ValueWentWrong(
            f"block {block} should hold {before.value + by} and holds {after.value}: is the reader one of {maker}?"
        )
    return after.value


def copy_value(maker: Maker, source: int, target: int) -> Dialogue[None]:
    """Copy a value within its sector (restore and transfer); at an OMNIKEY, without such a command, by reading it.

    Raises ValueError across sectors, BadAnswer where there is no value, and ValueWentWrong.
    """
    if sector_of(source) != sector_of(target) or target == 0 or is_trailer(target):
        raise ValueError(f"a value goes from block to block of one sector, not from {source} to {target}")
    value = yield from read_value(source)
    if maker is Maker.ACS:
        command = Command(READER_CLASS, VALUE, 0, source, bytes((COPY, target)))
        yield from ask_iso(command, f"the copying of block {source}")
    else:
        yield from write_block(target, value.encode())
    if (yield from read_value(target)).value != value.value:
        raise ValueWentWrong(f"block {target} does not hold what was copied from block {source}")


def _change(maker: Maker, block: int, by: int) -> Command:
    if maker is Maker.ACS:
        operation = ADD if by > 0 else SUBTRACT
        return Command(READER_CLASS, VALUE, 0, block, bytes((operation,)) + abs(by).to_bytes(4, "big"))
    return Command(READER_CLASS, INCREMENT if by > 0 else DECREMENT, 0, block, abs(by).to_bytes(4, "little"))
