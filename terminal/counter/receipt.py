"""The receipt of a sale, as data."""

from __future__ import annotations

from typing import Any

from loyalty import Basket, Programme, Sale
from protocol.operation import Operation
from terminal.counter.balance import balance_after
from terminal.counter.masking import mask_name
from terminal.counter.offers import earning_name
from terminal.counter.shop import Shop
from terminal.counter.slip import slip_head, tender_views
from terminal.counter.views import product_name, reason_view, stamp_views, tax_view
from terminal.store.known_member import KnownMember


def receipt(
    shop: Shop,
    operation: Operation,
    sale: Sale,
    basket: Basket,
    member: KnownMember | None,
    programme: Programme,
    *,
    balance: bool = True,
) -> dict[str, Any]:
    """What the member takes away. The balance is the one after this sale, with what is not yet at HQ as waiting; None
    where the proof was not enough to see it (not `balance`)."""
    quote = sale.quote
    asked = {line.no: line for line in basket.lines}
    return {
        **slip_head(shop, operation),
        "member": None if member is None else {"id": member.id, "name": mask_name(member.name)},
        "lines": [
            {
                "no": line.no,
                "gtin": line.gtin,
                "name": product_name(shop, line.gtin),
                "quantity": line.quantity,
                "unit_price": asked[line.no].unit_price,
                "grams": asked[line.no].grams,
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
        "tenders": tender_views(sale.tenders),
        "rounding": sale.rounding,
        "change": sale.change,
        "earned": [
            {"rule": earned.rule, "name": earning_name(programme, earned.rule), "points": earned.points}
            for earned in sale.earned
        ],
        "balance": None if member is None or not balance else balance_after(shop, member, operation.postings),
    }
