"""Finding the rows that differ where a bucket does not add up: sums by prefix, then the rows of one (sync.md, Feed)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from protocol.feed import PAGE_ROWS, PREFIXES, Bucket, Count, FeedRow, RowKind, SumHex
from protocol.operation import Identifier, Int64, Message

Prefix = Annotated[int, Field(ge=0, lt=PREFIXES)]


class PrefixSum(Message):
    """Count and sum of the live rows of one 256th of a bucket."""

    prefix: Prefix
    count: Count
    sum: SumHex


class FeedPrefixes(Message):
    """The parts of a bucket that have live rows, at HQ's `head`."""

    bucket: Bucket = Field(strict=False)
    generation: Int64
    head: Count
    prefixes: Annotated[tuple[PrefixSum, ...], Field(max_length=PREFIXES, strict=False)]


class RowDigest(Message):
    """A row without its content; `digest` None is a tombstone."""

    cseq: Annotated[int, Field(ge=1)]
    kind: RowKind = Field(strict=False)
    key: Identifier
    digest: SumHex | None


class FeedLeaf(Message):
    """All rows of one prefix. A row above the asker's cursor comes with the feed and need not be repaired."""

    bucket: Bucket = Field(strict=False)
    generation: Int64
    prefix: Prefix
    head: Count
    rows: tuple[RowDigest, ...] = Field(strict=False)


class RowPlace(Message):
    kind: RowKind = Field(strict=False)
    key: Identifier


class RowsAsk(Message):
    """Some rows of a bucket by name."""

    places: Annotated[tuple[RowPlace, ...], Field(min_length=1, max_length=PAGE_ROWS, strict=False)]


class FeedRows(Message):
    """The asked rows as they are now, those that HQ knows; `applied_seq` as in a FeedPage."""

    bucket: Bucket = Field(strict=False)
    generation: Int64
    rows: tuple[FeedRow, ...] = Field(strict=False)
    applied_seq: Int64
