"""Writing `directory.db`: the sync agent applies HQ's feed, page by page, and knows when a row is missing.

Rows, tombstones, cursor and sum are one transaction. A bucket that has to start again keeps its old rows until the new
pass has reached the end, so the till never stands without a directory (docs/feed.md).
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from protocol.feed import Bucket, FeedHeads, FeedPage, FeedRow, RowKind, sum_hex
from terminal.errors import StoreError
from terminal.store import directory_disk, directory_leaves
from terminal.store.bucket_state import READ_BUCKET, BucketState, bucket_state
from terminal.store.directory_leaves import Kept
from terminal.store.directory_rows import Place, Tally, drop, put

log = logging.getLogger(__name__)
_NEW_BUCKET = "INSERT OR IGNORE INTO bucket VALUES (?, 1, 0, 0, 0, ?, 0, NULL, 0, 0, 0)"
_RESTART = """UPDATE bucket SET round = round + 1, generation = 0, cursor = 0, count = 0, sum = ?, restarted = ?
WHERE bucket = ?"""
_AT_HEAD = "UPDATE bucket SET applied_seq = ?, as_of_ms = ?, mismatch = 0, restarted = 0 WHERE bucket = ?"
_COUNTED = "UPDATE bucket SET count = ?, sum = ? WHERE bucket = ?"
_ENTRIES = "SELECT * FROM entry WHERE kind = ?"
_TALLY = "SELECT bucket, round, count, sum FROM bucket WHERE bucket = ?"

__all__ = ["Applied", "DirectoryWriter", "Place"]


@dataclass(frozen=True)
class Applied:
    """What a page did. `caught_up`: the bucket is at HQ's head. `mismatch`: it is, and its rows do not add up."""

    caught_up: bool
    mismatch: bool
    changed: bool


@dataclass(frozen=True)
class Confirmed:
    """What HQ's heads say of our buckets: those that have news at HQ, and those at the head that do not add up."""

    behind: tuple[Bucket, ...]
    wrong: tuple[Bucket, ...]


