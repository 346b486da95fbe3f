"""The addresses of the feed under /v1: heads, pages, repair, and the snapshot's manifest and chunks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import Connection

from hq import feed, feed_hot, feed_repair, snapshot_files, terminals
from hq.problems import Code, Refusal
from hq.route import Asked, Parameter, Route
from protocol.feed import PREFIXES, Bucket, FeedHeads, FeedPage
from protocol.feed_repair import FeedLeaf, FeedPrefixes, FeedRows, RowsAsk
from protocol.signing import Signed
from protocol.snapshot import MEDIA_TYPE

ASK_LIMIT = 128 * 1024  # the longest RowsAsk
_NUMBER: TypeAdapter[Any] = TypeAdapter(Annotated[int, Field(ge=0, lt=2**63)])
_BUCKET = Parameter("bucket", TypeAdapter(Bucket), in_path=True)


def get_heads(asked: Asked) -> FeedHeads:
    hq = asked.hq
    with hq.database.transaction() as connection:
        return feed_repair.heads(
            connection, generation=hq.generation, applied_seq=_applied(connection, asked), as_of_ms=hq.clock()
        )


def get_feed(asked: Asked) -> FeedPage:
    """A cursor of another generation, beyond the head, or older than the tombstones is from another time of HQ."""
    hq, after, bucket = asked.hq, asked.values["after"], asked.values["bucket"]
    with hq.database.transaction() as connection:
        told = {"generation": hq.generation, "applied_seq": _applied(connection, asked), "as_of_ms": hq.clock()}
        if asked.values["hot"]:
            found = feed_hot.hot_page(connection, bucket, after, asked.sender.store, **told)
        else:
            found = feed.page(connection, bucket, after, **told)
        floor = feed_repair.floor(connection, bucket)
    if after > found.head or 0 < after < floor or (after > 0 and asked.values["generation"] != hq.generation):
        raise Refusal(Code.GENERATION)
    return found


def get_prefixes(asked: Asked) -> FeedPrefixes:
    with asked.hq.database.transaction() as connection:
        return feed_repair.prefixes(connection, asked.values["bucket"], generation=asked.hq.generation)


def get_leaf(asked: Asked) -> FeedLeaf:
    bucket, prefix = asked.values["bucket"], asked.values["prefix"]
    with asked.hq.database.transaction() as connection:
        return feed_repair.leaf(connection, bucket, prefix, generation=asked.hq.generation)


def post_rows(asked: Asked) -> FeedRows:
    hq, bucket = asked.hq, asked.values["bucket"]
    with hq.database.transaction() as connection:
        applied_seq = _applied(connection, asked)
        return feed_repair.rows(connection, bucket, asked.body, generation=hq.generation, applied_seq=applied_seq)


def get_snapshot(asked: Asked) -> Signed:
    with asked.hq.database.transaction() as connection:
        found = snapshot_files.newest(connection, asked.hq.generation)
    if found is None:
        raise Refusal(Code.NO_SNAPSHOT)
    return found


def get_chunk(asked: Asked) -> bytes:
    found = snapshot_files.chunk(asked.hq.state, asked.values["version"], asked.values["number"])
    if found is None:
        raise Refusal(Code.NO_SNAPSHOT)
    return found


def _applied(connection: Connection, asked: Asked) -> int:
    """The newest operation of the sender that is in the rows of this transaction."""
    return terminals.lock(connection, asked.sender.device, asked.sender.epoch).acked_seq


def _get(path: str, says: str, act: Callable[[Asked], Any], gives: type[Any], *more: Parameter, **how: Any) -> Route:
    return Route("GET", path, says, act, gives, parameters=more, **how)


FEED_ROUTES = (
    _get("/v1/feed/heads", "How far all buckets are, at one moment.", get_heads, FeedHeads),
    _get(
        "/v1/feed/{bucket}",
        "A page of a bucket after a cursor; with hot=1 only members whom the asker's store knows.",
        get_feed,
        FeedPage,
        _BUCKET,
        Parameter("after", _NUMBER, usual=0),
        Parameter("generation", _NUMBER, usual=0),
        Parameter("hot", TypeAdapter(bool), usual=False),
        refuses=(Code.GENERATION,),
    ),
    _get("/v1/feed/{bucket}/prefixes", "Count and sum of a bucket's 256 parts.", get_prefixes, FeedPrefixes, _BUCKET),
    _get(
        "/v1/feed/{bucket}/prefixes/{prefix}",
        "The digests of one part's rows.",
        get_leaf,
        FeedLeaf,
        _BUCKET,
        Parameter("prefix", TypeAdapter(Annotated[int, Field(ge=0, lt=PREFIXES)]), in_path=True),
    ),
    Route(
        "POST",
        "/v1/feed/{bucket}/rows",
        "Some rows of a bucket by name.",
        post_rows,
        FeedRows,
        RowsAsk,
        parameters=(_BUCKET,),
        limit=ASK_LIMIT,
    ),
    _get(
        "/v1/snapshot",
        "The signed manifest of the newest snapshot.",
        get_snapshot,
        Signed,
        refuses=(Code.NO_SNAPSHOT,),
    ),
    _get(
        "/v1/snapshot/{version}/{number}",
        "One chunk of a snapshot.",
        get_chunk,
        bytes,
        Parameter("version", _NUMBER, in_path=True),
        Parameter("number", _NUMBER, in_path=True),
        media=MEDIA_TYPE,
        refuses=(Code.NO_SNAPSHOT,),
    ),
)
