"""The receipt of a sale, as data."""

from __future__ import annotations

from typing import Any

from loyalty import Programme, Sale
from protocol.directory import MemberRow
from protocol.operation import Operation
from terminal.counter.masking import mask_name
from terminal.counter.offers import earning_name
from terminal.counter.shop import Shop
from terminal.counter.views import balance_view, product_name, reason_view


def receipt(
    shop: Shop, operation: Operation, sale: Sale, member: MemberRow | None, programme: Programme
) -> dict[str, Any]:
    """What the member takes away. The balance is the one after this sale, with what is not yet at HQ as waiting."""
    quote = sale.quote
    return {
        "number": f"{operation.store}-{operation.device[-4:]}-{operation.epoch}-{operation.seq:06d}",
        "seq": operation.seq,
        "intent": operation.intent,
        "at_ms": operation.at_ms,
        "business_date": operation.business_date,
        "store": shop.store().name,
        "member": None if member is None else {"id": member.id, "name": mask_name(member.name)},
        "lines": [
            {
                "no": line.no,
                "gtin": line.gtin,
                "name": product_name(shop, line.gtin),
                "quantity": line.quantity,
                "gross": line.gross,
                "net": line.net,
                "reasons": [reason_view(programme, reason) for reason in line.reasons],
            }
            for line in quote.lines
        ],
        "reasons": [reason_view(programme, reason) for reason in quote.reasons],
        "gross": quote.gross,
        "net": quote.net,
        "saved": quote.saved,
        "points_used": quote.use.points,
        "points_money": quote.use.money,
        "due": quote.due,
        "tenders": [{"kind": tender.kind.value, "amount": tender.amount} for tender in sale.tenders],
        "rounding": sale.rounding,
        "change": sale.change,
        "earned": [
            {"rule": earned.rule, "name": earning_name(programme, earned.rule), "points": earned.points}
            for earned in quote.earned
        ],
        "balance": None if member is None else _balance_after(shop, member, sale),
    }


def _balance_after(shop: Shop, member: MemberRow, sale: Sale) -> dict[str, Any]:
    before = balance_view(shop.balance(member))
    earned = sum(lot.points for lot in sale.new_lots)
    change = earned - sale.quote.use.points
    return {
        **before,
        "total": before["total"] + change,
        "here": before["here"] + change,
        "waiting": before["waiting"] + earned,
    }
