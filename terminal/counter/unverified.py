"""A refund that nobody can check, by a manager's word: cash, capped, and booked as the shop's exposure (Leases 11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from loyalty import TenderKind
from loyalty.limit_keys import LIMIT, counter_key
from loyalty.limits import Measure, Scope
from loyalty.quote import RightUse
from loyalty.right_postings import right_postings
from protocol.operation import Kind
from protocol.refund_detail import UnverifiedRefundDetail
from terminal.counter.act import Act, commit, operation_of, posting_records, recorded
from terminal.counter.approvals import Approvals
from terminal.counter.phrase import Refusal
from terminal.counter.shop import Shop
from terminal.counter.slip import slip_head


@dataclass(frozen=True)
class Unverified:
    """What this till allows: at most `most` minor units in one such refund and `daily` on one business date; 0 is
    none."""

    most: int = 0
    daily: int = 0
    approvals: Approvals = field(default_factory=Approvals)


@dataclass(frozen=True)
class UnverifiedWish:
    """`receipt` is what the slip says, as far as it can be read."""

    amount: int
    code: str
    receipt: str = ""


def refund_unverified(
    shop: Shop, allowed: Unverified, wish: UnverifiedWish, intent: str, body: object
) -> dict[str, Any]:
    """Commit it and return its receipt; it moves no points. The day's sum is counted in the ledger, with the refund.

    Raises Refusal unverified_not_offered, leases_only, unverified_too_much, tender_invalid, approval_wrong or
    approval_paused.
    """
    before = recorded(shop, intent, body)
    if before is not None:
        return before
    at = shop.moment()
    key = daily_key(at.business_date().isoformat())
    name = _approved(shop, allowed, wish, key, at.utc_ms)
    detail = UnverifiedRefundDetail(unverified_minor=wish.amount, approved_by=name, receipt=wish.receipt)
    act = Act(
        kind=Kind.REFUND,
        intent=intent,
        at=at,
        member=None,
        postings=posting_records(right_postings((RightUse(LIMIT, key, wish.amount),))),
        detail=detail.model_dump(mode="json"),
    )
    operation = operation_of(shop, act)
    answer = {
        **slip_head(shop, operation),
        "amount": wish.amount,
        "tenders": [{"kind": TenderKind.CASH.value, "amount": wish.amount}],
        "approved_by": name,
        "receipt": wish.receipt,
    }
    commit(shop, operation, body, answer, Refusal("refund_too_large", 422, limit=1))
    return answer


def daily_key(business_date: str) -> str:
    """The counter of what was refunded unverified here on one business date."""
    return counter_key(Scope.TERMINAL, Measure.MONEY, business_date, "unverified-refund")


def _approved(shop: Shop, allowed: Unverified, wish: UnverifiedWish, key: str, now_ms: int) -> str:
    if not allowed.most or not allowed.approvals.codes:
        raise Refusal("unverified_not_offered", 403)
    if shop.clock().leases_only:
        raise Refusal("leases_only", 409, days=shop.clock().dark_days)
    left = min(allowed.most, max(0, allowed.daily - shop.ledger.counted().get(key, 0)))
    if wish.amount > left:
        raise Refusal("unverified_too_much", 409, asked_minor=wish.amount, available_minor=left)
    unit = shop.programme().cash_rounding
    if wish.amount < 1 or (unit and wish.amount % unit):
        raise Refusal("tender_invalid", 422, kind=TenderKind.CASH.value, amount=wish.amount)
    return allowed.approvals.name_behind(wish.code, now_ms)
