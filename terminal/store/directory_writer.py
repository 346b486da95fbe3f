"""Writing `directory.db`: the sync agent applies HQ's feed, page by page, and knows when a row is missing.

Rows, tombstones, cursor and sum are one transaction. A bucket that has to start again keeps its old rows until the new
pass has reached the end, so the till never stands without a directory (docs/decisions/0004).
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from protocol import canonical
from protocol.feed import Bucket, FeedPage, FeedRow, row_digest, sum_hex
from terminal.errors import StorageFull, StoreError
from terminal.store.bucket_state import READ_BUCKET, BucketState, bucket_state
from terminal.store.directory_schema import migrations

log = logging.getLogger(__name__)
BODY_LIMIT = 4 * 1024 * 1024
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "mmap_size = 0")
_NEW_BUCKET = "INSERT OR IGNORE INTO bucket VALUES (?, 1, 0, 0, 0, ?, 0, NULL, 0, 0)"
_PUT = """INSERT INTO entry (kind, key, bucket, round, cseq, applied_seq, digest, refused, body)
VALUES (:kind, :key, :bucket, :round, :cseq, :applied_seq, :digest, :refused, :body)
ON CONFLICT (kind, key) DO UPDATE SET bucket = excluded.bucket, round = excluded.round, cseq = excluded.cseq,
applied_seq = excluded.applied_seq, digest = excluded.digest, refused = excluded.refused,
body = CASE excluded.refused WHEN 1 THEN body ELSE excluded.body END"""
_RESTART = "UPDATE bucket SET round = round + 1, generation = 0, cursor = 0, count = 0, sum = ? WHERE bucket = ?"

Place = tuple[str, str]


@dataclass(frozen=True)
class Applied:
    """What a page did. `caught_up`: the bucket is at HQ's head. `mismatch`: it got there and the sum was another."""

    caught_up: bool
    mismatch: bool
    changed: bool


@dataclass
class _Tally:
    """Count and sum of the rows of one round."""

    count: int
    total: int

    def take_out(self, digest: str | None) -> None:
        if digest is not None:
            self.count, self.total = self.count - 1, self.total - int(digest, 16)

    def put_in(self, digest: int) -> None:
        self.count, self.total = self.count + 1, self.total + digest

    def agrees(self, page: FeedPage) -> bool:
        return self.count == page.count and sum_hex(self.total) == page.sum


