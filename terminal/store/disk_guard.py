"""Room on the disk: directory work stops while there is still enough for weeks of operations (sync.md, Feed)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

# 35 days of 600 sales, each with its postings and its receipt some 12 kB, and a write-ahead log beside them.
KEPT_FOR_OPERATIONS = 300_000_000


def free_bytes(folder: Path) -> int:
    """How much can still be written into `folder`."""
    return shutil.disk_usage(folder).free


def directory_may_grow(folder: Path, by_bytes: int = 0, free: Callable[[Path], int] = free_bytes) -> bool:
    """Whether `by_bytes` of what HQ can send again may be written: never out of what is kept for operations."""
    return free(folder) - by_bytes >= KEPT_FOR_OPERATIONS
