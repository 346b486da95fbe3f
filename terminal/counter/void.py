"""A whole sale undone on its own business date, while nothing of it has come back (sync.md, Conflicts)."""

from __future__ import annotations

from typing import Any

from loyalty import Refused, TenderKind, Void, void
from protocol.operation import Kind, OperationKey
from terminal.counter.act import recorded
from terminal.counter.phrase import Refusal
from terminal.counter.refund import commit_refund
from terminal.counter.refund_view import refund_view
from terminal.counter.returnable import Returnable, returnable
from terminal.counter.shop import Shop


def preview_void(shop: Shop, sale: OperationKey) -> dict[str, Any]:
    """What the void would do; nothing is kept. Raises Refusal."""
    case = returnable(shop, sale)
    done = _worked_out(case)
    return {**refund_view(shop, case, done.refund), "exact": done.exact}


def void_sale(shop: Shop, sale: OperationKey, intent: str, body: object) -> dict[str, Any]:
    """Commit the void and return its receipt. Effects no longer in this terminal's lease are taken as of a return.

    Raises Refusal with the verdict, and StoreError if the ledger cannot take it.
    """
    before = recorded(shop, intent, body)
    if before is not None:
        return before
    case = returnable(shop, sale)
    done = _worked_out(case)
    return commit_refund(shop, Kind.VOID, case, (), TenderKind.CASH, done.refund, intent, body, done.exact)


def _worked_out(case: Returnable) -> Void:
    policy = case.programme.refunds
    done = void(case.sale, case.so_far, case.standing, case.programme, case.at, policy, case.known)
    if isinstance(done, Refused):
        raise Refusal(done.verdict.value, **done.params)
    return done
