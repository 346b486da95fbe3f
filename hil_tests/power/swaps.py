"""Runs in the guest: directories that HQ has made take each other's place on the disk under test.

`python -m hil_tests.power.swaps FOLDER COUNT`; act n is acknowledged when the n-th directory has its place.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from terminal.folders import sync_folder
from terminal.store import directory_disk
from terminal.store.directory_writer import DirectoryWriter

NAME = "directory.db"
FACT = "number of the swap"


def play(folder: Path, count: int, answered: Callable[[int], object]) -> None:
    """Directory 0 is written in place, the others are swapped in."""
    make(folder / NAME, 0)
    sync_folder(folder)
    answered(0)
    for number in range(1, count + 1):
        made = folder / f"directory-{number}.db"
        make(made, number)
        directory_disk.swap(folder / NAME, made)
        answered(number)


def make(path: Path, number: int) -> None:
    """A directory that says which one it is; durable when this returns, but for its name."""
    connection = directory_disk.connect(path)
    connection.execute("INSERT INTO fact VALUES (?, ?)", (FACT, number))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def look(folder: Path) -> int | None:
    """Which directory the real code finds there; None is an empty one."""
    DirectoryWriter(folder / NAME).close()
    connection = sqlite3.connect(folder / NAME)
    try:
        row = connection.execute("SELECT value FROM fact WHERE name = ?", (FACT,)).fetchone()
    finally:
        connection.close()
    return None if row is None else int(row[0])


def main() -> None:
    """Swap until the power goes."""
    from hil_tests.beds.hands import Hands

    hands = Hands()
    play(Path(sys.argv[1]), int(sys.argv[2]), lambda act: hands.do("acknowledged", act=act))


if __name__ == "__main__":
    main()
