"""Rights to refund that lie here: born with each sale made here, or granted by HQ (D30; sync.md, Leases 11).

A right that was born here and never used needs no row: every own sale above `released_through` has it.
"""

from __future__ import annotations

import json
from typing import Any

import apsw

from protocol.lease import RefundRight
from protocol.movements import ReleaseDetail
from protocol.operation import Kind, Operation, OperationKey
from protocol.refund_right import born_right
from protocol.sale_detail import SaleDetailError
from terminal.errors import RefundElsewhere, RefundOutdated

_ROW = "SELECT so_far, sale FROM refund_right WHERE device = ? AND epoch = ? AND seq = ?"
_BORN = """SELECT bytes FROM operation, ledger WHERE seq = ?1 AND kind = 'sale' AND seq > released_through
AND device = ?2 AND epoch = ?3 AND NOT EXISTS (SELECT 1 FROM released WHERE released.seq = ?1)"""
_BYTES = "SELECT bytes FROM operation, ledger WHERE seq = ? AND device = ? AND epoch = ?"
_USE = """INSERT INTO refund_right (device, epoch, seq, so_far) VALUES (?, ?, ?, ?)
ON CONFLICT (device, epoch, seq) DO UPDATE SET so_far = excluded.so_far"""
_GRANT = "INSERT OR REPLACE INTO refund_right (device, epoch, seq, granted, so_far, sale) VALUES (?, ?, ?, ?, ?, ?)"
_GO = "DELETE FROM refund_right WHERE device = ? AND epoch = ? AND seq = ?"
_NAMED = "INSERT OR IGNORE INTO released (seq) SELECT ?1 FROM ledger WHERE ?1 > released_through"
_GRANTED = "SELECT device, epoch, seq FROM refund_right WHERE granted IS NOT NULL ORDER BY device, epoch, seq"
_OPEN = """SELECT seq FROM operation WHERE kind = 'sale' AND seq > (SELECT released_through FROM ledger)
AND json_extract(CAST(bytes AS TEXT), '$.business_date') < ? ORDER BY seq DESC LIMIT 1"""
REFUNDS = frozenset({Kind.REFUND, Kind.VOID})


def right_here(cursor: apsw.Cursor, key: OperationKey) -> RefundRight | None:
    """The right to refund this sale with what came back so far; None if it does not lie here."""
    name = (key.device, key.epoch, key.seq)
    rows: Any = cursor.execute(_ROW, name).fetchall()
    if rows:
        so_far, sale = rows[0]
        data = sale if sale is not None else _one(cursor, _BYTES, (key.seq, key.device, key.epoch))
        return None if data is None else RefundRight(sale=key, operation=data.decode(), so_far=json.loads(so_far))
    data = _one(cursor, _BORN, (key.seq, key.device, key.epoch))
    return None if data is None else born_right(data)


def granted_here(cursor: apsw.Cursor) -> tuple[OperationKey, ...]:
    """The sales whose right came by a grant."""
    rows: Any = cursor.execute(_GRANTED).fetchall()
    return tuple(OperationKey(device=device, epoch=epoch, seq=seq) for device, epoch, seq in rows)


def grant(cursor: apsw.Cursor, number: int, right: RefundRight) -> None:
    key = right.sale
    said = (json.dumps(right.so_far), right.operation.encode())
    cursor.execute(_GRANT, (key.device, key.epoch, key.seq, number, *said))


def use(cursor: apsw.Cursor, operation: Operation) -> None:
    """A refund or void needs the right, worked out from what came back so far, and hands the rest of it on.

    Raises RefundElsewhere or RefundOutdated. A refund without a sale is a manager's, and needs no right.
    """
    if operation.detail["sale"] is None:
        return
    key = OperationKey.model_validate(operation.detail["sale"])
    try:
        right = right_here(cursor, key)
    except SaleDetailError as error:
        raise AssertionError(f"sale {key.name} is in this ledger and cannot be read: {error}") from error
    if right is None:
        raise RefundElsewhere(key.name)
    if right.so_far != operation.detail["so_far"]:
        raise RefundOutdated(key.name)
    cursor.execute(_USE, (key.device, key.epoch, key.seq, json.dumps(operation.detail["after"])))


def release(cursor: apsw.Cursor, operation: Operation) -> None:
    """Rights leave this terminal.

    `through` takes those that were born here and have never left; one that came by a grant leaves by name alone, since
    a grant may be on its way while this is written.
    """
    detail = ReleaseDetail.model_validate(dict(operation.detail))
    ours = (operation.device, operation.epoch)
    if detail.through is not None:
        through = (*ours, detail.through)
        cursor.execute("UPDATE ledger SET released_through = max(released_through, ?)", (detail.through,))
        cursor.execute("DELETE FROM released WHERE seq <= ?", (detail.through,))
        cursor.execute(
            "DELETE FROM refund_right WHERE device = ? AND epoch = ? AND seq <= ? AND granted IS NULL", through
        )
    for sale in detail.sales:
        cursor.execute(_GO, (sale.device, sale.epoch, sale.seq))
        if (sale.device, sale.epoch) == ours:
            cursor.execute(_NAMED, (sale.seq,))


def last_sale_before(cursor: apsw.Cursor, day: str) -> int | None:
    """The newest sale of a business date before `day` above those that were released."""
    rows: Any = cursor.execute(_OPEN, (day,)).fetchall()
    return int(rows[0][0]) if rows else None


def _one(cursor: apsw.Cursor, sql: str, bindings: tuple[Any, ...]) -> bytes | None:
    rows: Any = cursor.execute(sql, bindings).fetchall()
    found: bytes | None = rows[0][0] if rows else None
    return found
