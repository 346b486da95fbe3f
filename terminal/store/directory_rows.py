"""One row into `directory.db`, with the count and sum of its bucket carried along."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from protocol import canonical
from protocol.feed import BODY_LIMIT, FeedRow, sum_hex, text_digest

Place = tuple[str, str]
_OLD = "SELECT digest, round, cseq FROM entry WHERE kind = ? AND key = ? AND bucket = ?"
_DROP = "DELETE FROM entry WHERE kind = ? AND key = ? AND bucket = ?"
_PUT = """INSERT INTO entry (kind, key, bucket, round, cseq, applied_seq, digest, refused, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, key, bucket) DO UPDATE SET round = excluded.round, cseq = excluded.cseq,
applied_seq = excluded.applied_seq, digest = excluded.digest, refused = excluded.refused,
body = CASE excluded.refused WHEN 1 THEN body ELSE excluded.body END"""


@dataclass
class Tally:
    """Count and sum of the rows of one round of one bucket, as they change."""

    bucket: str
    round: int
    count: int
    total: int

    def agrees(self, count: int, total: str) -> bool:
        return self.count == count and sum_hex(self.total) == total

    def take_out(self, digest: bytes) -> None:
        self.count, self.total = self.count - 1, self.total - int.from_bytes(digest, "big")

    def put_in(self, digest: int) -> None:
        self.count, self.total = self.count + 1, self.total + digest


def put(
    connection: sqlite3.Connection,
    row: FeedRow,
    tally: Tally,
    applied_seq: int,
    refused: Collection[Place],
    *,
    anyway: bool = False,
) -> bool:
    """Write a row, or its tombstone; returns whether it was news. Unless `anyway`, an older version than the one at
    hand stays out: rows that were fetched before their turn are met again."""
    kind, key = row.kind.value, row.key
    old = connection.execute(_OLD, (kind, key, tally.bucket)).fetchone()
    if old and old[1] == tally.round:
        if old[2] > row.cseq and not anyway:
            return False
        tally.take_out(old[0])
    if row.body is None:
        connection.execute(_DROP, (kind, key, tally.bucket))
        return True
    text = canonical.encode(row.body, BODY_LIMIT)
    digest = text_digest(kind, key, text)
    tally.put_in(digest)
    out = (kind, key) in refused
    body = None if out else text.decode()
    stored = digest.to_bytes(16, "big")
    connection.execute(_PUT, (kind, key, tally.bucket, tally.round, row.cseq, applied_seq, stored, int(out), body))
    return True


def drop(connection: sqlite3.Connection, place: Place, tally: Tally) -> None:
    """Take out a row that HQ does not have."""
    old = connection.execute(_OLD, (*place, tally.bucket)).fetchone()
    if old and old[1] == tally.round:
        tally.take_out(old[0])
    connection.execute(_DROP, (*place, tally.bucket))
