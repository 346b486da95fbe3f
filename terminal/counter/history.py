"""What a member may see of the past: purchases at this till, and every gain and use of points (F031, F060, F072)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty.ledger import Account, Asset
from protocol.operation import Operation
from terminal.counter.receipt_number import receipt_number
from terminal.counter.shop import Shop
from terminal.store.known_member import KnownMember


def purchases(operations: Sequence[Operation]) -> list[dict[str, Any]]:
    """Newest first. Amounts in minor units, as they were on the receipt."""
    return [
        {
            "number": receipt_number(operation.device, operation.epoch, operation.seq),
            "at_ms": operation.at_ms,
            "net": operation.detail["quote"]["net"],
            "saved": operation.detail["quote"]["gross"] - operation.detail["quote"]["net"],
            "earned": _moved(operation, Account.ISSUED),
            "used": -_moved(operation, Account.REDEEMED),
        }
        for operation in operations
    ]


def points_record(shop: Shop, member: KnownMember, operations: Sequence[Operation]) -> list[dict[str, Any]]:
    """The lots that the member holds, soonest expiry first, then what was earned and used at this till."""
    lots = sorted(shop.lots(member), key=lambda lot: (lot.expires_on is None, lot.expires_on or "", lot.earned_on))
    held = [
        {"kind": "lot", "points": lot.points, "earned_on": lot.earned_on, "expires_on": lot.expires_on} for lot in lots
    ]
    moved = [
        {"kind": kind, "points": points, "at_ms": operation.at_ms}
        for operation in operations
        for kind, points in (
            ("used", -_moved(operation, Account.REDEEMED)),
            ("earned", _moved(operation, Account.ISSUED)),
        )
        if points
    ]
    return held + moved


def _moved(operation: Operation, account: Account) -> int:
    """Points that left `account`: positive for what was issued, negative for what was redeemed."""
    return -sum(p.amount for p in operation.postings if p.asset is Asset.POINTS and p.account is account)
