"""Long lists in portions that one SQL statement can take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

SIZE = 400  # well under the 999 variables that an old SQLite takes
Item = TypeVar("Item")


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), SIZE):
        yield items[start : start + SIZE]
