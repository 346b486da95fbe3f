"""Tracks 1 and 2 of a magnetic stripe (ISO/IEC 7813), and which of them belong to bank cards.

A stripe can be copied by anybody. A bank card's track is recognised to be refused: its number goes into no log, no
error and no repr.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TRACK_1 = re.compile(
    r"%(?P<format>[A-Z])(?P<number>[0-9]{1,19})\^(?P<name>[^^]{2,26})\^(?P<expiry>[0-9]{4}|\^)(?P<service>[0-9]{3}|\^)"
    r"(?P<rest>[^?]*)\?"
)
TRACK_2 = re.compile(r";(?P<number>[0-9]{1,19})=(?P<expiry>[0-9]{4}|=)(?P<service>[0-9]{3}|=)(?P<rest>[^?]*)\?")
TRACK_1_MAX, TRACK_2_MAX = 79, 40
_BANK_NUMBER = range(13, 20)
_BANK_FIRST = re.compile(r"2(?:2[2-9]|[3-6]|7[01]|720)|3[0-9]|[4-6]|81|9")  # ISO/IEC 7812: issuers of payment cards


@dataclass(frozen=True, slots=True)
class Track:
    """A track's account number and what follows its dates; neither is in the repr. `format` is empty on track 2."""

    number: str = field(repr=False)
    rest: str = field(repr=False)
    format: str = ""

    @property
    def is_bank_card(self) -> bool:
        """Whether the number is one that a payment card can have: refuse it."""
        return is_bank_number(self.number)


def read_track(text: str) -> Track | None:
    """The track that `text` is, from its start sentinel to its end sentinel; None for everything else."""
    pattern, longest = (TRACK_1, TRACK_1_MAX) if text.startswith("%") else (TRACK_2, TRACK_2_MAX)
    found = pattern.fullmatch(text) if len(text) <= longest else None
    if found is None:
        return None
    return Track(found["number"], found["rest"], found.groupdict().get("format") or "")


def is_bank_number(number: str) -> bool:
    """13 to 19 digits that begin like a payment card's and end in their check digit (ISO/IEC 7812-1, annex B)."""
    digits = number.isascii() and number.isdigit() and len(number) in _BANK_NUMBER
    return digits and _BANK_FIRST.match(number) is not None and _luhn(number)


def _luhn(number: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in number[-1::-2])) % 10 == 0
