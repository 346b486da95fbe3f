"""What the feed says of a member or a card as they are now: the sequencer asks, and locks nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from hq.account_rows import look
from hq.chunks import chunks
from hq.feed import Row
from hq.members import ERASED, member_row
from hq.schema import card
from protocol.directory import CardRow, CardState
from protocol.feed import Bucket, RowKind, member_bucket


def render(connection: Connection, bucket: Bucket, kind: RowKind, keys: Sequence[str], today: str) -> Iterator[Row]:
    """A row for each of `keys`, in order; what is gone, or in another bucket now, is a tombstone."""
    for some in chunks(keys):
        yield from _members(connection, some, today) if kind is RowKind.MEMBER else _cards(connection, bucket, some)


def _members(connection: Connection, keys: Sequence[str], today: str) -> Iterator[Row]:
    accounts = look(connection, keys)
    for key in keys:
        account = accounts.get(key)
        gone = account is None or account.state == ERASED
        body = None if gone else member_row(accounts[key], today).model_dump(mode="json")
        yield Row(RowKind.MEMBER, key, body)


def _cards(connection: Connection, bucket: Bucket, keys: Sequence[str]) -> Iterator[Row]:
    found = connection.execute(select(card.c.key, card.c.member, card.c.state).where(card.c.key.in_(keys)))
    cards = {key: (member, state) for key, member, state in found if member_bucket(member) is bucket}
    for key in keys:
        body = None
        if key in cards:
            member, state = cards[key]
            body = CardRow(member=member, state=CardState(state)).model_dump(mode="json")
        yield Row(RowKind.CARD, key, body)
