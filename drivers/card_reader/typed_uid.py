"""The UID in what a card reader types: hex or decimal, in either byte order. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from drivers.base import UID_BYTES_MAX
from drivers.card_reader.uid import UID_BYTES_MIN, technology_of

Format = Literal["hex", "decimal"]
Order = Literal["as_typed", "reversed"]

_HEX = re.compile(r"[0-9A-Fa-f]{2}(?:[ :-]?[0-9A-Fa-f]{2})*")
_DECIMAL = re.compile(r"[0-9]{1,25}")  # 25 digits hold 10 bytes
_BETWEEN = re.compile(r"[ :-]")


@dataclass(frozen=True)
class TypedUid:
    """How a reader types a number of `uid_bytes` bytes (None, for hex alone: 4 to 10) behind `prefix`.

    A decimal number is the value of the bytes, big end first, with or without leading zeros. `order` "reversed" is for
    a reader that types the last byte of the UID first.
    """

    format: Format = "hex"
    uid_bytes: int | None = None
    order: Order = "as_typed"
    prefix: str = ""

    def read(self, text: str) -> bytes | None:
        """The UID, or None if `text` is not one as this reader types it."""
        if not text.startswith(self.prefix):
            return None
        number = text[len(self.prefix) :]
        uid = self._hex(number) if self.format == "hex" else self._decimal(number)
        if uid is None or not UID_BYTES_MIN <= len(uid) <= UID_BYTES_MAX or self.uid_bytes not in {None, len(uid)}:
            return None
        return uid[::-1] if self.order == "reversed" else uid

    def _hex(self, number: str) -> bytes | None:
        return bytes.fromhex(_BETWEEN.sub("", number)) if _HEX.fullmatch(number) else None

    def _decimal(self, number: str) -> bytes | None:
        length = self.uid_bytes or UID_BYTES_MIN
        if not _DECIMAL.fullmatch(number) or len(number) > len(str(256**length - 1)):
            return None
        value = int(number)
        return value.to_bytes(length, "big") if value < 256**length else None


def technology(uid: bytes, low_frequency: bool) -> str:
    """ "uid" or "random_uid". Cards of 125 kHz draw no numbers, whatever theirs begin with."""
    return "uid" if low_frequency else technology_of(uid)
