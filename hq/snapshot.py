"""Making a snapshot: all rows of the feed as a directory file, packed, cut into chunks and signed (sync.md, Feed).

It is read at one moment and does not stop ingest: on PostgreSQL in one REPEATABLE READ transaction, on SQLite from a
copy of the database, which is made first. The configuration is left out: what a terminal obeys comes by the feed.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import zstandard
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.pool import NullPool

from hq import feed_repair, snapshot_files
from hq.database import Database
from hq.keys import Keys
from hq.problems import HqError
from hq.schema import feed_applied, feed_row
from protocol.directory_file import MARKS, PUT_BUCKET, PUT_ENTRY, TABLES
from protocol.feed import Bucket, BucketHead, sum_hex, text_digest
from protocol.signing import Signed
from protocol.snapshot import CHUNK_BYTES, SNAPSHOT, SnapshotManifest

LEVEL = 9  # of zstd: a night's work
ROWS_AT_ONCE = 5000
TRIES, TRY_S = 240, 0.25  # to copy a SQLite that is being written
_BUILDING, _FILE, _COPY, _LOCK = "building", "directory.db", "copy.db", "lock"
_FAST = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536")  # a file that fails is thrown away
_Row = tuple[str, str, str, int, int, int, bytes, int, str]


def feed_rows(connection: Connection) -> Iterator[_Row]:
    """In the order of the file's key, so that its pages are full."""
    query = (
        select(feed_row.c.kind, feed_row.c.key, feed_row.c.bucket, feed_row.c.cseq, feed_row.c.body)
        .where(feed_row.c.body.is_not(None), feed_row.c.bucket != Bucket.CONFIG.value)
        .order_by(feed_row.c.kind, feed_row.c.key)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for kind, key, bucket, cseq, body in connection.execute(query):
        digest = text_digest(kind, key, body.encode()).to_bytes(16, "big")
        yield kind, key, bucket, 1, cseq, 0, digest, 0, body


@dataclass(frozen=True)
class Source:
    """What a snapshot is made of: HQ's folder, database, keys and generation; how its rows are read, and cut."""

    state: Path
    database: Database
    keys: Keys
    generation: int
    rows: Callable[[Connection], Iterator[_Row]] = feed_rows
    chunk_bytes: int = CHUNK_BYTES


def build(source: Source, now_ms: int) -> SnapshotManifest:
    """Make a snapshot of what is in the feed, and offer it to terminals. Raises HqError if its rows do not add up, or
    for a disk that refuses; then nothing has changed."""
    folder = source.state / snapshot_files.FOLDER / _BUILDING
    with _alone(folder.parent):
        return _build(source, folder, now_ms)


def _build(source: Source, folder: Path, now_ms: int) -> SnapshotManifest:
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        with _one_moment(source.database, folder) as connection:
            heads = _write(connection, folder / _FILE, source, now_ms)
        return _offer(source, folder, heads, now_ms)
    except (OSError, sqlite3.DatabaseError) as error:
        raise HqError(f"no snapshot was made: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time. Raises HqError if another is at work."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / _LOCK).open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HqError("no snapshot was made: another process makes one now") from None
        yield


@contextmanager
def _one_moment(database: Database, folder: Path) -> Iterator[Connection]:
    """Everything as of one moment. Only HQ in memory has nobody write meanwhile."""
    with database.reading() as connection:
        file = connection.engine.url.database if database.dialect == "sqlite" else None
        if file is None or file == ":memory:":
            yield connection
            return
    _copy(Path(file), folder / _COPY)
    engine = create_engine(f"sqlite:///{folder / _COPY}", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _copy(file: Path, copy: Path) -> None:
    """A copy in one step, between two transactions of others. Raises HqError if there is none such for a minute."""
    tries = itertools.count(1)

    def look(_status: int, remaining: int, _pages: int) -> None:
        if remaining and next(tries) > TRIES:
            raise HqError(f"no snapshot was made: {file} is busy without end")

    address = f"{file.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target, progress=look, sleep=TRY_S)


def _write(connection: Connection, path: Path, source: Source, now_ms: int) -> tuple[BucketHead, ...]:
    """The directory file; returns where its feed goes on. Raises HqError unless rows and sums agree."""
    told = feed_repair.heads(connection, generation=source.generation, applied_seq=0, as_of_ms=now_ms)
    heads = {head.bucket.value: head for head in told.heads if head.bucket is not Bucket.CONFIG}
    file = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in (*(f"PRAGMA {pragma}" for pragma in _FAST), *TABLES, *MARKS, "BEGIN"):
            file.execute(statement)
        sums = dict.fromkeys(heads, (0, 0))
        file.executemany(PUT_ENTRY, _counted(source.rows(connection), sums))
        for bucket, (count, total) in sums.items():
            if (count, sum_hex(total)) != (heads[bucket].count, heads[bucket].sum):
                raise HqError(f"no snapshot was made: the rows of {bucket} do not add up to their sum")
        file.executemany(PUT_BUCKET, [_bucket_row(head, source.generation, now_ms) for head in heads.values()])
        file.executemany("INSERT INTO applied VALUES (?, ?, ?)", _applied(connection))
        file.execute("COMMIT")
    finally:
        file.close()
    return tuple(heads.values())


def _counted(rows: Iterator[_Row], sums: dict[str, tuple[int, int]]) -> Iterator[_Row]:
    for row in rows:
        count, total = sums[row[2]]
        sums[row[2]] = (count + 1, total + int.from_bytes(row[6], "big"))
        yield row


def _bucket_row(head: BucketHead, generation: int, now_ms: int) -> tuple[str, int, int, int, str, int, int]:
    return head.bucket.value, generation, head.head, head.count, head.sum, 0, now_ms


def _applied(connection: Connection) -> list[tuple[str, int, int]]:
    """The newest operation of each device that is in the rows."""
    found = connection.execute(select(feed_applied.c.device, feed_applied.c.epoch, feed_applied.c.seq))
    return [(device, epoch, seq) for device, epoch, seq in found]


def _offer(source: Source, folder: Path, heads: tuple[BucketHead, ...], now_ms: int) -> SnapshotManifest:
    """Pack the file, and make it the newest snapshot."""
    size, digest, packed, hashes = _pack(folder / _FILE, folder, source.chunk_bytes)
    for name in (_FILE, _COPY):
        with suppress(FileNotFoundError):
            (folder / name).unlink()
    _sync_folder(folder)
    with source.database.transaction() as connection:
        manifest = SnapshotManifest(
            version=snapshot_files.next_version(connection, source.generation),
            generation=source.generation,
            made_ms=now_ms,
            size=size,
            packed=packed,
            sha256=digest,
            chunks=tuple(hashes),
            heads=heads,
        )
        signed = Signed.make(SNAPSHOT, manifest.model_dump(mode="json"), source.keys.signing)
        place = snapshot_files.folder_of(source.state, manifest.version)
        shutil.rmtree(place, ignore_errors=True)
        folder.replace(place)
        _sync_folder(place.parent)
        old = snapshot_files.record(connection, manifest, signed)
    for version in old:
        snapshot_files.throw_away(source.state, version)
    return manifest


def _pack(file: Path, folder: Path, chunk_bytes: int) -> tuple[int, str, int, list[str]]:
    """Size and hash of the file, size and hashes of its packed chunks, which lie in `folder` durably."""
    whole, size, packed = hashlib.sha256(), 0, 0
    hashes: list[str] = []
    with file.open("rb") as content:
        for portion, data in _packed(content, chunk_bytes):
            whole.update(portion)
            size, packed = size + len(portion), packed + len(data)
            if data:
                _keep(snapshot_files.chunk_path(folder, len(hashes)), data)
                hashes.append(hashlib.sha256(data).hexdigest())
    return size, whole.hexdigest(), packed, hashes


def _packed(content: IO[bytes], chunk_bytes: int) -> Iterator[tuple[bytes, bytes]]:
    """What was read, and what has become of it: chunks of `chunk_bytes`, the last one shorter."""
    compressor: Any = zstandard.ZstdCompressor(level=LEVEL, threads=-1).chunker(chunk_size=chunk_bytes)
    while portion := content.read(chunk_bytes):
        yield portion, b""
        for data in compressor.compress(portion):
            yield b"", data
    for data in compressor.finish():
        yield b"", data


def _keep(path: Path, data: bytes) -> None:
    with path.open("wb") as chunk:
        chunk.write(data)
        chunk.flush()
        os.fsync(chunk.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
