"""What a card says of itself without any key: its UID, and whether it is the same at every tap."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.base import UID_BYTES_MAX

GET_UID = bytes.fromhex("FFCA000000")  # PC/SC part 3: get data, UID
UID_BYTES_MIN = 4
RANDOM_FIRST_BYTE = 0x08  # ISO/IEC 14443-3: a single-size UID that starts so is drawn anew
CONTACTLESS_T0, CONTACTLESS = 0x8, bytes.fromhex("8001")  # only TD1 and TD2 follow: T=0 and T=1
SUCCESS = (0x90, 0x00)


def uid_of(answer: Sequence[int]) -> bytes | None:
    """The UID in a card's answer to GET_UID, or None if the answer holds none."""
    body, state = bytes(answer[:-2]), tuple(answer[-2:])
    if state != SUCCESS or not UID_BYTES_MIN <= len(body) <= UID_BYTES_MAX:
        return None
    return body


def has_contacts(atr: bytes) -> bool:
    """Whether the card itself gave this ATR; of a contactless card the reader makes one up (PC/SC part 3)."""
    return len(atr) > 1 and not (atr[1] >> 4 == CONTACTLESS_T0 and atr[2:4] == CONTACTLESS)


def technology_of(uid: bytes) -> str:
    """ "random_uid" for a number that the card draws anew at each tap, "contact" for none, else "uid"."""
    if not uid:
        return "contact"
    return "random_uid" if len(uid) == 4 and uid[0] == RANDOM_FIRST_BYTE else "uid"
