"""The feed from HQ to a terminal: buckets of rows, pages with a cursor, and a sum that shows a missed row (sync.md)."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from protocol import canonical
from protocol.operation import Identifier, Int64, Message

PAGE_ROWS = 500
PREFIXES = 256  # parts of a bucket, by the first byte of a row's hash
SUM_MODULUS = 2**128
BODY_LIMIT = 4 * 1024 * 1024


class Bucket(StrEnum):
    """In order of priority. Each has numbers, a count and a sum of its own; a row is in exactly one (decision 0013)."""

    CONFIG = "config"  # programme, deny list and stores: what a terminal obeys
    CATALOGUE = "catalogue"
    MEMBERS_0 = "members-0"  # members, their cards and PINs, by the first hex digit of SHA-256 of the member's id
    MEMBERS_1 = "members-1"
    MEMBERS_2 = "members-2"
    MEMBERS_3 = "members-3"
    MEMBERS_4 = "members-4"
    MEMBERS_5 = "members-5"
    MEMBERS_6 = "members-6"
    MEMBERS_7 = "members-7"
    MEMBERS_8 = "members-8"
    MEMBERS_9 = "members-9"
    MEMBERS_A = "members-a"
    MEMBERS_B = "members-b"
    MEMBERS_C = "members-c"
    MEMBERS_D = "members-d"
    MEMBERS_E = "members-e"
    MEMBERS_F = "members-f"


MEMBER_BUCKETS = tuple(bucket for bucket in Bucket if bucket.value.startswith("members-"))


class RowKind(StrEnum):
    """What a row of the feed is about."""

    PROGRAMME = "programme"
    DENY = "deny"
    CONFIGURATION = "configuration"
    STORE = "store"
    PRODUCT = "product"
    MEMBER = "member"
    CARD = "card"
    PIN = "pin"


Count = Annotated[int, Field(ge=0, lt=2**63)]
SumHex = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class FeedRow(Message):
    """The newest version of one thing. `body` None is a tombstone: the thing is gone."""

    cseq: Annotated[int, Field(ge=1)]
    kind: RowKind = Field(strict=False)
    key: Identifier
    body: dict[str, Any] | None


class FeedPage(Message):
    """Rows after the asked cursor, by `cseq`. `head`, `count` and `sum` describe the whole bucket at HQ now.

    `applied_seq` is the asking device's newest operation whose effects are in these rows. When the terminal's cursor
    reaches `head`, its own count and sum must equal these; `generation` changes when HQ was restored from a backup.
    """

    bucket: Bucket = Field(strict=False)
    generation: Int64
    rows: tuple[FeedRow, ...] = Field(strict=False)
    cursor: Int64  # after applying this page
    head: Int64
    count: Int64
    sum: SumHex
    applied_seq: Int64
    as_of_ms: Int64


class BucketHead(Message):
    """A whole bucket at HQ: its newest number, count and sum of its live rows. A cursor below `floor` has missed
    tombstones that HQ does not have any more."""

    bucket: Bucket = Field(strict=False)
    head: Count
    count: Count
    sum: SumHex
    floor: Count = 0


class FeedHeads(Message):
    """All buckets at one moment: which have news, and what those at their head add up to; `applied_seq` as ever."""

    generation: Int64
    heads: tuple[BucketHead, ...] = Field(strict=False)
    applied_seq: Int64
    as_of_ms: Int64


def member_bucket(member: str) -> Bucket:
    """The bucket of a member's row and of the rows of the member's cards."""
    return MEMBER_BUCKETS[hashlib.sha256(member.encode()).digest()[0] >> 4]


def row_prefix(kind: str, key: str) -> int:
    """Which of the 256 parts of its bucket a row is in: the first byte of SHA-256 of `kind:key`."""
    return hashlib.sha256(f"{kind}:{key}".encode()).digest()[0]


def row_digest(kind: str, key: str, body: dict[str, Any]) -> int:
    """BLAKE2b-128 of a live row as an integer; a bucket's sum is Σ digests mod 2¹²⁸."""
    return text_digest(kind, key, canonical.encode(body, limit=BODY_LIMIT))


def text_digest(kind: str, key: str, body: bytes) -> int:
    """`row_digest` of a body that is canonical JSON already. Kind and key must be Identifiers."""
    data = b'["%b","%b",%b]' % (kind.encode(), key.encode(), body)
    return int.from_bytes(hashlib.blake2b(data, digest_size=16).digest(), "big")


def sum_hex(total: int) -> str:
    return f"{total % SUM_MODULUS:032x}"
