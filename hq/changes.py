"""What has changed for the feed: noted in the transaction that changes it, and numbered later by `hq.sequencer`."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from hq.bulk import insert_all
from hq.schema import change
from protocol.feed import Bucket, RowKind, member_bucket

TERMINAL = "terminal"  # kind of a change that says: HQ's position in this terminal's chain has moved


def note_members(connection: Connection, members: Iterable[str]) -> None:
    """These members have changed; part of the transaction that changes them."""
    note(connection, ((member_bucket(member), RowKind.MEMBER, member) for member in sorted(set(members))))


def note(connection: Connection, rows: Iterable[tuple[Bucket, RowKind, str]]) -> None:
    """These members or cards have changed. A card that changes hands has changed in both members' buckets."""
    insert_all(connection, change, [{"bucket": b.value, "kind": k.value, "key": key} for b, k, key in rows])


def note_position(connection: Connection, device: str, epoch: int) -> None:
    """HQ's position in this terminal's chain has moved."""
    insert_all(connection, change, [{"bucket": device, "kind": TERMINAL, "key": str(epoch)}])
