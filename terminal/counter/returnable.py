"""A sale whose goods may come back here: its own record, the right to refund it, and what is known of the member.

The right to refund lives in one place at a time (D30; sync.md, Leases 11). Where it is not here, no refund is made:
the refusal names the till that made the sale.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from loyalty import Known, Moment, Pending, Programme, RefundsSoFar, SoldSale, Standing
from loyalty.ledger import Account, Asset
from loyalty.lots import Lot
from loyalty.pending import active_on
from loyalty.points import programme_day
from protocol.operation import Kind, Operation, OperationError, OperationKey
from protocol.refund_detail import RefundDetailError, so_far_from
from protocol.sale_detail import SaleDetail, SaleDetailError
from protocol.sold_sale import sold_sale
from terminal.counter.barcode import refuse_foreign
from terminal.counter.phrase import Refusal
from terminal.counter.receipt_number import number_of, read_number
from terminal.counter.shop import Shop


@dataclass(frozen=True)
class Returnable:
    """All that `loyalty.refund` and `loyalty.void` ask for but the lines. `programme` is of the sale's version."""

    key: OperationKey
    member: str | None
    sale: SoldSale
    programme: Programme
    so_far: RefundsSoFar
    standing: Standing
    known: Known
    at: Moment


def key_of(text: str) -> OperationKey:
    """The sale that a receipt's number names. Raises Refusal `receipt_number_invalid`."""
    key = read_number(text)
    if key is None:
        refuse_foreign(text)
        raise Refusal("receipt_number_invalid", 422, number=text[:64])
    return key


def is_here(shop: Shop, key: OperationKey) -> bool:
    """Whether the right to refund this sale lies at this terminal."""
    return shop.ledger.refund_right(key) is not None


def returnable(shop: Shop, key: OperationKey) -> Returnable:
    """Raises Refusal refund_elsewhere, sale_unknown, sale_unreadable or programme_missing."""
    right = shop.ledger.refund_right(key)
    if right is None:
        raise _not_here(shop, key)
    try:
        operation = Operation.decode(right.operation.encode())
        programme = shop.programme_of(SaleDetail.read(operation.detail).programme_version)
        sale = sold_sale(operation, programme)
        so_far = so_far_from(right.so_far)
    except (OperationError, SaleDetailError, RefundDetailError) as error:
        raise Refusal("sale_unreadable", 409, number=number_of(key)) from error
    at = shop.moment()
    standing = _standing(shop, operation.member, sale, so_far, programme, at)
    known = _known(shop, operation, right.so_far, sale.lot)
    return Returnable(key, operation.member, sale, programme, so_far, standing, known, at)


def _not_here(shop: Shop, key: OperationKey) -> Refusal:
    """It was sold elsewhere, or its right has left; or nothing was sold under this number. A bank card's number in
    groups looks like one too, and is not said again."""
    refuse_foreign(number_of(key))
    own = (key.device, key.epoch) == (shop.identity.device, shop.identity.epoch)
    operation = shop.ledger.operation(key.seq) if own else None
    if own and (key.seq >= shop.ledger.next_seq() or (operation is not None and operation.kind is not Kind.SALE)):
        return Refusal("sale_unknown", 404, number=number_of(key))
    return Refusal("refund_elsewhere", 409, number=number_of(key), device=key.device)


def _standing(
    shop: Shop, member: str | None, sale: SoldSale, so_far: RefundsSoFar, programme: Programme, at: Moment
) -> Standing:
    """What a claw-back may take here: it takes what waits, then this lease; the rest is owed, and HQ nets it with what
    it has (Leases 3)."""
    if member is None:
        return Standing()
    row = shop.directory.member(member)
    debt = shop.debt(row) if row is not None else 0
    return Standing(tuple(_pending(sale, so_far, programme, at)), shop.ledger.held(member).points, debt=debt)


def _pending(sale: SoldSale, so_far: RefundsSoFar, programme: Programme, at: Moment) -> Iterable[Pending]:
    """The sale's own points while the return window is open: whatever was taken back so far came out of them (D13)."""
    waiting = {p.lot for p in sale.sale.postings if (p.asset, p.account) == (Asset.POINTS, Account.PENDING)}
    today = programme_day(programme, at).isoformat()
    for lot in sale.sale.new_lots:
        opens, left = active_on(lot.earned_on, programme.points), lot.points - so_far.points_taken
        if lot.id in waiting and left > 0 and today < opens:
            yield Pending(Lot(lot.id, left, lot.earned_on, lot.expires_on), opens)


def _known(shop: Shop, operation: Operation, so_far: dict[str, Any], lot: str) -> Known:
    """The lots of value that paid, as they are here now, the member's stamps, and what has ended of the sale's points:
    that counts as taken (D12)."""
    value, member = shop.ledger.value_of(operation, so_far), operation.member
    if member is None:
        return Known(value)
    return Known(value, shop.ledger.held(member).stamps, shop.ledger.ended_points(member, lot))
