"""The addresses of the feed under /v1: heads, pages, repair, and the snapshot's manifest and chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import Connection

from hq import feed, feed_hot, feed_repair, snapshot_files
from hq.problems import Code, Refusal
from hq.route import Asked, Parameter, Route
from hq.sequencer import applied_seq, sequence
from protocol.feed import PREFIXES, Bucket, FeedHeads, FeedPage
from protocol.feed_repair import FeedLeaf, FeedPrefixes, FeedRows, RowsAsk
from protocol.signing import Signed
from protocol.snapshot import MEDIA_TYPE

ASK_LIMIT = 128 * 1024  # the longest RowsAsk
_NUMBER: TypeAdapter[Any] = TypeAdapter(Annotated[int, Field(ge=0, lt=2**63)])
_BUCKET = Parameter("bucket", TypeAdapter(Bucket), in_path=True)


def get_heads(asked: Asked) -> FeedHeads:
    with _now(asked) as (connection, told):
        return feed_repair.heads(connection, **told)


def get_feed(asked: Asked) -> FeedPage:
    """A cursor of another generation, beyond the head, or older than the tombstones is from another time of HQ."""
    after, bucket = asked.values["after"], asked.values["bucket"]
    with _now(asked) as (connection, told):
        if asked.values["hot"]:
            found = feed_hot.hot_page(connection, bucket, after, asked.sender.store, **told)
        else:
            found = feed.page(connection, bucket, after, **told)
        floor = feed_repair.floor(connection, bucket)
    missed = 0 < after < floor and not asked.values["whole"]
    if after > found.head or missed or (after > 0 and asked.values["generation"] != asked.hq.generation):
        raise Refusal(Code.GENERATION)
    return found


def get_prefixes(asked: Asked) -> FeedPrefixes:
    with _now(asked) as (connection, told):
        return feed_repair.prefixes(connection, asked.values["bucket"], generation=told["generation"])


def get_leaf(asked: Asked) -> FeedLeaf:
    bucket, prefix = asked.values["bucket"], asked.values["prefix"]
    with _now(asked) as (connection, told):
        return feed_repair.leaf(connection, bucket, prefix, generation=told["generation"])


def post_rows(asked: Asked) -> FeedRows:
    with _now(asked) as (connection, told):
        here = {"generation": told["generation"], "applied_seq": told["applied_seq"]}
        return feed_repair.rows(connection, asked.values["bucket"], asked.body, **here)


def get_snapshot(asked: Asked) -> Signed:
    with asked.hq.database.reading() as connection:
        found = snapshot_files.newest(connection, asked.hq.generation)
    if found is None:
        raise Refusal(Code.NO_SNAPSHOT)
    return found


def get_chunk(asked: Asked) -> bytes:
    found = snapshot_files.chunk(asked.hq.state, asked.values["version"], asked.values["number"])
    if found is None:
        raise Refusal(Code.NO_SNAPSHOT)
    return found


@contextmanager
def _now(asked: Asked) -> Iterator[tuple[Connection, dict[str, int]]]:
    """One moment of the feed, with everything that is committed in it, and what every answer says of that moment."""
    hq, sender = asked.hq, asked.sender
    sequence(hq.database, hq.clock(), hq.today())
    with hq.database.reading() as connection:
        told = {"generation": hq.generation, "as_of_ms": hq.clock()}
        yield connection, told | {"applied_seq": applied_seq(connection, sender.device, sender.epoch)}


def _get(path: str, says: str, act: Callable[[Asked], Any], gives: type[Any], *more: Parameter, **how: Any) -> Route:
    return Route("GET", path, says, act, gives, parameters=more, **how)


FEED_ROUTES = (
    _get("/v1/feed/heads", "How far all buckets are, at one moment.", get_heads, FeedHeads),
    _get(
        "/v1/feed/{bucket}",
        "A page of a bucket after a cursor; whole=1: of a pass from zero; hot=1: only members whom the store knows.",
        get_feed,
        FeedPage,
        _BUCKET,
        Parameter("after", _NUMBER, usual=0),
        Parameter("generation", _NUMBER, usual=0),
        Parameter("whole", TypeAdapter(bool), usual=False),
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
