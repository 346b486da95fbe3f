"""A refund as a screen and a receipt show it: before it is confirmed, and after (D05, D30)."""

from __future__ import annotations

from typing import Any

from loyalty import Refund
from loyalty.refund_note import notes
from protocol.operation import Operation
from terminal.counter.balance import balance_after
from terminal.counter.masking import mask_name
from terminal.counter.phrase import Phrase
from terminal.counter.receipt_number import number_of
from terminal.counter.returnable import Returnable
from terminal.counter.shop import Shop
from terminal.counter.slip import slip_head, tender_view, tender_views
from terminal.counter.views import product_name


def refund_view(shop: Shop, case: Returnable, done: Refund) -> dict[str, Any]:
    """Every amount of this return, in minor units, and why it is what it is; `given` below zero is to be paid."""
    return {
        "sale": number_of(case.key),
        "lines": [
            {
                "no": line.no,
                "gtin": line.gtin,
                "name": product_name(shop, line.gtin),
                "quantity": line.quantity,
                "amount": line.amount,
                "tax": line.tax,
            }
            for line in done.lines
        ],
        "value": done.value,
        "money": done.money,
        "given": done.given,
        "tenders": tender_views(done.tenders),
        "collected": tender_view(done.collected) if done.collected else None,
        "rounding": done.cash_rounding,
        "points_back": done.points_back,
        "points_money": done.points_money,
        "points_taken": done.taken.points,
        "deducted": done.deducted,
        "debt": done.debt,
        "value_back": sum(move.principal + move.bonus for move in done.value_moves),
        "coupons": [{"coupon": each.code, "state": each.state.value} for each in done.coupons],
        "complete": done.complete,
        "reasons": [Phrase(f"refund_{note.why.value}", dict(note.params)).view() for note in notes(done)],
        "left": _left(case, done),
    }


def refund_receipt(shop: Shop, operation: Operation, case: Returnable, done: Refund) -> dict[str, Any]:
    """What the member takes away; the balance is the one after it."""
    row = shop.directory.member(case.member) if case.member else None
    return {
        **slip_head(shop, operation),
        "member": None if row is None else {"id": row.id, "name": mask_name(row.name)},
        **refund_view(shop, case, done),
        "balance": None if row is None else balance_after(shop, row, operation.postings),
    }


def _left(case: Returnable, done: Refund) -> list[dict[str, int]]:
    """How many units of each line may still come back afterwards."""
    return [{"no": no, "quantity": left} for no, left in sorted(done.after.left(case.sale).items()) if left]
