"""Granting the right to refund a sale, which one place has at a time (D30, sync.md Leases 11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from hq import schema, terminals
from hq.accounts import POOL
from hq.granting import Stream, recalled
from hq.judgement import Rules
from hq.placing import Placed
from hq.refund_rights import key_of, load_rights, save_rights
from hq.terminals import Terminal
from protocol.lease import Grant, GrantAsk, Recall, RefundRight, Whereabouts
from protocol.operation import Kind, Operation, OperationError, OperationKey
from protocol.refund_right import born_right
from protocol.sale_detail import SaleDetailError


def lend_right(
    connection: Connection, stream: Stream, wish: GrantAsk, coming: Sequence[Grant], rules: Rules
) -> Whereabouts | None:
    """Give the asker the right to refund `wish.sale` if HQ has it; else say where it is, and call it back from there.

    None also where the asker has it already, and for a sale that HQ does not have.
    """
    sale = wish.sale
    assert sale is not None
    if any(right.sale == sale for grant in coming for right in grant.refunds):
        return None
    data = _bytes_of(connection, sale)
    holder = stream.terminal.holder
    rights = load_rights(connection, [key_of(sale)])
    right = rights.of(key_of(sale))
    if right.holder == holder or (data is None and right.holder == POOL):
        return None
    if right.holder != POOL:
        return _elsewhere(connection, right.holder, sale, data, rules.now_ms)
    found = _right(sale, data or b"", right.so_far)
    if found is None:
        return None
    rights.lend(key_of(sale), holder)
    save_rights(connection, rights)
    stream.give(Placed(_member_of(data), refunds=(found,)))
    return None


def _right(sale: OperationKey, data: bytes, so_far: dict[str, Any] | None) -> RefundRight | None:
    """None for a sale that cannot be read."""
    try:
        born = born_right(data)
    except (OperationError, SaleDetailError):
        return None
    return born if so_far is None else RefundRight(sale=sale, operation=born.operation, so_far=so_far)


def _bytes_of(connection: Connection, sale: OperationKey) -> bytes | None:
    table = schema.operation.c
    where = (table.device == sale.device) & (table.epoch == sale.epoch) & (table.seq == sale.seq)
    return connection.scalar(select(table.data).where(where, table.kind == Kind.SALE.value))


def _member_of(data: bytes | None) -> str | None:
    try:
        return Operation.decode(data).member if data else None
    except OperationError:
        return None


def _elsewhere(
    connection: Connection, holder: str, sale: OperationKey, data: bytes | None, now_ms: int
) -> Whereabouts | None:
    device, _, epoch = holder.rpartition(":")
    found = terminals.find(connection, schema.terminal.c.device == device, schema.terminal.c.epoch == int(epoch))
    if not found:
        return None
    if data is not None:
        _call_back(connection, found[0], sale, _member_of(data), now_ms)
    return Whereabouts(device=device, store=found[0].store, last_contact_ms=found[0].last_contact_ms)


def _call_back(connection: Connection, who: Terminal, sale: OperationKey, member: str | None, now_ms: int) -> None:
    """Once: until it is answered, asking again adds nothing."""
    recall = Recall(sale=sale)
    table = schema.granted.c
    query = select(table.body).where(table.device == who.device, table.epoch == who.epoch, table.unanswered > 0)
    if recalled(connection, who, [member]) and any(
        recall in Grant.model_validate_json(body).recalls for body in connection.scalars(query)
    ):
        return
    stream = Stream(who)
    stream.give(Placed(member, recalls=(recall,)))
    stream.save(connection, now_ms)
