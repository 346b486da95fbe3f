"""What two states of a reader tell."""

from __future__ import annotations

import pytest

from drivers.card_reader.presence import PRESENT, UNAWARE, Change, change

EMPTY, IN_USE = 0x10, 0x100


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (UNAWARE, EMPTY, Change.NOTHING),
        (UNAWARE, 0x50000 | EMPTY, Change.NOTHING),
        (UNAWARE, PRESENT, Change.TAPPED),
        (UNAWARE, 0x50000 | PRESENT, Change.TAPPED),
        (EMPTY, 0x10000 | PRESENT, Change.TAPPED),
        (0x10000 | PRESENT, 0x10000 | PRESENT | IN_USE, Change.NOTHING),
        (0x10000 | PRESENT, 0x30000 | PRESENT, Change.TAPPED),
        (0x10000 | PRESENT, 0x20000 | EMPTY, Change.REMOVED),
        (0x20000 | EMPTY, 0x40000 | EMPTY, Change.MISSED),
        (0x20000 | EMPTY, 0x20000 | EMPTY, Change.NOTHING),
        (0xFFFF0000 | EMPTY, PRESENT, Change.TAPPED),
    ],
)
def test_changes(before: int, after: int, what: Change) -> None:
    assert change(before, after) is what
