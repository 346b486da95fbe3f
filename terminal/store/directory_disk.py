"""The file of a directory on the disk: opened, replaced when it is damaged, and swapped for one that HQ has made.

`directory.db` may be a link to a file that bears a name of its own. A file is swapped by renaming a new link over the
old one, so the write-ahead log of one file can never be taken for that of another, whoever has either open.
"""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from terminal.errors import StorageFull, StoreError
from terminal.folders import sync_folder
from terminal.store.directory_schema import prepare

log = logging.getLogger(__name__)
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "mmap_size = 0")
BESIDE = ("-journal", "-shm", "-wal")


def open_or_replace(path: Path) -> sqlite3.Connection:
    """The directory at `path`; an empty one if there is none or if it is damaged. Raises StoreError if none can be."""
    try:
        return connect(path)
    except sqlite3.OperationalError as error:
        raise StoreError(f"{path} cannot be opened: {error}") from error
    except sqlite3.DatabaseError as error:
        log.warning("%s is damaged (%s): starting again with an empty one", path, error)
        remove(path.resolve())
        path.unlink(missing_ok=True)
        return connect(path)


def connect(path: Path) -> sqlite3.Connection:
    """A connection for the one writer. Raises sqlite3.DatabaseError for a damaged file, or one that is not ours."""
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if said != "ok":
            raise sqlite3.DatabaseError(said)
        prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def swap(path: Path, made: Path) -> None:
    """Let `path` lead to the file `made`, in its folder and already durable; then the old file goes.

    Until the rename everybody finds the old one. Raises StoreError when the disk refuses; then the old one stays. Where
    the rename alone could not be synced the old file stays too: a power cut may still bring it back.
    """
    old = path.resolve()
    link = path.with_name(f"{path.name}.link")
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(made.name)
        link.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be replaced: {error.strerror}") from error
    try:
        sync_folder(path.parent)
    except OSError as error:
        log.warning("%s leads to %s; a power cut may undo that (%s)", path, made.name, error.strerror)
        return
    remove(old, itself=old != path)  # a plain file went with the rename


def remove(file: Path, *, itself: bool = True) -> None:
    """A database file and all that belongs to it. Whoever has it open may go on with it until it is closed."""
    for suffix in (*BESIDE, "") if itself else BESIDE:
        Path(f"{file}{suffix}").unlink(missing_ok=True)


def trouble(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    """What a failed statement means for the directory."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return StorageFull(f"no space left for {path.name}: sales go on, HQ's news waits")
    return StoreError(f"{path} cannot be written: {error}")