class DirectoryWriter:
    """The one writer of a directory; a damaged file is replaced by an empty one, since HQ can send it again.

    Methods raise StorageFull when the disk is full (nothing was written) and StoreError for what else a disk does.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._db = _open(path)
        except sqlite3.OperationalError as error:
            raise StoreError(f"{path} cannot be opened: {error}") from error
        except sqlite3.DatabaseError as error:
            log.warning("%s is damaged (%s): starting again with an empty one", path, error)
            for suffix in ("", "-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
            self._db = _open(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._db.conn.close()

    def bucket(self, bucket: Bucket) -> BucketState | None:
        return bucket_state(self._db.execute(READ_BUCKET, (bucket.value,)).fetchone())

    def body(self, kind: str, key: str) -> str | None:
        """The JSON of a row."""
        row = self._db.execute("SELECT body FROM entry WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return None if row is None else row[0]

    def refused(self) -> int:
        """How many rows were kept out and not yet replaced by good ones."""
        row = self._db.execute("SELECT count(*) FROM entry WHERE refused = 1").fetchone()
        return int(row[0])

    def restart(self, bucket: Bucket) -> None:
        """Begin the bucket again from cursor zero; its rows stay until they have been seen again or not."""
        with self._transaction():
            self._db.execute(_RESTART, (sum_hex(0), bucket.value))

    def apply(self, page: FeedPage, refused: Collection[Place] = ()) -> Applied:
        """Apply a page that continues this bucket; `refused` are the (kind, key) whose new bodies must stay out.

        If the rows do not add up at HQ's head, the bucket starts again from zero, once. Raises StoreError for a page
        that does not continue.
        """
        name = page.bucket.value
        with self._transaction():
            self._db.execute(_NEW_BUCKET, (name, sum_hex(0)))
            question = "SELECT round, generation, cursor, count, sum, restarted FROM bucket WHERE bucket = ?"
            round_, generation, cursor, count, total, restarted = self._db.execute(question, (name,)).fetchone()
            _must_continue(page, cursor, generation)
            tally = _Tally(count, int(total, 16))
            for row in page.rows:
                self._put(row, page, round_, tally, refused)
            self._db.execute(
                "UPDATE bucket SET generation = ?, cursor = ?, count = ?, sum = ? WHERE bucket = ?",
                (page.generation, page.cursor, tally.count, sum_hex(tally.total), name),
            )
            if page.cursor < page.head:
                return Applied(False, False, bool(page.rows))
            return self._reached_head(page, round_, tally.agrees(page), bool(restarted))

    def _put(self, row: FeedRow, page: FeedPage, round_: int, tally: _Tally, refused: Collection[Place]) -> None:
        place = (row.kind.value, row.key)
        old = self._db.execute("SELECT digest, round FROM entry WHERE kind = ? AND key = ?", place).fetchone()
        tally.take_out(old[0] if old and old[1] == round_ else None)
        if row.body is None:
            self._db.execute("DELETE FROM entry WHERE kind = ? AND key = ?", place)
            return
        digest = row_digest(*place, row.body)
        tally.put_in(digest)
        is_refused = place in refused
        fields: dict[str, Any] = {
            "kind": place[0],
            "key": place[1],
            "bucket": page.bucket.value,
            "round": round_,
            "cseq": row.cseq,
            "applied_seq": page.applied_seq,
            "digest": f"{digest:032x}",
            "refused": int(is_refused),
            "body": None if is_refused else canonical.encode(row.body, BODY_LIMIT).decode(),
        }
        self._db.execute(_PUT, fields)

    def _reached_head(self, page: FeedPage, round_: int, agrees: bool, restarted: bool) -> Applied:
        name = page.bucket.value
        swept = self._db.execute("DELETE FROM entry WHERE bucket = ? AND round <> ?", (name, round_)).rowcount
        if not agrees and not restarted:
            self._db.execute("UPDATE bucket SET mismatch = 1, restarted = 1 WHERE bucket = ?", (name,))
            self._db.execute(_RESTART, (sum_hex(0), name))
            return Applied(False, True, True)
        self._db.execute(
            "UPDATE bucket SET applied_seq = ?, as_of_ms = ?, mismatch = ?, restarted = ? WHERE bucket = ?",
            (page.applied_seq, page.as_of_ms, int(not agrees), int(not agrees), name),
        )
        return Applied(True, not agrees, bool(page.rows) or swept > 0)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._db.atomic():
                yield
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise StorageFull(f"no space left for {self._path.name}: sales go on, HQ's news waits") from error
            raise StoreError(f"{self._path} cannot be written: {error}") from error


def _open(path: Path) -> Database:
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if said != "ok":
            raise sqlite3.DatabaseError(said)
        db = Database(connection, execute_plugins=False)
        migrations.apply(db)
    except BaseException:
        connection.close()
        raise
    return db


def _must_continue(page: FeedPage, cursor: int, generation: int) -> None:
    name = page.bucket.value
    if cursor and page.generation != generation:
        raise StoreError(f"{name}: a page of generation {page.generation} cannot follow one of {generation}")
    places = [row.cseq for row in page.rows]
    if places != sorted(set(places)) or (places and not cursor < places[0] <= places[-1] <= page.cursor):
        raise StoreError(f"{name}: the rows of a page do not follow cursor {cursor}")
    if not cursor <= page.cursor <= page.head:
        raise StoreError(f"{name}: a page from {cursor} to {page.cursor} of {page.head} goes backwards")
