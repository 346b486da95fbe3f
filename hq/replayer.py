"""Replay after ingest (D21): each operation is calculated again from its inputs; a difference becomes a conflict.

Ingest never prices, so nobody waits for this. What is due is found by `operation.replayed`, which is null until it was
looked at; two workers may look at the same operation, and only one of them books what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from hq import schema
from hq.bulk import update_all
from hq.database import Database
from hq.intents_twice import flag_intents_twice
from hq.operation_rows import NOT_PRICED, REPLAYED
from hq.programmes import Programmes, learn
from hq.reasons import Reason
from hq.replay import replay
from hq.replay_refund import replay_refund
from hq.replay_value import replay_value
from hq.stale_rules import Newest, StaleCost, book_costs, newest, stale_cost
from protocol.batch import Outcome
from protocol.operation import Kind, Operation, OperationError, OperationKey

AT_ONCE = 500
Lookup = Callable[[OperationKey], bytes | None]  # the bytes of an operation that HQ has
_KEY = ("device", "epoch", "seq", "received_ms")
_OP = schema.operation.c
_ORDER = (_OP.received_ms, _OP.device, _OP.epoch, _OP.seq)


@dataclass(frozen=True)
class Replayed:
    """`place` is the key of its row: device, epoch, seq and when it was received."""

    place: tuple[str, int, int, int]
    reason: Reason | None = None
    cost: StaleCost | None = None


def replay_pending(
    database: Database,
    programmes: Programmes,
    limit: int = AT_ONCE,
    stand_back: Callable[[], object] = lambda: None,
) -> int:
    """Replay up to `limit` operations, the ones that came first, and gives how many; 0: nothing waits.

    A programme that was published since is learned first: a sale by it can wait only after that. `stand_back` is called
    before each operation; nothing is held meanwhile.
    """
    with database.reading() as connection:
        learn(connection, programmes)
        latest, waiting = newest(connection, programmes), _waiting(connection, limit)
    lookup, found = _lookup(database), []
    for row in waiting:
        stand_back()
        found.append(_replay(row, programmes, latest, lookup))
    if found:
        database.repeated(lambda connection: _book(connection, found))
    return len(found)


def _waiting(connection: Connection, limit: int) -> list[Row[Any]]:
    query = select(_OP.device, _OP.epoch, _OP.seq, _OP.received_ms, _OP.data).where(_OP.replayed.is_(None))
    return list(connection.execute(query.order_by(*_ORDER).limit(limit)))


def _lookup(database: Database) -> Lookup:
    def bytes_of(key: OperationKey) -> bytes | None:
        where = (_OP.device == key.device) & (_OP.epoch == key.epoch) & (_OP.seq == key.seq)
        with database.reading() as connection:
            return connection.scalar(select(_OP.data).where(where))

    return bytes_of


def _replay(row: Row[Any], programmes: Programmes, latest: Newest | None, lookup: Lookup) -> Replayed:
    place = (row.device, row.epoch, row.seq, row.received_ms)
    try:
        operation = Operation.decode(row.data)
    except OperationError:
        return Replayed(place)
    if operation.kind is Kind.SALE:
        return Replayed(place, replay(operation, programmes), stale_cost(operation, latest))
    if operation.kind in (Kind.REFUND, Kind.VOID):
        return Replayed(place, replay_refund(operation, programmes, lookup))
    if operation.kind in REPLAYED:
        return Replayed(place, replay_value(operation, programmes))
    return Replayed(place)


def _book(connection: Connection, found: Sequence[Replayed]) -> None:
    """What another worker has booked meanwhile is left alone."""
    received = [each.place[3] for each in found]
    flag_intents_twice(connection, received)
    reasons = _unbooked(connection, received)
    mine = [each for each in found if each.place in reasons]
    keys = {each.place: dict(zip(_KEY, each.place, strict=True)) for each in mine}
    same = [keys[each.place] | {"replayed": NOT_PRICED} for each in mine if not each.reason]
    update_all(connection, schema.operation, same)
    update_all(
        connection,
        schema.operation,
        [
            keys[each.place]
            | {
                "replayed": each.reason.value,
                "outcome": Outcome.FLAGGED.value,
                "reasons": ",".join(filter(None, (reasons[each.place], each.reason))),
            }
            for each in mine
            if each.reason
        ],
    )
    book_costs(connection, [each.cost for each in mine if each.cost])


def _unbooked(connection: Connection, received: Sequence[int]) -> dict[tuple[Any, ...], str]:
    """The reasons so far, by key, of all that came in this time and were not replayed yet; locked in their order."""
    query = select(*(_OP[name] for name in _KEY), _OP.reasons).where(
        _OP.replayed.is_(None), _OP.received_ms.between(min(received), max(received))
    )
    rows = connection.execute(query.order_by(*_ORDER).with_for_update())
    return {tuple(row[:-1]): row[-1] for row in rows}
