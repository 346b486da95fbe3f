"""What each kind of operation may move: for an asset and the role of an account, the sign of its amounts.

An operation that moves anything else is parked: a terminal that does so is newer than this HQ, or broken.
"""

from __future__ import annotations

from collections.abc import Mapping

from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from protocol.operation import Kind, Operation, PostingRecord

MAX_AMOUNT = 10**12  # of one posting; more is not a sale of any shop, and sums stay far below 63 bits
EITHER, IN, OUT = 0, 1, -1
Moves = Mapping[tuple[Asset, Role], int]

INSIDE = frozenset({Role.LEASE, Role.POOL, Role.PENDING, Role.DEBT})  # what the member has; the rest is outside
OWN_KINDS = frozenset({Kind.OPENING, Kind.ACTIVATE, Kind.ADJUST, Kind.WRITE_OFF, Kind.MERGE})  # of HQ's own chain alone
_RETURNED = (Asset.POINTS, Asset.PRINCIPAL, Asset.BONUS, Asset.COUPON, Asset.LIMIT, Asset.STAMP)
_DATED = (Asset.POINTS, Asset.PRINCIPAL, Asset.BONUS, Asset.COUPON)

_SALE: Moves = {
    (Asset.POINTS, Role.LEASE): EITHER,
    (Asset.POINTS, Role.ISSUED): OUT,
    (Asset.POINTS, Role.REDEEMED): IN,
    (Asset.POINTS, Role.DEBT): IN,
    (Asset.POINTS, Role.PENDING): IN,
    (Asset.LIMIT, Role.USED): IN,
    (Asset.LIMIT, Role.LIMIT): OUT,
    (Asset.LIMIT, Role.LEASE): OUT,
    (Asset.STAMP, Role.LEASE): EITHER,
    (Asset.STAMP, Role.ISSUED): OUT,
    (Asset.STAMP, Role.REDEEMED): IN,
    (Asset.COUPON, Role.LEASE): OUT,
    (Asset.COUPON, Role.REDEEMED): IN,
    (Asset.PRINCIPAL, Role.LEASE): OUT,
    (Asset.PRINCIPAL, Role.REDEEMED): IN,
    (Asset.BONUS, Role.LEASE): OUT,
    (Asset.BONUS, Role.REDEEMED): IN,
    (Asset.BONUS, Role.EXPIRED): IN,
}
_REFUND: Moves = {
    (Asset.POINTS, Role.LEASE): EITHER,
    (Asset.POINTS, Role.PENDING): EITHER,
    (Asset.POINTS, Role.POOL): EITHER,
    (Asset.POINTS, Role.DEBT): EITHER,
    (Asset.POINTS, Role.ISSUED): IN,
    (Asset.POINTS, Role.REDEEMED): OUT,
    (Asset.POINTS, Role.CANCELLED): IN,
    (Asset.POINTS, Role.EXPIRED): IN,
    (Asset.LIMIT, Role.USED): EITHER,  # a refund without a receipt is counted
    (Asset.LIMIT, Role.LIMIT): EITHER,
    (Asset.LIMIT, Role.LEASE): IN,
    (Asset.STAMP, Role.LEASE): EITHER,
    (Asset.STAMP, Role.ISSUED): IN,
    (Asset.STAMP, Role.REDEEMED): OUT,
    (Asset.COUPON, Role.LEASE): IN,
    (Asset.COUPON, Role.REDEEMED): OUT,
    (Asset.COUPON, Role.EXPIRED): IN,
    (Asset.PRINCIPAL, Role.LEASE): EITHER,
    (Asset.PRINCIPAL, Role.REDEEMED): OUT,
    (Asset.PRINCIPAL, Role.EXPIRED): IN,
    (Asset.BONUS, Role.LEASE): EITHER,
    (Asset.BONUS, Role.REDEEMED): EITHER,
    (Asset.BONUS, Role.CANCELLED): IN,
    (Asset.BONUS, Role.EXPIRED): IN,
}
_TOP_UP: Moves = {
    (Asset.PRINCIPAL, Role.ISSUED): OUT,
    (Asset.PRINCIPAL, Role.LEASE): EITHER,
    (Asset.PRINCIPAL, Role.REDEEMED): IN,
    (Asset.BONUS, Role.ISSUED): OUT,
    (Asset.BONUS, Role.LEASE): EITHER,
    (Asset.BONUS, Role.REDEEMED): IN,
    (Asset.BONUS, Role.EXPIRED): IN,
    (Asset.LIMIT, Role.LEASE): OUT,
    (Asset.LIMIT, Role.USED): IN,
}
_PAY_OUT: Moves = {
    (Asset.PRINCIPAL, Role.LEASE): OUT,
    (Asset.PRINCIPAL, Role.PAID_OUT): IN,
    (Asset.BONUS, Role.LEASE): OUT,
    (Asset.BONUS, Role.CANCELLED): IN,
    (Asset.BONUS, Role.EXPIRED): IN,
}
_RETURN: Moves = {place: sign for a in _RETURNED for place, sign in (((a, Role.LEASE), OUT), ((a, Role.POOL), IN))}
_EXPIRE: Moves = {
    place: sign
    for a in _DATED
    for place, sign in (((a, Role.LEASE), OUT), ((a, Role.POOL), OUT), ((a, Role.EXPIRED), IN))
}
_OPENING: Moves = {place: sign for a in _DATED for place, sign in (((a, Role.ISSUED), OUT), ((a, Role.POOL), IN))}
_ACTIVATE: Moves = {
    (Asset.POINTS, Role.PENDING): OUT,
    (Asset.POINTS, Role.POOL): IN,
    (Asset.POINTS, Role.DEBT): IN,
}
_ADJUST: Moves = {
    place: sign
    for a in _DATED
    for place, sign in (
        ((a, Role.ISSUED), OUT),
        ((a, Role.POOL), EITHER),
        ((a, Role.DEBT), OUT),
        ((a, Role.CANCELLED), IN),
    )
}
MOVES: Mapping[Kind, Moves] = {
    Kind.SALE: _SALE,
    Kind.REFUND: _REFUND,
    Kind.VOID: _REFUND,
    Kind.TOP_UP: _TOP_UP,
    Kind.PAY_OUT: _PAY_OUT,
    Kind.LEASE_RETURN: _RETURN,
    Kind.RELEASE: {},
    Kind.EXPIRE: _EXPIRE,
    Kind.OPENING: _OPENING,
    Kind.ACTIVATE: _ACTIVATE,
    Kind.ADJUST: _ADJUST,
    Kind.WRITE_OFF: _RETURN,
    Kind.MERGE: {},  # booked by `hq.merging`, onto two members at once
}


def may_move(operation: Operation, posting: PostingRecord) -> bool:
    """Whether an operation of this kind moves this, in this direction and in a sane amount."""
    sign = MOVES[operation.kind].get((posting.asset, posting.account))
    return sign is not None and posting.amount * sign >= 0 and abs(posting.amount) <= MAX_AMOUNT
