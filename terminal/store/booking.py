"""What an operation does to the leases, inside its own transaction: the CHECK decides (sync.md, Leases 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import apsw

from loyalty.ledger import Account, Asset
from protocol.operation import Kind, LotRecord, Operation
from terminal.errors import LeaseShort
from terminal.store import value_lots
from terminal.store.leases import BEARER, owner_of_limit
from terminal.store.schema import ADD_LEASE, CHANGE_LEASE

Changes = Mapping[tuple[Asset, str], int]
_NEVER_STOPPED = frozenset({Kind.LEASE_RETURN, Kind.RELEASE, Kind.EXPIRE, Kind.VOID})
_LOOKED_UP = {
    Asset.PRINCIPAL: "SELECT member FROM value_lot WHERE lot = ?",
    Asset.BONUS: "SELECT member FROM value_lot WHERE lot = ?",
    Asset.COUPON: "SELECT member FROM coupon WHERE code = ?",
}
_TOTAL = "SELECT coalesce(sum(remaining), 0) FROM lease WHERE member = ? AND asset = ?"


def changes_of(operation: Operation) -> Changes:
    """How an operation changes the leases, by asset and lot."""
    changes: dict[tuple[Asset, str], int] = {}
    for posting in operation.postings:
        if posting.account is Account.LEASE:
            key = (posting.asset, posting.lot)
            changes[key] = changes.get(key, 0) + posting.amount
    return changes


def spends(operation: Operation) -> bool:
    """Whether it uses anything that lies here: what stops when HQ was away too long (Leases 4 and 8).

    Returns, releases and expiry give up, and a void undoes what this till did on the same day; they go on.
    """
    if operation.kind in _NEVER_STOPPED:
        return False
    refunds = operation.kind is Kind.REFUND and operation.detail.get("sale") is not None
    return refunds or any(each.account is Account.LEASE and each.amount < 0 for each in operation.postings)


def book(cursor: apsw.Cursor, operation: Operation, changes: Changes) -> None:
    """Book the changes of an operation. Raises LeaseShort where a lease would fall below zero."""
    born = {lot.id: lot for lot in operation.lots}
    owners: dict[str, str] = {}
    for (asset, lot), amount in changes.items():
        owner = owners[lot] = owner_of(cursor, operation, asset, lot)
        if amount > 0:
            dates = _dates(born.get(lot), operation) if asset is Asset.POINTS else (None, None)
            cursor.execute(ADD_LEASE, (owner, asset, lot, *dates, amount, operation.seq, amount))
        elif amount < 0 and not _taken(cursor, owner, asset, lot, amount):
            raise _short(cursor, owner, asset, lot, changes)
    for posting in operation.postings:
        if posting.asset in value_lots.VALUE and posting.lot not in owners:
            owners[posting.lot] = owner_of(cursor, operation, posting.asset, posting.lot)
    value_lots.book(cursor, operation, owners)


def owner_of(cursor: apsw.Cursor, operation: Operation, asset: Asset, lot: str) -> str:
    """Whose lease it is: the operation's member's, or of a bearer's right its bearer's."""
    member = operation.member or BEARER
    if asset is Asset.LIMIT:
        return owner_of_limit(lot, member)
    if asset in _LOOKED_UP:
        rows = cursor.execute(_LOOKED_UP[asset], (lot,)).fetchall()
        if rows:
            return str(rows[0][0])
        bought = operation.kind is Kind.SALE and asset is not Asset.COUPON
        return BEARER if bought else member  # what a sale makes is a gift card, and that is whoever's bears it
    return member


def _dates(lot: LotRecord | None, operation: Operation) -> tuple[str, str | None]:
    return (operation.business_date, None) if lot is None else (lot.earned_on, lot.expires_on)


def _taken(cursor: apsw.Cursor, owner: str, asset: Asset, lot: str, amount: int) -> bool:
    """Whether the lease held as much; the CHECK says so."""
    try:
        cursor.execute(CHANGE_LEASE, (amount, owner, asset, lot))
    except apsw.ConstraintError:
        return False
    return cursor.connection.changes() == 1


def _short(cursor: apsw.Cursor, owner: str, asset: Asset, lot: str, changes: Changes) -> LeaseShort:
    """Nothing of the transaction stays, so what is there now and what it took before make what was there."""
    asked = -sum(amount for (each, _), amount in changes.items() if each is asset and amount < 0)
    done = 0
    for (each, name), amount in changes.items():
        if (each, name) == (asset, lot):
            break
        done += amount if each is asset else 0
    total: Any = cursor.execute(_TOTAL, (owner, asset)).fetchall()[0][0]
    return LeaseShort(owner, asked, total - done, asset, lot)
