"""The rows of PINs in HQ's database, and as the feed tells them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from cards.pin_attempts import PinCount
from hq.bulk import upsert_all
from hq.feed import Row
from hq.schema import pin
from protocol.feed import Bucket, RowKind, member_bucket
from protocol.pins import PinRow


@dataclass(frozen=True, repr=False)
class KeptPin:
    """A PIN: under which key, whose, its hash, and the guesses at it."""

    key: str
    member: str
    hash: str
    count: PinCount


def find(connection: Connection, keys: Sequence[str], *, locked: bool = False) -> list[KeptPin]:
    """Those that there are, in the order of their keys."""
    query = select(pin).where(pin.c.key.in_(keys)).order_by(pin.c.key)
    rows = connection.execute(query.with_for_update() if locked else query)
    return [
        KeptPin(row.key, row.member, row.hash, PinCount(row.version, row.reset, json.loads(row.wrong), row.last_ms))
        for row in rows
    ]


def put(connection: Connection, key: str, member: str, kept: str, counted: PinCount) -> None:
    upsert_all(connection, pin, [{"key": key, "member": member, "hash": kept, **_values(counted)}])


def count(connection: Connection, key: str, counted: PinCount) -> None:
    connection.execute(update(pin).where(pin.c.key == key).values(**_values(counted)))


def rendered(connection: Connection, places: Sequence[tuple[Bucket, str]]) -> Iterator[Row]:
    """A row of the feed for each place; a tombstone where there is no such PIN, or it is in another bucket."""
    known = {one.key: one for one in find(connection, [key for _, key in places])}
    for bucket, key in places:
        one = known.get(key)
        here = one is not None and member_bucket(one.member) is bucket
        yield Row(RowKind.PIN, key, _told(one) if one and here else None)


def _told(one: KeptPin) -> dict[str, object]:
    count = one.count
    row = PinRow(
        version=count.version, hash=one.hash, reset=count.reset, wrong=dict(count.wrong), last_ms=count.last_ms
    )
    return row.model_dump(mode="json")


def _values(counted: PinCount) -> dict[str, object]:
    wrong = json.dumps(dict(counted.wrong), sort_keys=True)
    return {"version": counted.version, "reset": counted.reset, "wrong": wrong, "last_ms": counted.last_ms}
