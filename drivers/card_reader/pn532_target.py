"""What a PN532 tells of a card in its field (NXP UM0701-02, 7.3.5), and that as PC/SC would tell it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from types import MappingProxyType

from drivers.base import UID_BYTES_MAX
from drivers.card_reader.uid import UID_BYTES_MIN

SPEAKS_APDUS = 0x20  # SAK, ISO/IEC 14443-3: the card obeys 14443-4
HISTORICAL_MAX = 15
# PC/SC part 3, 3.1.3.2.3.2: a storage card's ATR names its kind
STORAGE = bytes.fromhex("804F0CA000000306" + "03")
STORAGE_NAMES: Mapping[int, int] = MappingProxyType(
    {0x08: 0x0001, 0x88: 0x0001, 0x28: 0x0001, 0x18: 0x0002, 0x38: 0x0002, 0x00: 0x0003, 0x09: 0x0026}
)


@dataclass(frozen=True)
class Target:
    """A card of ISO/IEC 14443 type A. `ats` is its answer to select, without its length; empty for a storage card."""

    number: int
    uid: bytes = field(repr=False)
    sak: int
    ats: bytes = b""

    @property
    def speaks_apdus(self) -> bool:
        return bool(self.sak & SPEAKS_APDUS)

    @property
    def atr(self) -> bytes:
        """The ATR that a PC/SC reader would make up for it (PC/SC part 3, 3.1.3.2.3)."""
        if self.speaks_apdus:
            told = _historical(self.ats)
        else:
            told = STORAGE + STORAGE_NAMES.get(self.sak, 0).to_bytes(2, "big") + bytes(4)
        body = bytes([0x80 | len(told), 0x80, 0x01]) + told
        return b"\x3b" + body + bytes([reduce(xor, body)])


def read_target(answer: bytes) -> Target | None:
    """The first target in an answer to InListPassiveTarget; None for none, and for one that makes no sense."""
    if len(answer) < 6 or not answer[0]:
        return None
    number, sak, length = answer[1], answer[4], answer[5]
    uid, rest = answer[6 : 6 + length], answer[6 + length :]
    if len(uid) != length or not UID_BYTES_MIN <= length <= UID_BYTES_MAX:
        return None
    ats = rest[1 : rest[0]] if rest else b""
    return Target(number, uid, sak, ats)


def _historical(ats: bytes) -> bytes:
    """Historical bytes follow the interface bytes that T0 announces (ISO/IEC 14443-4, 5.2)."""
    if not ats:
        return b""
    interface = sum(bool(ats[0] & bit) for bit in (0x10, 0x20, 0x40))
    return ats[1 + interface :][:HISTORICAL_MAX]
