"""A bucket of HQ's feed for tests: rows get their numbers, and the pages are cut as HQ cuts them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from protocol.feed import Bucket, FeedPage, FeedRow, RowKind, row_digest, sum_hex

Place = tuple[RowKind, str]


@dataclass
class Feed:
    """One bucket at HQ. `put` and `drop` change it; `page` answers like HQ."""

    bucket: Bucket = Bucket.MEMBERS
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

    def page(self, after: int, size: int = 500, applied_seq: int = 0, as_of_ms: int = 1000) -> FeedPage:
        newer = sorted((cseq, place, body) for place, (cseq, body) in self.rows.items() if cseq > after)[:size]
        rows = tuple(FeedRow(cseq=cseq, kind=kind, key=key, body=body) for cseq, (kind, key), body in newer)
        total = sum(row_digest(kind.value, key, body) for (kind, key), body in self.live().items())
        return FeedPage(
            bucket=self.bucket,
            generation=self.generation,
            rows=rows,
            cursor=rows[-1].cseq if len(rows) == size else self.head,
            head=self.head,
            count=len(self.live()),
            sum=sum_hex(total),
            applied_seq=applied_seq,
            as_of_ms=as_of_ms,
        )


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
