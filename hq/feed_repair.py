"""What a terminal asks when a bucket does not add up: sums of its 256 parts, one part's digests, some rows by name."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection, Row, Select, bindparam, select

from hq import feed
from hq.chunks import chunks
from hq.schema import feed_bucket, feed_row
from protocol.feed import Bucket, BucketHead, FeedHeads, FeedRow, RowKind, sum_hex, text_digest
from protocol.feed_repair import FeedLeaf, FeedPrefixes, FeedRows, PrefixSum, RowDigest, RowsAsk

_STATE = feed_bucket.c
_HEADS = select(_STATE.bucket, _STATE.head, _STATE["count"], _STATE.sum, _STATE.floor)
_FLOOR = select(_STATE.floor).where(_STATE.bucket == bindparam("bucket"))
_Found = Row[tuple[int, str, str, int, str | None]]
_COLUMNS = (feed_row.c.cseq, feed_row.c.kind, feed_row.c.key, feed_row.c.prefix, feed_row.c.body)


def heads(connection: Connection, *, generation: int, applied_seq: int, as_of_ms: int) -> FeedHeads:
    """All buckets as they are in this transaction; `applied_seq` must have been read in it."""
    rows = {row["bucket"]: BucketHead.model_validate(dict(row)) for row in connection.execute(_HEADS).mappings()}
    ordered = tuple(rows[bucket.value] for bucket in Bucket if bucket.value in rows)
    return FeedHeads(generation=generation, heads=ordered, applied_seq=applied_seq, as_of_ms=as_of_ms)


def floor(connection: Connection, bucket: Bucket) -> int:
    """A cursor below this has missed tombstones that are gone."""
    return int(connection.execute(_FLOOR, {"bucket": bucket.value}).scalar_one())


def prefixes(connection: Connection, bucket: Bucket, *, generation: int) -> FeedPrefixes:
    """Counts and sums of live rows by prefix."""
    parts = tuple(
        PrefixSum(prefix=prefix, count=count, sum=total)
        for prefix, (count, total) in feed.prefix_sums(connection, bucket).items()
        if count
    )
    return FeedPrefixes(bucket=bucket, generation=generation, head=feed.head_of(connection, bucket), prefixes=parts)


def leaf(connection: Connection, bucket: Bucket, prefix: int, *, generation: int) -> FeedLeaf:
    """Digests of one part's rows, tombstones included."""
    found = connection.execute(_rows_of(bucket).where(feed_row.c.prefix == prefix).order_by(feed_row.c.cseq))
    return FeedLeaf(
        bucket=bucket,
        generation=generation,
        prefix=prefix,
        head=feed.head_of(connection, bucket),
        rows=tuple(map(_digest_of, found)),
    )


def rows(connection: Connection, bucket: Bucket, wish: RowsAsk, *, generation: int, applied_seq: int) -> FeedRows:
    """Those of the asked rows that HQ knows, by number; `applied_seq` must have been read in this transaction."""
    wanted = {(place.kind.value, place.key) for place in wish.places}
    found = [row for row in _named(connection, bucket, (key for _, key in wanted)) if (row.kind, row.key) in wanted]
    return FeedRows(
        bucket=bucket,
        generation=generation,
        rows=tuple(
            FeedRow(cseq=row.cseq, kind=RowKind(row.kind), key=row.key, body=_body(row.body))
            for row in sorted(found, key=lambda row: row.cseq)
        ),
        applied_seq=applied_seq,
    )


def _rows_of(bucket: Bucket) -> Select[tuple[int, str, str, int, str | None]]:
    return select(*_COLUMNS).where(feed_row.c.bucket == bucket.value)


def _named(connection: Connection, bucket: Bucket, keys: Iterable[str]) -> Iterable[_Found]:
    for some in chunks(sorted(set(keys))):
        yield from connection.execute(_rows_of(bucket).where(feed_row.c.key.in_(some)))


def _digest_of(row: _Found) -> RowDigest:
    digest = None if row.body is None else sum_hex(text_digest(row.kind, row.key, row.body.encode()))
    return RowDigest(cseq=row.cseq, kind=RowKind(row.kind), key=row.key, digest=digest)


def _body(text: str | None) -> dict[str, object] | None:
    return None if text is None else dict(json.loads(text))
