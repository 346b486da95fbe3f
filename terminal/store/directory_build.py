"""A directory file from HQ's snapshot: unpacked within bounds, checked whole, and made this terminal's own.

Every byte is untrusted until it has the hash that HQ signed; what is in it must still be a directory, and only that.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import IO, cast

import zstandard

from protocol.directory_file import SNAPSHOT_VERSION
from protocol.feed import Bucket, RowKind
from protocol.snapshot import SnapshotManifest
from terminal.errors import StorageFull, StoreError
from terminal.store import directory_disk
from terminal.store.directory_schema import is_ours
from terminal.store.directory_writer import DirectoryWriter

WINDOW_MAX = 2**27  # memory that unpacking may take
_PORTION = 1024 * 1024
_PLAIN = (RowKind.MEMBER, RowKind.CARD, RowKind.PIN, RowKind.PRODUCT)
_OBEYED = tuple(kind.value for kind in RowKind if kind not in _PLAIN)
_HEADS = "SELECT bucket, cursor, count, sum FROM bucket ORDER BY bucket"


class SnapshotRefused(StoreError):
    """A snapshot that is not what HQ signed, or not a directory; the sentence says which."""


def unpack(chunks: Iterable[Path], manifest: SnapshotManifest, target: Path) -> None:
    """Write the file that the chunks hold, durably. Raises SnapshotRefused or StorageFull; then it is not there."""
    try:
        with target.open("wb") as file:
            _unpack(_Chunks(chunks, manifest), manifest, file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, zstandard.ZstdError):
            raise SnapshotRefused(f"snapshot {manifest.version} cannot be unpacked: {error}") from error
        if isinstance(error, OSError):
            raise StorageFull(f"{target.name} cannot be written ({error.strerror}): sales go on") from error
        raise


def _unpack(source: _Chunks, manifest: SnapshotManifest, file: IO[bytes]) -> None:
    """Never more than `size` bytes, however much is packed in the chunks."""
    digest, size = hashlib.sha256(), 0
    reader = zstandard.ZstdDecompressor(max_window_size=WINDOW_MAX).stream_reader(cast(IO[bytes], source))
    while portion := reader.read(_PORTION):
        size += len(portion)
        if size > manifest.size:
            raise SnapshotRefused(f"snapshot {manifest.version} holds more than the {manifest.size} bytes it names")
        digest.update(portion)
        file.write(portion)
    if (size, digest.hexdigest()) != (manifest.size, manifest.sha256) or source.read(1):
        raise SnapshotRefused(f"snapshot {manifest.version} unpacks to another file than HQ signed")


class _Chunks:
    """The chunks as one stream; each is checked again as it is read."""

    def __init__(self, chunks: Iterable[Path], manifest: SnapshotManifest) -> None:
        self._chunks, self._number, self._manifest, self._left = iter(chunks), 0, manifest, memoryview(b"")

    def read(self, size: int) -> bytes:
        while not self._left:
            path = next(self._chunks, None)
            if path is None:
                return b""
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != self._manifest.chunks[self._number]:
                raise SnapshotRefused(f"chunk {self._number} of snapshot {self._manifest.version} is damaged")
            self._number, self._left = self._number + 1, memoryview(data)
        taken, self._left = self._left[:size], self._left[size:]
        return bytes(taken)


def open_checked(target: Path, manifest: SnapshotManifest) -> sqlite3.Connection:
    """The unpacked file, for its one writer. Raises SnapshotRefused unless it is a whole directory as the manifest
    says: our tables alone, each bucket with as many rows as it counts, nothing of what a terminal obeys. What the rows
    say has the hash that HQ signed, and HQ has summed them up (hq.snapshot)."""
    what = f"snapshot {manifest.version}"
    try:
        _look(target, what)
        connection = directory_disk.connect(target)
    except sqlite3.DatabaseError as error:
        raise SnapshotRefused(f"{what} is no directory: {error}") from error
    try:
        _compare(connection, manifest, what)
    except BaseException:
        connection.close()
        raise
    return connection


def _look(target: Path, what: str) -> None:
    """Before anything of the file is used: are its tables ours, and is there nothing beside them?"""
    connection = sqlite3.connect(f"{target.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        if not is_ours(connection):
            raise SnapshotRefused(f"{what} is a database, and no directory of ours")
    finally:
        connection.close()


def _compare(connection: sqlite3.Connection, manifest: SnapshotManifest, what: str) -> None:
    heads = sorted((head.bucket.value, head.head, head.count, head.sum) for head in manifest.heads)
    generations = connection.execute("SELECT DISTINCT generation FROM bucket").fetchall()
    if connection.execute(_HEADS).fetchall() != heads or generations not in ([], [(manifest.generation,)]):
        raise SnapshotRefused(f"{what} is at other places of the feed than HQ signed")
    found = connection.execute("SELECT bucket, count(*) FROM entry GROUP BY bucket ORDER BY bucket").fetchall()
    named = [(bucket, count) for bucket, _, count, _ in heads if count]
    if found != named or any(head.bucket is Bucket.CONFIG for head in manifest.heads):
        raise SnapshotRefused(f"{what} does not hold the rows that it counts")


def make_own(
    connection: sqlite3.Connection, manifest: SnapshotManifest, old: DirectoryWriter, device: str, epoch: int
) -> None:
    """What differs from terminal to terminal: the newest own operation in the rows, and the configuration that came by
    the feed. Durable when it returns. Raises StorageFull or StoreError."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        _own_applied(connection, manifest, device, epoch)
        connection.execute("INSERT INTO fact VALUES (?, ?)", (SNAPSHOT_VERSION, manifest.version))
        for table, rows in (("entry", old.entries(_OBEYED)), ("bucket", old.progress(Bucket.CONFIG))):
            for row in rows:
                connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError as error:
        raise directory_disk.trouble(old.file(), error) from error


def _own_applied(connection: sqlite3.Connection, manifest: SnapshotManifest, device: str, epoch: int) -> None:
    own = connection.execute("SELECT seq FROM applied WHERE device = ? AND epoch = ?", (device, epoch)).fetchone()
    connection.execute("UPDATE bucket SET applied_seq = ?, as_of_ms = ?", (own[0] if own else 0, manifest.made_ms))
    connection.execute("DELETE FROM applied")
