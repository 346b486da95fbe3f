"""The feed from HQ to a terminal: buckets of rows, pages with a cursor, and a sum that shows a missed row (sync.md)."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from protocol import canonical
from protocol.operation import Identifier, Message

PAGE_ROWS = 500
SUM_MODULUS = 2**128


class Bucket(StrEnum):
    """In order of priority."""

    CONFIG = "config"  # programme and stores
    CATALOGUE = "catalogue"
    MEMBERS = "members"  # members and cards


class RowKind(StrEnum):
    PROGRAMME = "programme"
    STORE = "store"
    PRODUCT = "product"
    MEMBER = "member"
    CARD = "card"


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
    generation: int
    rows: tuple[FeedRow, ...] = Field(strict=False)
    cursor: int  # after applying this page
    head: int
    count: int
    sum: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    applied_seq: int
    as_of_ms: int


def row_digest(kind: str, key: str, body: dict[str, Any]) -> int:
    """BLAKE2b-128 of a live row as an integer; a bucket's sum is Σ digests mod 2¹²⁸."""
    data = canonical.encode([kind, key, body], limit=4 * 1024 * 1024)
    return int.from_bytes(hashlib.blake2b(data, digest_size=16).digest(), "big")


def sum_hex(total: int) -> str:
    return f"{total % SUM_MODULUS:032x}"
