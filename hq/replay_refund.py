"""HQ works a refund or a void out again from the sale's own operation and what the till wrote down (D11, D21, D30)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hq.reasons import Reason
from hq.refund_rights import refunded_sale
from hq.replay import UNPRICEABLE
from loyalty import ENGINE, Moment, Programme, Refund, Refused, refund, void
from loyalty.refund_json import so_far_json
from protocol import canonical
from protocol.operation import Kind, Operation, OperationError, OperationKey, PostingRecord
from protocol.refund_detail import RefundDetail, RefundDetailError, recorded_refund, returned_lots
from protocol.sale_detail import SaleDetailError
from protocol.sold_sale import sold_sale

Lookup = Callable[[OperationKey], bytes | None]  # the bytes of an operation that HQ has


def replay_refund(operation: Operation, programmes: Mapping[int, Programme], lookup: Lookup) -> Reason | None:
    """None when the result is the same, or when HQ knows neither this engine nor this version of the programme.

    Compared are what was shown, the right that is left, the member, and every posting and lot. A refund without a sale
    has nothing to be worked out. REFUND_OF_UNKNOWN_SALE while HQ does not have the sale, or is too old to read it.
    """
    if operation.detail.get("sale", ...) is None:
        return None
    sale = refunded_sale(operation)
    if sale is None:
        return Reason.REPLAY_IMPOSSIBLE
    sold = _sold(sale, lookup)
    if sold is None:
        return Reason.REFUND_OF_UNKNOWN_SALE
    try:
        detail = RefundDetail.read(operation.detail)
    except RefundDetailError:
        return Reason.REPLAY_IMPOSSIBLE
    programme = programmes.get(detail.programme_version)
    if programme is None or detail.engine != ENGINE:
        return None
    try:
        same = _is_same(operation, detail, sold, programme)
    except (SaleDetailError, RefundDetailError, *UNPRICEABLE):
        return Reason.REPLAY_IMPOSSIBLE
    return None if same and operation.member == sold.member else Reason.REPLAY_DIFFERS


def _sold(sale: OperationKey, lookup: Lookup) -> Operation | None:
    data = lookup(sale)
    try:
        return None if data is None else Operation.decode(data)
    except OperationError:
        return None


def _is_same(operation: Operation, detail: RefundDetail, sold: Operation, programme: Programme) -> bool:
    done = _again(operation, detail, sold, programme)
    if done is None:
        return False
    postings = tuple(PostingRecord(account=p.account, asset=p.asset, lot=p.lot, amount=p.amount) for p in done.postings)
    told = (detail.result, detail.after)
    return canonical.encode([recorded_refund(done), so_far_json(done.after)]) == canonical.encode(list(told)) and (
        postings,
        returned_lots(done),
    ) == (operation.postings, operation.lots)


def _again(operation: Operation, detail: RefundDetail, sold: Operation, programme: Programme) -> Refund | None:
    """The same refund, or None if it would be refused, or be no void by the same rules."""
    sale, at = sold_sale(sold, programme), Moment(operation.at_ms, operation.zone, detail.cutoff_hours)
    so_far, standing, known, policy = detail.to_so_far(), detail.standing.read(), detail.known.read(), programme.refunds
    if operation.kind is Kind.VOID:
        undone = void(sale, so_far, standing, programme, at, policy, known)
        return None if isinstance(undone, Refused) or undone.exact is not detail.exact else undone.refund
    request, collect = detail.to_request(), detail.collect
    done = refund(sale, so_far, request, standing, programme, at, policy, known, collect)
    return None if isinstance(done, Refused) else done
