"""A bucket of HQ's feed for tests: rows get their numbers, and the pages are cut as HQ cuts them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from protocol.feed import (
    Bucket,
    BucketHead,
    FeedHeads,
    FeedPage,
    FeedRow,
    RowKind,
    row_digest,
    row_prefix,
    sum_hex,
)
from protocol.feed_repair import FeedLeaf, FeedPrefixes, FeedRows, PrefixSum, RowDigest, RowsAsk
from terminal.store.directory import Directory

Place = tuple[RowKind, str]


@dataclass
class Feed:
    """One bucket at HQ. `put` and `drop` change it; `page` answers like HQ."""

    bucket: Bucket = Bucket.MEMBERS_0
    generation: int = 1
    head: int = 0
    rows: dict[Place, tuple[int, dict[str, Any] | None]] = field(default_factory=dict)

    def put(self, kind: RowKind, key: str, body: dict[str, Any] | None) -> None:
        self.head += 1
        self.rows[kind, key] = (self.head, body)

    def drop(self, kind: RowKind, key: str) -> None:
        self.put(kind, key, None)

    def live(self) -> dict[Place, dict[str, Any]]:
        return {place: body for place, (_, body) in self.rows.items() if body is not None}

    def count(self) -> int:
        return len(self.live())

    def sum(self) -> str:
        return sum_hex(sum(row_digest(kind.value, key, body) for (kind, key), body in self.live().items()))

    def prefixes(self) -> FeedPrefixes:
        sums: dict[int, tuple[int, int]] = {}
        for (kind, key), body in self.live().items():
            count, total = sums.get(prefix := row_prefix(kind.value, key), (0, 0))
            sums[prefix] = (count + 1, total + row_digest(kind.value, key, body))
        parts = tuple(PrefixSum(prefix=prefix, count=n, sum=sum_hex(total)) for prefix, (n, total) in sums.items())
        return FeedPrefixes(bucket=self.bucket, generation=self.generation, head=self.head, prefixes=parts)

    def leaf(self, prefix: int) -> FeedLeaf:
        rows = tuple(
            RowDigest(
                cseq=cseq,
                kind=kind,
                key=key,
                digest=None if body is None else sum_hex(row_digest(kind.value, key, body)),
            )
            for (kind, key), (cseq, body) in self.rows.items()
            if row_prefix(kind.value, key) == prefix
        )
        return FeedLeaf(bucket=self.bucket, generation=self.generation, prefix=prefix, head=self.head, rows=rows)

    def named(self, wish: RowsAsk, applied_seq: int = 0) -> FeedRows:
        rows = tuple(
            FeedRow(cseq=found[0], kind=place.kind, key=place.key, body=found[1])
            for place in wish.places
            if (found := self.rows.get((place.kind, place.key)))
        )
        return FeedRows(bucket=self.bucket, generation=self.generation, rows=rows, applied_seq=applied_seq)

    def page(self, after: int, size: int = 500, applied_seq: int = 0, as_of_ms: int = 1000) -> FeedPage:
        newer = sorted((cseq, place, body) for place, (cseq, body) in self.rows.items() if cseq > after)[:size]
        rows = tuple(FeedRow(cseq=cseq, kind=kind, key=key, body=body) for cseq, (kind, key), body in newer)
        return FeedPage(
            bucket=self.bucket,
            generation=self.generation,
            rows=rows,
            cursor=rows[-1].cseq if len(rows) == size else self.head,
            head=self.head,
            count=self.count(),
            sum=self.sum(),
            applied_seq=applied_seq,
            as_of_ms=as_of_ms,
        )


def heads(*feeds: Feed, applied_seq: int = 0, as_of_ms: int = 1000, generation: int = 1) -> FeedHeads:
    """HQ's heads of some buckets."""
    told = tuple(BucketHead(bucket=feed.bucket, head=feed.head, count=feed.count(), sum=feed.sum()) for feed in feeds)
    return FeedHeads(generation=generation, heads=told, applied_seq=applied_seq, as_of_ms=as_of_ms)


def member(name: str, points: int = 0) -> dict[str, Any]:
    """The body of a member's row."""
    lots = [{"id": "g-1", "points": points, "earned_on": "2026-01-01", "expires_on": None}] if points else []
    return {
        "id": name,
        "name": f"会员 {name}",
        "phone_masked": "138****0001",
        "birthday": None,
        "language": "zh-CN",
        "tier": "gold",
        "state": "active",
        "home_store": "s01",
        "lots": lots,
        "pending": 0,
        "debt": 0,
        "copyable_used": None,
    }


def product(gtin: str, price: int) -> dict[str, Any]:
    return {"gtin": gtin, "name": {"en": f"Thing {gtin}"}, "price": price, "category": "food"}


def contained(directory: Directory, member: str) -> int:
    """The newest own operation that the member's row contains; 0 without a row."""
    row = directory.member(member)
    return 0 if row is None else row.applied_seq
