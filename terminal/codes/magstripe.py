"""Tracks of a magnetic stripe (ISO/IEC 7813; track 3 ISO/IEC 4909), and which of them belong to bank cards.

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
_RUN = re.compile(r"[0-9]+(?:[ ._:-]{1,3}[0-9]+)*")  # what stands between the groups of a written number
_TRACK = re.compile(r"[%;][^?]*\?")
_TRACKS = re.compile(r"(?:[%;][^?]*\?)+")
_BARE = re.compile(r";([0-9]{1,19})\?")
_DIGITS = re.compile(r"[0-9]+")
_THIRD = (";", "+", "_")  # what a reader may type before track 3
_FORMAT_DIGITS = 2  # before the account number of track 3
_ANY = range(13, 20)
_LONGEST = _FORMAT_DIGITS + _ANY[-1]
_LONG = range(16, 20)
_ISSUERS = (  # the first and the last beginning of an issuer's numbers (ISO/IEC 7812), and how long they are
    ("1", "1", range(15, 16)),  # UATP
    ("2200", "2204", _LONG),  # Mir
    ("2221", "2720", range(16, 17)),  # Mastercard
    ("300", "305", range(14, 20)),  # Diners Club
    ("3095", "3095", range(14, 20)),
    ("36", "36", range(14, 20)),
    ("38", "39", range(14, 20)),
    ("34", "34", range(15, 16)),  # American Express
    ("37", "37", range(15, 16)),
    ("3528", "3589", _LONG),  # JCB
    ("4", "4", _ANY),  # Visa
    ("50", "55", _ANY),  # Maestro, Verve, Mastercard
    ("56", "69", _ANY),  # Maestro, Discover, RuPay, UnionPay and older cards of Chinese banks
    ("81", "82", _LONG),  # UnionPay, RuPay
    ("9", "9", _LONG),  # Troy, older cards of Chinese banks
)


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


def numbers_of(text: str) -> list[str]:
    """The account numbers of the tracks that `text` is, one behind the other; empty for everything else.

    A track 2 of the chain's own may end behind its number.
    """
    if not _TRACKS.fullmatch(text):
        return []
    pieces = _TRACK.findall(text)
    bare = [found[1] for found in map(_BARE.fullmatch, pieces) if found]
    return bare + [track.number for track in map(read_track, pieces) if track]


def holds_bank_card(text: str) -> bool:
    """Whether somewhere in `text` a bank card's number stands by itself: in one piece or in groups, as people write it
    and as readers type track 1, 2 or 3.

    What else a reader types is not looked at: sentinels and separators become other signs on another keyboard.
    """
    return any(_in_groups(text, [*_DIGITS.finditer(text, *run.span())]) for run in _RUN.finditer(text))


def _in_groups(text: str, groups: list[re.Match[str]]) -> bool:
    """Whether some of these neighbours are a bank card's number together."""
    for first, group in enumerate(groups):
        third = text[max(0, group.start() - 1) : group.start()] in _THIRD
        digits = ""
        for following in groups[first : first + _LONGEST]:
            digits += following[0]
            if len(digits) > _LONGEST:
                break
            if is_bank_number(digits) or (third and is_bank_number(digits[_FORMAT_DIGITS:])):
                return True
    return False


def is_bank_number(number: str) -> bool:
    """13 to 19 digits that begin like a payment card's, have the length of such and end in their check digit
    (ISO/IEC 7812-1, annex B)."""
    digits = number.isascii() and number.isdigit() and len(number) in _ANY
    return digits and _luhn(number) and any(_of(number, *issuer) for issuer in _ISSUERS)


def _of(number: str, first: str, last: str, lengths: range) -> bool:
    return first <= number[: len(first)] <= last and len(number) in lengths


def _luhn(number: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in number[-1::-2])) % 10 == 0
