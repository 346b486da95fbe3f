"""Leases in the ledger: what HQ has granted and sales have earned here, less what was spent here (sync.md, Leases)."""

from __future__ import annotations

from collections import defaultdict

import apsw

from loyalty.ledger import Account, Asset
from loyalty.lots import Lot, spending_order
from protocol.lease import Grant, GrantPage
from protocol.operation import Operation
from terminal.errors import LeaseShort, StoreError
from terminal.store.ledger_file import LedgerFile, Rows
from terminal.store.schema import CHANGE_LEASE, INSERT_LOT

_HELD = "SELECT lot, remaining, earned_on, expires_on FROM lease WHERE member = ? AND remaining > 0"
_GRANTED = "INSERT INTO granted (number, line, member, lot, points) VALUES (?, ?, ?, ?, ?)"
_ADD = """INSERT INTO lease (member, lot, earned_on, expires_on, remaining) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (member, lot) DO UPDATE SET remaining = remaining + excluded.remaining"""


def held(file: LedgerFile, member: str) -> tuple[Lot, ...]:
    """What may be spent here of a member's balance, in spending order (D17)."""
    return tuple(sorted((Lot(*row) for row in file.rows(_HELD, (member,))), key=spending_order))


def changes_of(operation: Operation) -> dict[str, int]:
    """How an operation changes the leases on points, by lot."""
    changes: dict[str, int] = defaultdict(int)
    for posting in operation.postings:
        if posting.account is Account.LEASE and posting.asset is Asset.POINTS:
            changes[posting.lot] += posting.amount
    return changes


def spends(operation: Operation) -> bool:
    """Whether it takes anything out of what HQ or earning has placed here: points, stamps, coupons, value, limits."""
    return any(posting.account is Account.LEASE and posting.amount < 0 for posting in operation.postings)


def change(cursor: apsw.Cursor, operation: Operation, changes: dict[str, int]) -> None:
    """Book the changes of an operation. Raises LeaseShort where a lot would fall below zero: the CHECK decides."""
    if not changes or operation.member is None:
        return
    born = {lot.id: lot for lot in operation.lots}
    booked = 0
    for lot, amount in changes.items():
        try:
            if lot in born:
                new = born[lot]
                dates = (new.earned_on, new.expires_on)
                cursor.execute(INSERT_LOT, (operation.member, lot, *dates, amount, operation.seq, amount))
            else:
                _change_lot(cursor, operation.member, lot, amount)
        except apsw.ConstraintError:
            asked = -sum(value for value in changes.values() if value < 0)
            raise LeaseShort(operation.member, asked, _total(cursor, operation.member) - booked) from None
        booked += amount


def _change_lot(cursor: apsw.Cursor, member: str, lot: str, amount: int) -> None:
    cursor.execute(CHANGE_LEASE, (amount, member, lot))
    if cursor.connection.changes() == 0:
        raise apsw.ConstraintError(f"no lease on lot {lot}")


def _total(cursor: apsw.Cursor, member: str) -> int:
    rows: Rows = cursor.execute("SELECT coalesce(sum(remaining), 0) FROM lease WHERE member = ?", (member,)).fetchall()
    return int(rows[0][0])


def grant(file: LedgerFile, page: GrantPage, applied: int) -> int:
    """Apply the grants above number `applied`, each once and in order. Returns the newest number.

    Raises StoreError for a gap: ask HQ again from `applied`.
    """
    news = [item for item in page.grants if item.number > applied]
    if not news:
        return applied
    for expected, item in enumerate(news, applied + 1):
        if item.number != expected:
            raise StoreError(f"grant {expected} is missing before grant {item.number}: ask HQ again from {applied}")
    newest = news[-1].number
    with file.transaction() as cursor:
        for item in news:
            _apply(cursor, item)
        cursor.execute("UPDATE ledger SET grants = ?", (newest,))
    return newest


def _apply(cursor: apsw.Cursor, item: Grant) -> None:
    for line, lot in enumerate(item.lots):
        cursor.execute(_GRANTED, (item.number, line, item.member, lot.lot, lot.points))
        cursor.execute(_ADD, (item.member, lot.lot, lot.earned_on, lot.expires_on, lot.points))
