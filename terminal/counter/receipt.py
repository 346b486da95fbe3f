"""The receipt of a sale, as data."""

from __future__ import annotations

from typing import Any

from loyalty import Account, Asset, Programme, Sale, Tender
from protocol.directory import MemberRow
from protocol.operation import Operation
from terminal.counter.masking import mask_name
from terminal.counter.offers import earning_name
from terminal.counter.shop import Shop
from terminal.counter.views import balance_view, product_name, reason_view, stamp_views, tax_view


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
        "tax": tax_view(programme, quote),
        "stamps": stamp_views(programme, quote),
        "tenders": [_tender(tender) for tender in sale.tenders],
        "rounding": sale.rounding,
        "change": sale.change,
        "earned": [
            {"rule": earned.rule, "name": earning_name(programme, earned.rule), "points": earned.points}
            for earned in sale.earned
        ],
        "balance": None if member is None else _balance_after(shop, member, sale),
    }


def _tender(tender: Tender) -> dict[str, Any]:
    account = {} if tender.account is None else {"account": tender.account}
    return {"kind": tender.kind.value, "amount": tender.amount, **account}


def _balance_after(shop: Shop, member: MemberRow, sale: Sale) -> dict[str, Any]:
    """New points pay a debt first (D12); the others can be spent here at once."""
    before, lease = balance_view(shop.balance(member)), _moved(sale, Account.LEASE)
    return {
        **before,
        "total": before["total"] + lease,
        "here": before["here"] + lease,
        "waiting": before["waiting"] + lease + sale.quote.use.points + _moved(sale, Account.PENDING),
        "debt": before["debt"] - _moved(sale, Account.DEBT),
    }


def _moved(sale: Sale, account: Account) -> int:
    return sum(p.amount for p in sale.postings if (p.asset, p.account) == (Asset.POINTS, account))
