"""UIDs of cards: how long they are, and which of them name nobody. Pure."""

from __future__ import annotations

UID_BYTES = (4, 7, 10)  # ISO/IEC 14443-3: single, double and triple size
OTHER_UID_BYTES = (5, 8)  # EM4100; ISO/IEC 15693 and FeliCa
RANDOM_UID = 0x08  # ISO/IEC 14443-3: a single size UID that begins so is another one at every tap


def is_random(uid: bytes) -> bool:
    """Whether a UID is one of those that a card makes up at every tap: it names nobody and is never enrolled."""
    return len(uid) == min(UID_BYTES) and uid[0] == RANDOM_UID


def check_enrolled(uid: bytes) -> None:
    """Raises ValueError, without the UID, for one that no member may have."""
    sizes = sorted(UID_BYTES + OTHER_UID_BYTES)
    if len(uid) not in sizes:
        told = ", ".join(map(str, sizes[:-1]))
        raise ValueError(
            f"the UID of a card has {told} or {sizes[-1]} bytes, not {len(uid)}: write it as the card tells it"
        )
    if is_random(uid):
        raise ValueError(
            "a UID of 4 bytes that begins with 08 is another one at every tap and names nobody: take another card"
        )
