"""The rows of a bucket by prefix, digested anew from what is on the disk: where two sides differ (sync.md, Feed)."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from protocol.feed import row_prefix, text_digest
from terminal.store.directory_rows import Place, Tally

_ROWS = "SELECT kind, key, digest, refused, body FROM entry WHERE bucket = ? AND round = ?"


@dataclass
class Kept:
    """Count and sum of some rows."""

    count: int = 0
    total: int = 0


def prefix_sums(connection: sqlite3.Connection, tally: Tally) -> dict[int, Kept]:
    """Count and sum of each prefix that has rows, by prefix."""
    sums: dict[int, Kept] = {}
    for place, digest, _ in _rows(connection, tally):
        kept = sums.setdefault(row_prefix(*place), Kept())
        kept.count, kept.total = kept.count + 1, kept.total + digest
    return sums


def digests(connection: sqlite3.Connection, tally: Tally, prefixes: Collection[int]) -> dict[Place, int]:
    """The digests of the rows of some prefixes."""
    return {place: digest for place, digest, _ in _rows(connection, tally) if row_prefix(*place) in prefixes}


def counted_anew(connection: sqlite3.Connection, tally: Tally) -> tuple[Kept, list[tuple[bytes, str, str, str]]]:
    """Count and sum of all rows, and the rows whose digest is not that of their content, with the one that is."""
    kept, wrong = Kept(), []
    for (kind, key), digest, stored in _rows(connection, tally):
        kept.count, kept.total = kept.count + 1, kept.total + digest
        if (right := digest.to_bytes(16, "big")) != stored:
            wrong.append((right, kind, key, tally.bucket))
    return kept, wrong


def _rows(connection: sqlite3.Connection, tally: Tally) -> Iterator[tuple[Place, int, bytes]]:
    """Place, digest and stored digest. A row that was refused counts as HQ sent it, whatever is kept in its place."""
    rows: Iterable[tuple[str, str, bytes, int, str]] = connection.execute(_ROWS, (tally.bucket, tally.round))
    for kind, key, stored, refused, body in rows:
        digest = int.from_bytes(stored, "big") if refused else text_digest(kind, key, body.encode())
        yield (kind, key), digest, stored