class DirectoryWriter:
    """The one writer of a directory; a damaged file is replaced by an empty one, since HQ can send it again.

    Methods raise StorageFull when the disk is full (nothing was written) and StoreError for what else a disk does.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = directory_disk.open_or_replace(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

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

    def restart(self, bucket: Bucket, *, because_wrong: bool = False) -> None:
        """Begin the bucket again from cursor zero; its rows stay until they have been seen again or not."""
        with self._transaction():
            self._db.execute(_RESTART, (sum_hex(0), int(because_wrong), bucket.value))

    def apply(self, page: FeedPage, refused: Collection[Place] = ()) -> Applied:
        """Apply a page that continues this bucket; `refused` are the (kind, key) whose new bodies must stay out.

        Raises StoreError for a page that does not continue.
        """
        name = page.bucket.value
        with self._transaction():
            self._db.execute(_NEW_BUCKET, (name, sum_hex(0)))
            cursor, generation = self._db.execute(
                "SELECT cursor, generation FROM bucket WHERE bucket = ?", (name,)
            ).fetchone()
            _must_continue(page, cursor, generation)
            tally = self._tally(page.bucket)
            changed = self._put_all(page.rows, tally, page.applied_seq, refused)
            self._db.execute(
                "UPDATE bucket SET generation = ?, cursor = ? WHERE bucket = ?", (page.generation, page.cursor, name)
            )
            if page.cursor < page.head:
                return Applied(False, False, changed)
            return self._reached_head(page, tally, changed)

    def apply_early(self, page: FeedPage, refused: Collection[Place] = ()) -> bool:
        """Rows of a page that does not continue the bucket, before their turn: the cursor stays. Returns whether they
        were news. Raises StoreError if the bucket is in another generation, or has not begun."""
        with self._transaction():
            self._db.execute(_NEW_BUCKET, (page.bucket.value, sum_hex(0)))
            state = self.bucket(page.bucket)
            if state is None or (state.cursor and state.generation != page.generation):
                raise StoreError(f"{page.bucket.value}: rows of generation {page.generation} do not belong here")
            return self._put_all(page.rows, self._tally(page.bucket), page.applied_seq, refused)

    def confirm(self, heads: FeedHeads) -> Confirmed:
        """Compare all buckets with HQ's heads. One that is at its head and adds up is as of now, and holds all that HQ
        has applied: HQ has made no newer row."""
        behind, wrong = [], []
        with self._transaction():
            for head in heads.heads:
                state = self.bucket(head.bucket)
                if state is None or (state.cursor, state.generation) != (head.head, heads.generation):
                    behind.append(head.bucket)
                elif (state.count, state.sum) != (head.count, head.sum):
                    wrong.append(head.bucket)
                    self._db.execute("UPDATE bucket SET mismatch = 1 WHERE bucket = ?", (head.bucket.value,))
                else:
                    self._db.execute(_AT_HEAD, (heads.applied_seq, heads.as_of_ms, head.bucket.value))
        return Confirmed(tuple(behind), tuple(wrong))

    def prefix_sums(self, bucket: Bucket) -> dict[int, Kept]:
        """Count and sum of each part of a bucket, from the rows themselves: reads the whole directory."""
        return directory_leaves.prefix_sums(self._db, self._tally(bucket))

    def digests(self, bucket: Bucket, prefixes: Collection[int]) -> dict[Place, int]:
        """The digests of all rows of some parts, from the rows themselves: reads the whole directory."""
        return directory_leaves.digests(self._db, self._tally(bucket), prefixes)

    def repair(
        self,
        bucket: Bucket,
        rows: Iterable[FeedRow],
        gone: Iterable[Place],
        applied_seq: int,
        refused: Collection[Place],
    ) -> None:
        """Put HQ's rows in the place of ours, and take out those that HQ does not have. The cursor stays."""
        with self._transaction():
            tally = self._tally(bucket)
            for place in gone:
                drop(self._db, place, tally)
            self._put_all(rows, tally, applied_seq, refused, anyway=True)

    def recount(self, bucket: Bucket) -> bool:
        """Digests, count and sum from the rows themselves: what was kept along misses what a disk has done. Returns
        whether it was right."""
        before = self._tally(bucket)
        kept, wrong = directory_leaves.counted_anew(self._db, before)
        if before.agrees(kept.count, sum_hex(kept.total)) and not wrong:
            return True
        with self._transaction():
            self._db.executemany("UPDATE entry SET digest = ? WHERE kind = ? AND key = ? AND bucket = ?", wrong)
            self._db.execute(_COUNTED, (kept.count, sum_hex(kept.total), bucket.value))
        return False

    def fact(self, name: str) -> int | None:
        row = self._db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else int(row[0])

    def bodies(self, kind: RowKind) -> list[str]:
        """The JSON of every row of a kind, as it is in use."""
        query = "SELECT body FROM entry WHERE kind = ? AND body IS NOT NULL ORDER BY key"
        return [row[0] for row in self._db.execute(query, (kind.value,))]

    def entries(self, kinds: Iterable[str]) -> list[tuple[Any, ...]]:
        """The rows of some kinds as they lie in the table, for another file of the same format."""
        return [row for kind in kinds for row in self._db.execute(_ENTRIES, (kind,))]

    def progress(self, bucket: Bucket) -> list[tuple[Any, ...]]:
        """The row that says how far a bucket has come, as it lies in the table."""
        return self._db.execute("SELECT * FROM bucket WHERE bucket = ?", (bucket.value,)).fetchall()

    def file(self) -> Path:
        """The file itself, where `path` is a link to it."""
        return self._path.resolve()

    def adopt(self, made: Path, connection: sqlite3.Connection) -> None:
        """Put the file `made`, which `connection` has open, in the place of this directory and go on with it. The old
        one is in use until then. Raises StoreError; then the old one stays."""
        directory_disk.swap(self._path, made)
        old, self._db = self._db, connection
        old.close()

    def _tally(self, bucket: Bucket) -> Tally:
        name, round_, count, total = self._db.execute(_TALLY, (bucket.value,)).fetchone()
        return Tally(name, round_, count, int(total, 16))

    def _put_all(
        self,
        rows: Iterable[FeedRow],
        tally: Tally,
        applied_seq: int,
        refused: Collection[Place],
        *,
        anyway: bool = False,
    ) -> bool:
        news = [put(self._db, row, tally, applied_seq, refused, anyway=anyway) for row in rows]
        self._db.execute(_COUNTED, (tally.count, sum_hex(tally.total), tally.bucket))
        return any(news)

    def _reached_head(self, page: FeedPage, tally: Tally, changed: bool) -> Applied:
        """Rows that the pass has not seen are not HQ's any more."""
        name = page.bucket.value
        swept = self._db.execute("SELECT swept FROM bucket WHERE bucket = ?", (name,)).fetchone()[0]
        if swept != tally.round:
            gone = self._db.execute("DELETE FROM entry WHERE bucket = ? AND round <> ?", (name, tally.round)).rowcount
            self._db.execute("UPDATE bucket SET swept = round WHERE bucket = ?", (name,))
            changed = changed or gone > 0
        if not tally.agrees(page.count, page.sum):
            self._db.execute("UPDATE bucket SET mismatch = 1 WHERE bucket = ?", (name,))
            return Applied(True, True, changed)
        self._db.execute(_AT_HEAD, (page.applied_seq, page.as_of_ms, name))
        return Applied(True, False, changed)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.DatabaseError as error:
            raise directory_disk.trouble(self._path, error) from error


def _must_continue(page: FeedPage, cursor: int, generation: int) -> None:
    name = page.bucket.value
    if cursor and page.generation != generation:
        raise StoreError(f"{name}: a page of generation {page.generation} cannot follow one of {generation}")
    places = [row.cseq for row in page.rows]
    if places != sorted(set(places)) or (places and not cursor < places[0] <= places[-1] <= page.cursor):
        raise StoreError(f"{name}: the rows of a page do not follow cursor {cursor}")
    if not cursor <= page.cursor <= page.head:
        raise StoreError(f"{name}: a page from {cursor} to {page.cursor} of {page.head} goes backwards")
