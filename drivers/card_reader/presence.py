"""What happened at a reader between two of its PC/SC states."""

from __future__ import annotations

from enum import Enum

UNAWARE = 0x0000
CHANGED = 0x0002
AWAY = 0x0004 | 0x0008  # the reader is not known any more, or not available
EMPTY = 0x0010
PRESENT = 0x0020
COUNT_SHIFT = 16  # pcsc-lite counts insertions and removals in the high word


class Change(Enum):
    """`MISSED` is a card that came and went before anybody looked."""

    NOTHING = "nothing"
    TAPPED = "tapped"
    REMOVED = "removed"
    MISSED = "missed"


def known(state: int) -> bool:
    """Whether it tells of a card at all: pcscd lists a reader that it was given just now before it has looked at it."""
    return bool(state & (EMPTY | PRESENT))


def change(before: int, after: int) -> Change:
    """The change from `before` (UNAWARE at first) to `after`.

    A card that was swapped or lifted for a moment is a new tap, though it is present in both states: the count moved.
    """
    was, stands = bool(before & PRESENT), bool(after & PRESENT)
    moved = before != UNAWARE and before >> COUNT_SHIFT != after >> COUNT_SHIFT
    if stands:
        return Change.TAPPED if moved or not was else Change.NOTHING
    if was:
        return Change.REMOVED
    return Change.MISSED if moved else Change.NOTHING
