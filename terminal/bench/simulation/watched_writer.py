"""The product's own writer of the directory, watched: an HQ that is whole never sends rows that do not add up."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from pathlib import Path

from protocol.directory_file import SNAPSHOT_VERSION
from protocol.feed import FeedPage
from terminal.store.directory_writer import Applied, DirectoryWriter, Place


def watch(
    writer: type[DirectoryWriter], mismatch: Callable[[str], None], adopted: Callable[[int], None]
) -> Callable[[Path], DirectoryWriter]:
    """How to open a writer that tells `mismatch` of a bucket whose rows did not add up, and `adopted` of the version
    of each snapshot that it has taken."""

    class Watched(writer):  # type: ignore[valid-type, misc]  # mypy knows no class by a variable
        def apply(self, page: FeedPage, refused: Collection[Place] = ()) -> Applied:
            applied: Applied = super().apply(page, refused)
            if applied.mismatch:
                mismatch(page.bucket.value)
            return applied

        def adopt(self, made: Path, connection: sqlite3.Connection) -> None:
            super().adopt(made, connection)
            adopted(self.fact(SNAPSHOT_VERSION) or 0)

    return Watched
