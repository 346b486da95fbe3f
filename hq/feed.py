"""The feed: the newest version of each thing, numbered densely in its bucket, with sums that show a missed row.

`publish` holds the bucket's row until its transaction ends, so numbers never commit out of order. What changes all
the time, members and cards, is only noted by the transaction that changes it, and published by `hq.sequencer`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from hq.bulk import insert_all, upsert_all
from hq.chunks import chunks
from hq.schema import feed_bucket, feed_prefix, feed_row
from protocol import canonical
from protocol.feed import (
    BODY_LIMIT,
    PAGE_ROWS,
    Bucket,
    FeedPage,
    FeedRow,
    RowKind,
    row_prefix,
    sum_hex,
    text_digest,
)

Place = tuple[str, str]  # kind and key


@dataclass(frozen=True)
class Row:
    """One thing as it is now; `body` None says that it is gone."""

    kind: RowKind
    key: str
    body: dict[str, Any] | None


def create_buckets(connection: Connection) -> None:
    rows = [{"bucket": bucket.value, "head": 0, "count": 0, "sum": sum_hex(0), "floor": 0} for bucket in Bucket]
    insert_all(connection, feed_bucket, rows)


def publish(connection: Connection, bucket: Bucket, rows: Iterable[Row], now_ms: int = 0) -> None:
    """Give each changed row the bucket's next numbers, in the order given, and carry counts and sums along.

    A row that is the same as before keeps its number. Each (kind, key) may come once. `now_ms` dates tombstones.
    """
    wanted = {(row.kind.value, row.key): _text(row.body) for row in rows}
    head, count, total = _lock(connection, bucket)
    before = _bodies(connection, bucket, wanted)
    changed = {place: text for place, text in wanted.items() if text != before.get(place)}
    if not changed:
        return
    parts = _changes(changed, before)
    _replace(connection, bucket, changed, head, now_ms)
    _carry(connection, bucket, parts)
    count += sum(more for more, _ in parts.values())
    total += sum(more for _, more in parts.values())
    where = feed_bucket.c.bucket == bucket.value
    connection.execute(
        update(feed_bucket).where(where).values(head=head + len(changed), count=count, sum=sum_hex(total))
    )


def page(
    connection: Connection, bucket: Bucket, after: int, *, generation: int, applied_seq: int, as_of_ms: int
) -> FeedPage:
    """At most PAGE_ROWS rows after `after`. Everything here and `applied_seq` must be of one moment: `reading`."""
    head, count, total = _state(connection, bucket)
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
    return _state(connection, bucket)[0]


def prefix_sums(connection: Connection, bucket: Bucket) -> dict[int, tuple[int, str]]:
    """Count and sum (hex) of the live rows of each 256th of a bucket that ever had one."""
    query = select(feed_prefix.c.prefix, feed_prefix.c["count"], feed_prefix.c.sum)
    rows = connection.execute(query.where(feed_prefix.c.bucket == bucket.value).order_by(feed_prefix.c.prefix))
    return {prefix: (count, total) for prefix, count, total in rows}


def _lock(connection: Connection, bucket: Bucket) -> tuple[int, int, int]:
    return _state(connection, bucket, lock=True)


def _state(connection: Connection, bucket: Bucket, *, lock: bool = False) -> tuple[int, int, int]:
    query = select(feed_bucket.c.head, feed_bucket.c["count"], feed_bucket.c.sum)
    query = query.where(feed_bucket.c.bucket == bucket.value)
    head, count, total = connection.execute(query.with_for_update() if lock else query).one()
    return head, count, int(total, 16)


def _bodies(connection: Connection, bucket: Bucket, places: Iterable[Place]) -> dict[Place, str | None]:
    query = select(feed_row.c.kind, feed_row.c.key, feed_row.c.body).where(feed_row.c.bucket == bucket.value)
    found: dict[Place, str | None] = {}
    for some in chunks(sorted({key for _, key in places})):
        for kind, key, body in connection.execute(query.where(feed_row.c.key.in_(some))):
            found[kind, key] = body
    return found


def _changes(changed: dict[Place, str | None], before: dict[Place, str | None]) -> dict[int, tuple[int, int]]:
    """By prefix: how much its count and its sum grow."""
    parts: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for place, text in changed.items():
        old, prefix = before.get(place), row_prefix(*place)
        count, total = parts[prefix]
        total += _digest(place, text) - _digest(place, old)
        parts[prefix] = (count + (text is not None) - (old is not None), total)
    return parts


def _carry(connection: Connection, bucket: Bucket, parts: dict[int, tuple[int, int]]) -> None:
    before = prefix_sums(connection, bucket)
    rows = []
    for prefix, (more, difference) in sorted(parts.items()):
        count, total = before.get(prefix, (0, sum_hex(0)))
        total = sum_hex(int(total, 16) + difference)
        rows.append({"bucket": bucket.value, "prefix": prefix, "count": count + more, "sum": total})
    upsert_all(connection, feed_prefix, rows)


def _replace(connection: Connection, bucket: Bucket, changed: dict[Place, str | None], head: int, now_ms: int) -> None:
    rows = [
        {
            "bucket": bucket.value,
            "kind": kind,
            "key": key,
            "cseq": cseq,
            "prefix": row_prefix(kind, key),
            "body": text,
            "gone_ms": now_ms if text is None else None,
        }
        for cseq, ((kind, key), text) in enumerate(changed.items(), head + 1)
    ]
    for some in chunks(rows):
        upsert_all(connection, feed_row, some)


def _text(body: dict[str, Any] | None) -> str | None:
    return None if body is None else canonical.encode(body, BODY_LIMIT).decode()


def _digest(place: Place, text: str | None) -> int:
    return 0 if text is None else text_digest(*place, text.encode())


def forget_tombstones(connection: Connection, before_ms: int) -> int:
    """Delete tombstones older than `before_ms` and raise each bucket's floor over them; how many there were."""
    old = feed_row.c.body.is_(None) & (feed_row.c.gone_ms < before_ms)
    newest = select(feed_row.c.bucket, func.max(feed_row.c.cseq)).where(old).group_by(feed_row.c.bucket)
    for bucket, cseq in sorted(connection.execute(newest).all()):
        connection.execute(update(feed_bucket).where(feed_bucket.c.bucket == bucket).values(floor=cseq))
    return connection.execute(delete(feed_row).where(old)).rowcount
