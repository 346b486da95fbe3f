"""Goods come back: what it would do, shown before it is confirmed, and the refund itself (D05, D10–D15, D30).

An exchange is a refund and then a sale, two operations with an intent each: one operation is one act with its own
inputs, its own replay and, for a sale, a right to refund of its own, and both together would not fit into one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loyalty import Refund, Refused, Return, TenderKind, refund
from loyalty.refund_lines import sold_lines
from protocol.operation import Kind, OperationKey
from protocol.refund_detail import Asked, refund_detail, returned_lots
from terminal.counter.act import Act, commit, operation_of, posting_records, recorded
from terminal.counter.phrase import Refusal
from terminal.counter.refund_view import refund_receipt, refund_view
from terminal.counter.returnable import Returnable, returnable
from terminal.counter.shop import Shop

MAX_RETURNS = 100
COLLECTED_BY = (TenderKind.CASH, TenderKind.CARD, TenderKind.MOBILE)


@dataclass(frozen=True)
class ReturnWish:
    """`lines` of `sale` come back; none named is all that is left and may come. `collect` takes a difference."""

    sale: OperationKey
    lines: tuple[Return, ...] = ()
    collect: TenderKind = TenderKind.CASH


def preview_refund(shop: Shop, wish: ReturnWish) -> dict[str, Any]:
    """What the refund would do, with every reason; nothing is kept. Raises Refusal."""
    case = _case(shop, wish)
    return refund_view(shop, case, _worked_out(case, wish))


def refund_goods(shop: Shop, wish: ReturnWish, intent: str, body: object) -> dict[str, Any]:
    """Commit the refund and return its receipt; `body` is the request that asked for it.

    Raises Refusal with the verdict and its amounts, and StoreError if the ledger cannot take it.
    """
    before = recorded(shop, intent, body)
    if before is not None:
        return before
    case = _case(shop, wish)
    request = wish.lines or everything_left(case)
    done = _worked_out(case, wish)
    return commit_refund(shop, Kind.REFUND, case, request, wish.collect, done, intent, body)


def points_short(shop: Shop, wish: ReturnWish) -> tuple[str, int] | None:
    """Whom, and how many of the points to be taken back are not here: HQ's pool may have them (Leases 3)."""
    case = _case(shop, wish)
    short = _worked_out(case, wish).taken
    missing = short.debt + short.over_cap
    return (case.member, missing) if case.member is not None and missing > 0 else None


def commit_refund(
    shop: Shop,
    kind: Kind,
    case: Returnable,
    request: tuple[Return, ...],
    collect: TenderKind,
    done: Refund,
    intent: str,
    body: object,
    exact: bool | None = None,
) -> dict[str, Any]:
    """The operation of a refund or void, and its receipt."""
    asked = Asked(case.key, request, case.so_far, case.standing, case.known, collect)
    act = Act(
        kind=kind,
        intent=intent,
        at=case.at,
        member=case.member,
        postings=posting_records(done.postings),
        detail=refund_detail(asked, case.sale, case.at, done, exact),
        lots=returned_lots(done),
    )
    operation = operation_of(shop, act)
    answer = refund_receipt(shop, operation, case, done)
    commit(shop, operation, body, answer, Refusal("refund_too_large", 422, limit=MAX_RETURNS))
    return answer


def everything_left(case: Returnable) -> tuple[Return, ...]:
    """All units that have not come back and may."""
    lines = sold_lines(case.sale, case.programme)
    left = case.so_far.left(case.sale)
    return tuple(Return(no, count) for no, count in left.items() if count and lines[no].is_returnable)


def _case(shop: Shop, wish: ReturnWish) -> Returnable:
    """The right to refund is a lease too: it ends when HQ was away too long (Leases 4, 8 and 11)."""
    if shop.spending_stopped():
        raise Refusal("refund_stopped", 409)
    return returnable(shop, wish.sale)


def _worked_out(case: Returnable, wish: ReturnWish) -> Refund:
    request = wish.lines or everything_left(case)
    policy = case.programme.refunds
    facts = (case.standing, case.programme, case.at, policy, case.known, wish.collect)
    done = refund(case.sale, case.so_far, request, *facts)
    if isinstance(done, Refused):
        raise Refusal(done.verdict.value, **done.params)
    return done
