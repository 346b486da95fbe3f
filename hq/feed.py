"""The feed: the newest version of each thing, numbered densely by one sequencer, with a sum that shows a missed row.

The sequencer is the bucket's own row, locked inside the writing transaction, so numbers never commit out of order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from hq.chunks import chunks
from hq.schema import feed_bucket, feed_row
from protocol import canonical
from protocol.feed import PAGE_ROWS, Bucket, FeedPage, FeedRow, RowKind, row_digest, sum_hex

BODY_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True)
class Row:
    """One thing as it is now; `body` None says that it is gone."""

    kind: RowKind
    key: str
    body: dict[str, Any] | None


def create_buckets(connection: Connection) -> None:
    rows = [{"bucket": bucket.value, "head": 0, "count": 0, "sum": sum_hex(0)} for bucket in Bucket]
    connection.execute(insert(feed_bucket), rows)


def publish(connection: Connection, bucket: Bucket, rows: Iterable[Row]) -> None:
    """Give each changed row the bucket's next numbers, in the order given, and carry count and sum along.

    A row that is the same as before keeps its number. Each (kind, key) may come once.
    """
    wanted = {(row.kind.value, row.key): row for row in rows}
    before = _bodies(connection, bucket, wanted)
    changed = [row for place, row in wanted.items() if _text(row.body) != before.get(place)]
    if not changed:
        return
    head, count, total = _lock(connection, bucket)
    for row in changed:
        old = before.get((row.kind.value, row.key))
        count += (row.body is not None) - (old is not None)
        total += _digest(row.kind, row.key, row.body)
        total -= _digest(row.kind, row.key, json.loads(old)) if old is not None else 0
    _replace(connection, bucket, changed, head)
    where = feed_bucket.c.bucket == bucket.value
    connection.execute(
        update(feed_bucket).where(where).values(head=head + len(changed), count=count, sum=sum_hex(total))
    )


def page(
    connection: Connection, bucket: Bucket, after: int, *, generation: int, applied_seq: int, as_of_ms: int
) -> FeedPage:
    """At most PAGE_ROWS rows after `after`; `applied_seq` must have been read in the same transaction."""
    head, count, total = _lock(connection, bucket)
    found = connection.execute(
        select(feed_row.c.cseq, feed_row.c.kind, feed_row.c.key, feed_row.c.body)
        .where(feed_row.c.bucket == bucket.value, feed_row.c.cseq > after)
        .order_by(feed_row.c.cseq)
        .limit(PAGE_ROWS)
    ).all()
    rows = tuple(
        FeedRow(cseq=cseq, kind=RowKind(kind), key=key, body=None if body is None else json.loads(body))
        for cseq, kind, key, body in found
    )
    return FeedPage(
        bucket=bucket,
        generation=generation,
        rows=rows,
        cursor=rows[-1].cseq if len(rows) == PAGE_ROWS else head,
        head=head,
        count=count,
        sum=sum_hex(total),
        applied_seq=applied_seq,
        as_of_ms=as_of_ms,
    )


def head_of(connection: Connection, bucket: Bucket) -> int:
    return _lock(connection, bucket)[0]


def _lock(connection: Connection, bucket: Bucket) -> tuple[int, int, int]:
    query = select(feed_bucket.c.head, feed_bucket.c.count, feed_bucket.c.sum)
    head, count, total = connection.execute(query.where(feed_bucket.c.bucket == bucket.value).with_for_update()).one()
    return head, count, int(total, 16)


def _bodies(
    connection: Connection, bucket: Bucket, places: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], str | None]:
    query = select(feed_row.c.kind, feed_row.c.key, feed_row.c.body).where(feed_row.c.bucket == bucket.value)
    found: dict[tuple[str, str], str | None] = {}
    for some in chunks([key for _, key in places]):
        for kind, key, body in connection.execute(query.where(feed_row.c.key.in_(some))):
            found[kind, key] = body
    return found


def _replace(connection: Connection, bucket: Bucket, rows: Sequence[Row], head: int) -> None:
    place = (feed_row.c.bucket == bucket.value) & (feed_row.c.kind == bindparam("b_kind"))
    connection.execute(
        delete(feed_row).where(place & (feed_row.c.key == bindparam("b_key"))),
        [{"b_kind": row.kind.value, "b_key": row.key} for row in rows],
    )
    connection.execute(
        insert(feed_row),
        [
            {
                "bucket": bucket.value,
                "kind": row.kind.value,
                "key": row.key,
                "cseq": cseq,
                "prefix": _prefix(row),
                "body": _text(row.body),
            }
            for cseq, row in enumerate(rows, head + 1)
        ],
    )


def _text(body: dict[str, Any] | None) -> str | None:
    return None if body is None else canonical.encode(body, BODY_LIMIT).decode()


def _prefix(row: Row) -> int:
    return hashlib.sha256(f"{row.kind.value}:{row.key}".encode()).digest()[0]


def _digest(kind: RowKind, key: str, body: dict[str, Any] | None) -> int:
    return 0 if body is None else row_digest(kind.value, key, body)
