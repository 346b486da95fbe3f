"""The right to refund a sale as it is born: with the sale, at the terminal that sold it (sync.md, Leases 11)."""

from __future__ import annotations

from loyalty.refund_json import so_far_json
from loyalty.refund_sale import untouched
from protocol.lease import RefundRight
from protocol.operation import Operation, OperationKey
from protocol.sale_detail import SaleDetail


def born_right(data: bytes) -> RefundRight:
    """The right to refund the sale whose operation these bytes are, while nothing of it has come back.

    Raises OperationError, or SaleDetailError if they are no sale.
    """
    operation = Operation.decode(data)
    detail = SaleDetail.read(operation.detail)
    so_far = untouched(detail.to_tenders(), detail.receipt.rounding)
    key = OperationKey(device=operation.device, epoch=operation.epoch, seq=operation.seq)
    return RefundRight(sale=key, operation=data.decode(), so_far=so_far_json(so_far))
