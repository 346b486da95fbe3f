"""What the feed says of a member or a card as they are now: the sequencer asks, and locks nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, select

from hq import pin_rows
from hq.accounts import MERGED
from hq.chunks import chunks
from hq.feed import Place, Row
from hq.members import ERASED, member_row
from hq.people import look_whole
from hq.schema import card
from protocol.directory import CardProof, CardRow, CardState
from protocol.feed import Bucket, RowKind, member_bucket


def render(connection: Connection, changed: Iterable[Place], today: str) -> dict[Bucket, list[Row]]:
    """A row for each place, in order in its bucket; what is gone, or in another bucket now, is a tombstone."""
    wanted: dict[RowKind, list[tuple[Bucket, str]]] = defaultdict(list)
    for bucket, kind, key in sorted(changed):
        wanted[RowKind(kind)].append((bucket, key))
    rows: dict[Bucket, list[Row]] = defaultdict(list)
    for kind, places in sorted(wanted.items()):
        for some in chunks(places):
            keys = [key for _, key in some]
            match kind:
                case RowKind.MEMBER:
                    made = _members(connection, keys, today)
                case RowKind.PIN:
                    made = pin_rows.rendered(connection, some)
                case _:
                    made = _cards(connection, some)
            for (bucket, _), row in zip(some, made, strict=True):
                rows[bucket].append(row)
    return rows


def _members(connection: Connection, keys: Sequence[str], today: str) -> Iterator[Row]:
    accounts = look_whole(connection, keys)
    for key in keys:
        account = accounts.get(key)
        gone = account is None or account.state in (ERASED, MERGED)
        body = None if gone else member_row(accounts[key], today).model_dump(mode="json")
        yield Row(RowKind.MEMBER, key, body)


def _cards(connection: Connection, places: Sequence[tuple[Bucket, str]]) -> Iterator[Row]:
    keys = [key for _, key in places]
    query = select(card.c.key, card.c.member, card.c.state, card.c.proof).where(card.c.key.in_(keys))
    cards = {key: (member, state, proof) for key, member, state, proof in connection.execute(query)}
    for bucket, key in places:
        body = None
        if key in cards and member_bucket(cards[key][0]) is bucket:
            member, state, proof = cards[key]
            proven = CardProof.model_validate_json(proof) if proof else None
            body = CardRow(member=member, state=CardState(state), proof=proven).model_dump(mode="json")
        yield Row(RowKind.CARD, key, body)
