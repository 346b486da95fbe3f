"""Replay after ingest (D21): each operation is calculated again from its inputs; a difference becomes a conflict.

Ingest never prices, so nobody waits for this. What is due is found by `operation.replayed`, which is null until it was
looked at; two workers may look at the same operation, and only one of them books what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hq import schema
from hq.database import Database
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


@dataclass(frozen=True)
class Replayed:
    device: str
    epoch: int
    seq: int
    reason: Reason | None
    cost: StaleCost | None


def replay_pending(database: Database, programmes: Programmes, limit: int = AT_ONCE) -> int:
    """Replay up to `limit` operations, the ones that came first, and gives how many; 0: nothing waits.

    A programme that was published since is learned first: a sale by it can wait only after that.
    """
    with database.reading() as connection:
        learn(connection, programmes)
        latest, lookup = newest(connection, programmes), _lookup(connection)
        found = [_replay(row, programmes, latest, lookup) for row in _waiting(connection, limit)]
    if found:
        database.repeated(lambda connection: _book(connection, found))
    return len(found)


def _waiting(connection: Connection, limit: int) -> list[Row[Any]]:
    table = schema.operation.c
    query = select(table.device, table.epoch, table.seq, table.data).where(table.replayed.is_(None))
    order = (table.received_ms, table.device, table.epoch, table.seq)
    return list(connection.execute(query.order_by(*order).limit(limit)))


def _lookup(connection: Connection) -> Lookup:
    def bytes_of(key: OperationKey) -> bytes | None:
        table = schema.operation.c
        where = (table.device == key.device) & (table.epoch == key.epoch) & (table.seq == key.seq)
        return connection.scalar(select(table.data).where(where))

    return bytes_of


def _replay(row: Row[Any], programmes: Programmes, latest: Newest | None, lookup: Lookup) -> Replayed:
    device, epoch, seq, data = row.device, row.epoch, row.seq, row.data
    try:
        operation = Operation.decode(data)
    except OperationError:
        return Replayed(device, epoch, seq, None, None)
    if operation.kind is Kind.SALE:
        return Replayed(device, epoch, seq, replay(operation, programmes), stale_cost(operation, latest))
    if operation.kind in (Kind.REFUND, Kind.VOID):
        return Replayed(device, epoch, seq, replay_refund(operation, programmes, lookup), None)
    if operation.kind in REPLAYED:
        return Replayed(device, epoch, seq, replay_value(operation, programmes), None)
    return Replayed(device, epoch, seq, None, None)


def _book(connection: Connection, found: Iterable[Replayed]) -> None:
    costs = []
    for each in found:
        table = schema.operation
        where = (table.c.device == each.device) & (table.c.epoch == each.epoch) & (table.c.seq == each.seq)
        query = select(table.c.reasons).where(where, table.c.replayed.is_(None))
        reasons = connection.scalar(query.with_for_update())
        if reasons is None:
            continue
        values = {"replayed": each.reason.value if each.reason else NOT_PRICED}
        if each.reason:
            values |= {"outcome": Outcome.FLAGGED.value, "reasons": ",".join(filter(None, (reasons, each.reason)))}
        connection.execute(update(table).where(where).values(**values))
        costs += [each.cost] if each.cost else []
    book_costs(connection, costs)
