"""The loop of an NTAG 424 DNA TagTamper, as the first two letters of its mirrored file data tell it (NXP AN12196)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cards.sun import SunError, SunFault


class Loop(StrEnum):
    """Whether the wire of the seal is whole."""

    CLOSED = "C"
    OPEN = "O"
    NOT_MEASURED = "I"


@dataclass(frozen=True, slots=True)
class TamperStatus:
    """`ever` is OPEN for good once the loop was seen open; `now` is the loop at this tap."""

    ever: Loop
    now: Loop


def tamper_status(file_data: bytes) -> TamperStatus:
    """Read the letters. Raises SunError, MALFORMED, for other ones: then the mirror begins elsewhere."""
    letters = file_data[:2].decode("latin-1")
    if len(letters) != 2 or not set(letters) <= set(Loop):
        raise SunError(SunFault.MALFORMED, "the mirrored file data does not begin with the state of a seal")
    return TamperStatus(Loop(letters[0]), Loop(letters[1]))
