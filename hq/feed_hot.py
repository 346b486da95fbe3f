"""The members of one store out of a bucket, before their turn: whose home it is, or who were seen there."""

from __future__ import annotations

import json

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from hq.schema import card, feed_bucket, feed_row, member, operation, terminal
from protocol.feed import PAGE_ROWS, Bucket, FeedPage, FeedRow, RowKind

SEEN_MS = 90 * 24 * 3600 * 1000


def hot_page(
    connection: Connection, bucket: Bucket, after: int, store: str, *, generation: int, applied_seq: int, as_of_ms: int
) -> FeedPage:
    """Like `feed.page`, but only rows of members, and cards of members, whose home or second store is `store` or who
    bought there in 90 days. Its `cursor` is for the next such page only: rows were left out."""
    whose = func.coalesce(card.c.member, feed_row.c.key)
    query = (
        select(feed_row.c.cseq, feed_row.c.kind, feed_row.c.key, feed_row.c.body)
        .outerjoin(card, and_(feed_row.c.kind == RowKind.CARD.value, card.c.key == feed_row.c.key))
        .join(member, member.c.id == whose)
        .where(feed_row.c.bucket == bucket.value, feed_row.c.cseq > after, knows(store, as_of_ms - SEEN_MS))
        .order_by(feed_row.c.cseq)
        .limit(PAGE_ROWS)
    )
    rows = tuple(
        FeedRow(cseq=cseq, kind=RowKind(kind), key=key, body=None if body is None else json.loads(body))
        for cseq, kind, key, body in connection.execute(query)
    )
    columns = feed_bucket.c
    now = select(columns.head, columns["count"], columns.sum).where(columns.bucket == bucket.value)
    head, count, total = connection.execute(now).one()
    return FeedPage(
        bucket=bucket,
        generation=generation,
        rows=rows,
        cursor=rows[-1].cseq if len(rows) == PAGE_ROWS else max(after, head),
        head=head,
        count=count,
        sum=total,
        applied_seq=applied_seq,
        as_of_ms=as_of_ms,
    )


def knows(store: str, since_ms: int) -> ColumnElement[bool]:
    """Whether a row of `member` has its home or second home in `store`, or was seen there since."""
    seen = (
        select(operation.c.member)
        .join(terminal, and_(terminal.c.device == operation.c.device, terminal.c.epoch == operation.c.epoch))
        .where(terminal.c.store == store, operation.c.received_ms >= since_ms, operation.c.member.is_not(None))
    )
    return or_(member.c.home_store == store, member.c.second_store == store, member.c.id.in_(seen))
