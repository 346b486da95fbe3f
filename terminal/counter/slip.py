"""What every receipt has: its head, and its tenders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from loyalty import Tender
from protocol.operation import Operation
from terminal.counter.receipt_number import receipt_number
from terminal.counter.shop import Shop


def slip_head(shop: Shop, operation: Operation) -> dict[str, Any]:
    """What stands above every receipt."""
    return {
        "kind": operation.kind.value,
        "number": receipt_number(operation.device, operation.epoch, operation.seq),
        "seq": operation.seq,
        "intent": operation.intent,
        "at_ms": operation.at_ms,
        "business_date": operation.business_date,
        "store": shop.store().name,
    }


def tender_view(tender: Tender) -> dict[str, Any]:
    account = {} if tender.account is None else {"account": tender.account}
    return {"kind": tender.kind.value, "amount": tender.amount, **account}


def tender_views(tenders: Iterable[Tender]) -> list[dict[str, Any]]:
    return [tender_view(tender) for tender in tenders]
