"""Replay after ingest (D21): each operation is calculated again from its inputs; a difference becomes a conflict.

Ingest never prices, so nobody waits for this. What is due is found by `operation.replayed`, which is null until it was
looked at; two workers may look at the same operation, and only one of them books what was found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from hq import schema
from hq.awaited_sales import awaits, came_since, wake
from hq.bulk import update_all
from hq.database import Database
from hq.intents_twice import flag_intents_twice
from hq.operation_rows import NOT_PRICED, REPLAYED
from hq.programmes import Programmes, learn
from hq.reasons import Reason
from hq.refund_rights import refunded_sale
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
    """`place` is the key of its row: device, epoch, seq and when it was received. `sale` is what it refunds."""

    place: tuple[str, int, int, int]
    reason: Reason | None = None
    cost: StaleCost | None = None
    sale: OperationKey | None = None

    @property
    def awaits_sale(self) -> bool:
        return self.reason is Reason.REFUND_OF_UNKNOWN_SALE


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
        return Replayed(place, replay_refund(operation, programmes, lookup), sale=refunded_sale(operation))
    if operation.kind in REPLAYED:
        return Replayed(place, replay_value(operation, programmes))
    return Replayed(place)


def _book(connection: Connection, found: Sequence[Replayed]) -> None:
    """What another worker has booked meanwhile is left alone."""
    received = [each.place[3] for each in found]
    flag_intents_twice(connection, received)
    rows = _unbooked(connection, received)
    mine = [each for each in found if each.place in rows]
    keys = {each.place: dict(zip(_KEY, each.place, strict=True)) for each in mine}
    twice = came_since(connection, {each.sale for each in mine if each.sale and _has_it_now(each, rows[each.place])})
    same = [keys[each.place] | {"replayed": NOT_PRICED} for each in mine if not (each.reason or each.sale in twice)]
    update_all(connection, schema.operation, same)
    odd = [each for each in reversed(mine) if each.reason or each.sale in twice]
    judged = [keys[each.place] | _judged(each, rows[each.place], twice) for each in odd]
    update_all(connection, schema.operation, judged)
    wake(connection, [".".join(map(str, each.place[:3])) for each in mine])
    book_costs(connection, [each.cost for each in mine if each.cost])


def _judged(each: Replayed, row: Row[Any], twice: dict[OperationKey, list[int]]) -> dict[str, Any]:
    """What its row says from now on. Of lines that came back too often the refund that came last is told, once."""
    reasons, params = _reasons(row), json.loads(row.params)
    if each.sale in twice and not each.awaits_sale:
        reasons = [reason for reason in reasons if reason != Reason.REFUND_OF_UNKNOWN_SALE]
        if lines := twice[each.sale]:
            twice[each.sale] = []
            reasons.append(Reason.REFUND_TWICE)
            params |= {"sale": each.sale.name, "lines": ", ".join(map(str, lines))}
    if each.reason and each.reason not in reasons:
        reasons.append(each.reason)
    replayed = awaits(each.sale.name) if each.sale and each.awaits_sale else each.reason or NOT_PRICED
    return {
        "replayed": replayed,
        "outcome": (Outcome.FLAGGED if reasons else Outcome.APPLIED).value,
        "reasons": ",".join(reasons),
        "params": json.dumps(params),
    }


def _has_it_now(each: Replayed, row: Row[Any]) -> bool:
    """Whether the sale that was not there when `each` was booked is there."""
    return Reason.REFUND_OF_UNKNOWN_SALE in _reasons(row) and not each.awaits_sale


def _reasons(row: Row[Any]) -> list[str]:
    return [reason for reason in row.reasons.split(",") if reason]


def _unbooked(connection: Connection, received: Sequence[int]) -> dict[tuple[Any, ...], Row[Any]]:
    """Reasons and params so far, by key, of all that came in this time and were not replayed yet; locked in order."""
    columns = [_OP[name] for name in (*_KEY, "reasons", "params")]
    unbooked = _OP.replayed.is_(None) & _OP.received_ms.between(min(received), max(received))
    query = select(*columns).where(unbooked).order_by(*_ORDER)
    rows = connection.execute(query.with_for_update())
    return {(row.device, row.epoch, row.seq, row.received_ms): row for row in rows}
