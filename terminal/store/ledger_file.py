"""The file under the ledger: one writing connection, one transaction at a time, and what a failing disk means.

A full disk rolls back and goes on. Any other failure of the disk is final: nobody can say what a second attempt at
fsync would mean, so everything is refused until the process has been left and the file read again.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import apsw

from terminal.errors import StorageBroken, StorageFull, StoreError

BUSY_MS = 1000
SQLITE_LEAST = (3, 51, 3)  # before it, two connections that checkpoint at once can corrupt a write-ahead log
CHECKPOINT_PAGES = 4000  # a backstop: the idle till calls `checkpoint` long before
Rows = list[tuple[Any, ...]]
Answer = TypeVar("Answer")
_WORLD = (  # failures that are not a mistake of ours
    apsw.FullError,
    apsw.IOError,
    apsw.BusyError,
    apsw.NotADBError,
    apsw.CorruptError,
    apsw.CantOpenError,
    apsw.ReadOnlyError,
    apsw.ProtocolError,
    apsw.NoMemError,
)


class LedgerFile:
    """An apsw connection with WAL, `synchronous=FULL` and no mmap. `vfs` names another registered file system."""

    def __init__(self, path: Path, vfs: str | None = None) -> None:
        self.path = path
        self._broken: str | None = None
        check_sqlite(apsw.sqlite_lib_version())
        self._lock = _lock(path)
        try:
            self.connection = connect(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, vfs)
        except BaseException:
            os.close(self._lock)
            raise
        self.connection.set_busy_timeout(BUSY_MS)
        self.connection.wal_autocheckpoint(CHECKPOINT_PAGES)
        self._cursor = self.connection.cursor()

    def rows(self, sql: str, bindings: tuple[Any, ...] = ()) -> Rows:
        """All rows of a question. Raises StorageBroken."""
        self._must_work()
        try:
            return self._cursor.execute(sql, bindings).fetchall()
        except _WORLD as error:
            raise self._failure(error) from error

    def asked(self, question: Callable[[apsw.Cursor], Answer]) -> Answer:
        """What `question` finds with a cursor; it only reads. Raises StorageBroken."""
        self._must_work()
        try:
            return question(self._cursor)
        except _WORLD as error:
            raise self._failure(error) from error

    @contextmanager
    def transaction(self) -> Iterator[apsw.Cursor]:
        """One BEGIN IMMEDIATE; when the block has ended, it is on the disk. If it raises, nothing was written.

        Raises StorageFull (go on when there is space) or StorageBroken (leave the process).
        """
        self._must_work()
        cursor = self._cursor
        try:
            cursor.execute("BEGIN IMMEDIATE")
            yield cursor
            cursor.execute("COMMIT")
        except _WORLD as error:
            failure = self._failure(error)
            if self._broken is None:
                self._roll_back()
            raise failure from error
        except BaseException:
            self._roll_back()
            raise

    def checkpoint(self) -> None:
        """Move what is committed from the WAL into the file; for a moment without work. Raises StorageBroken."""
        self._must_work()
        try:
            self.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        except _WORLD as error:
            failure = self._failure(error)
            if self._broken is not None:
                raise failure from error

    def close(self) -> None:
        """Idempotent. A broken file is left exactly as it is."""
        if self._broken is not None:
            self.connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        try:
            self.connection.close()
        except _WORLD as error:
            self._failure(error)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _must_work(self) -> None:
        if self._broken is not None:
            raise StorageBroken(self._broken)

    def _roll_back(self) -> None:
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        except _WORLD as error:
            self._failure(error)

    def _failure(self, error: apsw.Error) -> StoreError:
        """What a failure of SQLite means for us. Marks the file as broken unless going on is safe."""
        failure = failure_of(error, self.path)
        if isinstance(failure, StorageBroken):
            self._broken = str(failure)
        return failure


def check_sqlite(found: str) -> None:
    """Raises StoreError for a SQLite that a ledger must not be written with."""
    if tuple(map(int, found.split("."))) < SQLITE_LEAST:
        least = ".".join(map(str, SQLITE_LEAST))
        raise StoreError(f"SQLite {found} can damage a ledger, {least} is needed: install the locked version of apsw")


def connect(path: Path, flags: int, vfs: str | None = None) -> apsw.Connection:
    """A connection with the settings that every connection to a ledger has. Raises StoreError."""
    try:
        connection = apsw.Connection(str(path), flags=flags, vfs=vfs)
        if flags & apsw.SQLITE_OPEN_READWRITE:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchall()[0]
            if mode != "wal":
                raise StoreError(f"{path} cannot have a write-ahead log here: put it on a local disk")
        for pragma in ("synchronous = FULL", "mmap_size = 0", "foreign_keys = ON", "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}")
    except _WORLD as error:
        raise failure_of(error, path) from error
    return connection


def failure_of(error: apsw.Error, path: Path) -> StoreError:
    """The error of our family for one of SQLite's."""
    if isinstance(error, apsw.FullError) or getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHMSIZE:
        return StorageFull(f"no space left for {path.name}: free some space and pay again; nothing was lost")
    if isinstance(error, apsw.BusyError):
        return StoreError(f"{path} is in use by another process: only the terminal service may write it")
    if isinstance(error, apsw.NotADBError | apsw.CorruptError):
        return StorageBroken(f"{path} is damaged: keep the file and have it looked at ({error})")
    return StorageBroken(f"{path} failed: leave the service, look at the disk, start again ({error})")


def _lock(path: Path) -> int:
    """The right to write, gone with the process however it ends."""
    try:
        handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{path.parent} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StoreError(f"{path} is in use by another process: only one terminal service may run") from error
    return handle
