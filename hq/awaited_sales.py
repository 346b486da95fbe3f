"""Refunds and voids that came before their sale: a restored HQ hears of both in any order (D21, D30).

Such an operation is booked and flagged, and its row says which sale it waits for. Once that sale is replayed it is due
again, and what was only odd for want of the sale is odd no more. One whose sale never comes stays flagged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, literal_column, update

from hq.booking_refunds import too_many
from hq.bulk import one_of
from hq.refund_rights import key_of, load_rights, save_rights
from hq.schema import operation
from protocol.operation import OperationKey

# Spelled out as in the index of what was replayed and is not in order, so that the index is taken.
_ODD: ColumnElement[bool] = literal_column("operation.replayed <> 'ok'")


def awaits(sale: str) -> str:
    """What the row of an operation keeps as `replayed` that cannot be worked out before this sale is there."""
    return f"waits for {sale}"


def wake(connection: Connection, names: Sequence[str]) -> None:
    """Whatever waits for one of these operations is to be replayed."""
    waiting = one_of(connection, operation.c.replayed, [awaits(name) for name in names])
    connection.execute(update(operation).where(waiting, _ODD).values(replayed=None))


def came_since(connection: Connection, sales: Collection[OperationKey]) -> dict[OperationKey, list[int]]:
    """Of `sales`, which were not there when something was refunded of them, those that HQ has and can read now.

    With the lines of which more came back than was sold, as nobody could say before; for whoever has the right next
    no more than that has come back.
    """
    if not sales:
        return {}
    rights, found = load_rights(connection, map(key_of, sales)), {}
    for sale in sales:
        key = key_of(sale)
        units, right = rights.sold.get(key), rights.of(key)
        if units is None:
            continue
        found[sale] = too_many(right, units)
        if found[sale]:
            rights.changed.add(key)
    save_rights(connection, rights)
    return found
