"""What HQ has told this terminal, read by the till: members, cards, products, stores, the programme.

The file belongs to the sync agent. It may not be there yet, be replaced, or be damaged: then nothing is known.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from protocol.directory import CardRow, MemberRow, ProductRow, StoreRow
from protocol.feed import MEMBER_BUCKETS, Bucket, RowKind, member_bucket
from protocol.pins import PinRow
from protocol.signing import Signed
from terminal.store.bucket_state import READ_BUCKET, BucketState, bucket_state
from terminal.store.known_member import KnownMember, known_member

log = logging.getLogger(__name__)
CURRENT = "current"  # the key of the newest programme; of each version it is `v` and the number
BUSY_S = 1.0
_BODY = "SELECT body FROM entry WHERE kind = ? AND key = ? AND body IS NOT NULL"
_BODIES = "SELECT body FROM entry WHERE kind = ? AND body IS NOT NULL ORDER BY key"
_MEMBER = """SELECT body, max(entry.applied_seq, coalesce(bucket.applied_seq, 0))
FROM entry LEFT JOIN bucket USING (bucket) WHERE kind = ? AND key = ? AND body IS NOT NULL"""
_KNOWN = "SELECT min(as_of_ms), count(as_of_ms) FROM bucket WHERE bucket >= 'members-' AND bucket < 'members.'"

Model = TypeVar("Model", bound=BaseModel)
_Identity = tuple[int, int]
Stamp = tuple[int, int | None]


class Directory:
    """A read-only view that sees each commit of the agent at once. One thread uses it at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._opened: _Identity | None = None
        self._opens = 0

    def close(self) -> None:
        """Let the file go; the next question opens it again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._opened = None

    def member(self, member: str) -> KnownMember | None:
        """The row and what it contains, by one look at the file: between two the agent may have put in a page, and
        own operations would count twice or not at all."""
        rows = self._rows(_MEMBER, (RowKind.MEMBER.value, member))
        row = _read(MemberRow, RowKind.MEMBER, rows[0][0]) if rows else None
        return None if row is None else known_member(row, int(rows[0][1]))

    def card(self, key: str) -> CardRow | None:
        """The card of a `protocol.directory.card_key`."""
        return self._one(CardRow, RowKind.CARD, key)

    def pin(self, key: str) -> PinRow | None:
        """The PIN of a `protocol.pins.pin_key`."""
        return self._one(PinRow, RowKind.PIN, key)

    def product(self, gtin: str) -> ProductRow | None:
        return self._one(ProductRow, RowKind.PRODUCT, gtin)

    def products(self) -> list[ProductRow]:
        """All products, by GTIN."""
        rows = self._rows(_BODIES, (RowKind.PRODUCT.value,))
        return [ProductRow.model_validate_json(body) for (body,) in rows]

    def store(self, store: str) -> StoreRow | None:
        return self._one(StoreRow, RowKind.STORE, store)

    def programme(self, version: int | None = None) -> Signed | None:
        """The newest programme that passed its checks, or that of an older `version`; still signed."""
        return self._one(Signed, RowKind.PROGRAMME, CURRENT if version is None else f"v{version}")

    def stamp(self) -> Stamp:
        """Another one whenever something was committed to the file, or another file is in its place."""
        rows = self._rows("PRAGMA data_version", ())
        return self._opens, rows[0][0] if rows else None

    def control(self, kind: RowKind) -> Signed | None:
        """The newest deny list or configuration that passed its checks; still signed."""
        return self._one(Signed, kind, CURRENT)

    def bucket(self, bucket: Bucket) -> BucketState | None:
        """How far a bucket has come; None before its first page."""
        rows = self._rows(READ_BUCKET, (bucket.value,))
        return bucket_state(rows[0]) if rows else None

    def members(self, member: str) -> BucketState | None:
        """How far the bucket of this member and the member's cards has come."""
        return self.bucket(member_bucket(member))

    def members_known_since(self) -> int | None:
        """When (ms UTC) the oldest of the members' buckets was last known to be all of HQ's; None while one was never:
        before that nobody can be called unknown."""
        rows = self._rows(_KNOWN, ())
        return rows[0][0] if rows and rows[0][1] == len(MEMBER_BUCKETS) else None

    def _one(self, model: type[Model], kind: RowKind, key: str) -> Model | None:
        rows = self._rows(_BODY, (kind.value, key))
        return _read(model, kind, rows[0][0]) if rows else None

    def _rows(self, sql: str, bindings: tuple[str, ...]) -> list[tuple[Any, ...]]:
        try:
            connection = self._open()
            return [] if connection is None else connection.execute(sql, bindings).fetchall()
        except sqlite3.DatabaseError as error:
            log.warning("%s cannot be read now: %s", self._path, error)
            self.close()
            return []

    def _open(self) -> sqlite3.Connection | None:
        """The connection to the file that is there now."""
        now = _identity(self._path)
        if now != self._opened:
            self.close()
        if self._connection is None and now is not None:
            self._connection = _connect(self._path)
            self._opens += 1
            self._opened = now if self._connection is not None else None
        return self._connection


def _read(model: type[Model], kind: RowKind, body: str) -> Model | None:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:  # a newer HQ may have put it into a snapshot
        log.warning("a row of kind %s cannot be read: %d fields", kind.value, error.error_count())
        return None


def _identity(path: Path) -> _Identity | None:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _connect(path: Path) -> sqlite3.Connection | None:
    """None while the agent has not made the tables yet."""
    address = f"file:{quote(str(path))}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        ready = connection.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('entry', 'bucket')").fetchone()
        if ready == (2,):
            return connection
    except sqlite3.DatabaseError:
        connection.close()
        raise
    connection.close()
    return None
