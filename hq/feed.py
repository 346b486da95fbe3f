"""The feed: the newest version of each thing, numbered densely in its bucket, with sums that show a missed row.

`publish` holds the bucket's row until its transaction ends, so numbers never commit out of order. What changes all
the time, members and cards, is only noted by the transaction that changes it, and published by `hq.sequencer`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, tuple_, update

from hq.bulk import insert_all, update_all, upsert_all
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

Place = tuple[Bucket, str, str]  # bucket, kind and key
_Part = tuple[Bucket, int]  # a bucket's prefix
_PLACE = tuple_(feed_row.c.bucket, feed_row.c.kind, feed_row.c.key)
_PAGE = (  # asked all the time, so it is made once
    select(feed_row.c.cseq, feed_row.c.kind, feed_row.c.key, feed_row.c.body)
    .where(feed_row.c.bucket == bindparam("bucket"), feed_row.c.cseq > bindparam("after"))
    .order_by(feed_row.c.cseq)
    .limit(PAGE_ROWS)
)


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
    publish_all(connection, {bucket: rows}, now_ms)


def publish_all(connection: Connection, buckets: Mapping[Bucket, Iterable[Row]], now_ms: int) -> None:
    """`publish` into several buckets, in as few statements as into one."""
    states = _lock(connection, sorted(buckets))
    wanted = {(b, row.kind.value, row.key): _text(row.body) for b in states for row in buckets[b]}
    before = _bodies(connection, wanted)
    changed = {place: text for place, text in wanted.items() if text != before.get(place)}
    if not changed:
        return
    parts = _changes(changed, before)
    _carry(connection, parts)
    numbered = []
    for place, text in changed.items():
        states[place[0]].head += 1
        numbered.append((place, text, states[place[0]].head))
    _replace(connection, numbered, now_ms)
    for (bucket, _), (more, difference) in parts.items():
        states[bucket].count += more
        states[bucket].total += difference
    moved = {bucket for bucket, _, _ in changed}
    rows = [states[bucket].row(bucket) for bucket in sorted(moved)]
    update_all(connection, feed_bucket, rows)


def page(
    connection: Connection, bucket: Bucket, after: int, *, generation: int, applied_seq: int, as_of_ms: int
) -> FeedPage:
    """At most PAGE_ROWS rows after `after`. Everything here and `applied_seq` must be of one moment: `reading`."""
    head, count, total = _state(connection, bucket)
    found = connection.execute(_PAGE, {"bucket": bucket.value, "after": after}).all()
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


@dataclass
class _State:
    """Of a bucket: the newest number, how many rows live, and the sum of their digests."""

    head: int
    count: int
    total: int

    def row(self, bucket: Bucket) -> dict[str, Any]:
        return {"bucket": bucket.value, "head": self.head, "count": self.count, "sum": sum_hex(self.total)}


_STATES = select(feed_bucket.c.bucket, feed_bucket.c.head, feed_bucket.c["count"], feed_bucket.c.sum)
_STATE = _STATES.where(feed_bucket.c.bucket == bindparam("bucket"))


def _lock(connection: Connection, buckets: Sequence[Bucket]) -> dict[Bucket, _State]:
    """Locked in the order of their names."""
    query = (
        _STATES.where(feed_bucket.c.bucket.in_([bucket.value for bucket in buckets]))
        .order_by(feed_bucket.c.bucket)
        .with_for_update()
    )
    return {Bucket(name): _State(head, count, int(total, 16)) for name, head, count, total in connection.execute(query)}


def _state(connection: Connection, bucket: Bucket) -> tuple[int, int, int]:
    _, head, count, total = connection.execute(_STATE, {"bucket": bucket.value}).one()
    return head, count, int(total, 16)


def _bodies(connection: Connection, places: Iterable[Place]) -> dict[Place, str | None]:
    found: dict[Place, str | None] = {}
    query = select(feed_row.c.bucket, feed_row.c.kind, feed_row.c.key, feed_row.c.body)
    for some in chunks([(bucket.value, kind, key) for bucket, kind, key in places]):
        for bucket, kind, key, body in connection.execute(query.where(_PLACE.in_(some))):
            found[Bucket(bucket), kind, key] = body
    return found


def _changes(changed: dict[Place, str | None], before: dict[Place, str | None]) -> dict[_Part, tuple[int, int]]:
    """By bucket and prefix: how much its count and its sum grow."""
    parts: dict[_Part, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for place, text in changed.items():
        bucket, kind, key = place
        old, part = before.get(place), (bucket, row_prefix(kind, key))
        count, total = parts[part]
        total += _digest(kind, key, text) - _digest(kind, key, old)
        parts[part] = (count + (text is not None) - (old is not None), total)
    return parts


def _carry(connection: Connection, parts: dict[_Part, tuple[int, int]]) -> None:
    before: dict[_Part, tuple[int, str]] = {}
    query = select(feed_prefix.c.bucket, feed_prefix.c.prefix, feed_prefix.c["count"], feed_prefix.c.sum)
    for some in chunks(sorted((bucket.value, prefix) for bucket, prefix in parts)):
        there = connection.execute(query.where(tuple_(feed_prefix.c.bucket, feed_prefix.c.prefix).in_(some)))
        before |= {(Bucket(bucket), prefix): (count, total) for bucket, prefix, count, total in there}
    rows = []
    for part, (more, difference) in sorted(parts.items()):
        count, total = before.get(part, (0, sum_hex(0)))
        total = sum_hex(int(total, 16) + difference)
        rows.append({"bucket": part[0].value, "prefix": part[1], "count": count + more, "sum": total})
    upsert_all(connection, feed_prefix, rows)


def _replace(connection: Connection, numbered: Iterable[tuple[Place, str | None, int]], now_ms: int) -> None:
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
        for (bucket, kind, key), text, cseq in numbered
    ]
    for some in chunks(rows):
        upsert_all(connection, feed_row, some)


def _text(body: dict[str, Any] | None) -> str | None:
    return None if body is None else canonical.encode(body, BODY_LIMIT).decode()


def _digest(kind: str, key: str, text: str | None) -> int:
    return 0 if text is None else text_digest(kind, key, text.encode())


def forget_tombstones(connection: Connection, before_ms: int) -> int:
    """Delete tombstones older than `before_ms` and raise each bucket's floor over them; how many there were."""
    old = feed_row.c.body.is_(None) & (feed_row.c.gone_ms < before_ms)
    newest = select(feed_row.c.bucket, func.max(feed_row.c.cseq)).where(old).group_by(feed_row.c.bucket)
    for bucket, cseq in sorted(connection.execute(newest).all()):
        connection.execute(update(feed_bucket).where(feed_bucket.c.bucket == bucket).values(floor=cseq))
    return connection.execute(delete(feed_row).where(old)).rowcount
