"""Principal goes back in money, as when a card is returned; it cancels the bonus of its lots (D24, F058)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loyalty import PaidOut, Refused, TenderKind, pay_out
from loyalty.assurance import Action
from loyalty.pay_out import can_be_paid_out
from loyalty.possession import Proof
from protocol.lease import GrantAsk
from protocol.operation import Kind, Operation
from protocol.value_detail import pay_out_detail
from terminal.counter.act import Act, commit, operation_of, posting_records, recorded
from terminal.counter.balance import balance_after, balance_of
from terminal.counter.masking import mask_name
from terminal.counter.phrase import Refusal
from terminal.counter.proof_gate import require_proof
from terminal.counter.shop import COPYABLE, Shop
from terminal.counter.shortage import refusal
from terminal.counter.slip import slip_head
from terminal.store.known_member import KnownMember


@dataclass(frozen=True)
class PayOutWish:
    """`amount` minor units of the member's principal, None for all that is here, by `by`."""

    member: KnownMember
    amount: int | None
    by: TenderKind
    proof: Proof = COPYABLE


def pay_value_out(shop: Shop, wish: PayOutWish, intent: str, body: object) -> dict[str, Any]:
    """Commit the pay-out and return its receipt. Only what lies here can be paid out.

    Raises Refusal with the verdict, and StoreError if the ledger cannot take it.
    """
    before = recorded(shop, intent, body)
    if before is not None:
        return before
    programme, at, facts = shop.programme(), shop.moment(), shop.known_facts(wish.member)
    state = shop.state(wish.member, wish.proof)
    done = pay_out(wish.amount, wish.by, facts, programme, at, state)
    if isinstance(done, Refused):
        raise refusal(shop, wish.member, done)
    require_proof(shop, Action.SPEND_VALUE, wish.proof.shown(hq=shop.online()), done.amount)
    act = Act(
        kind=Kind.PAY_OUT,
        intent=intent,
        at=at,
        member=wish.member.id,
        postings=posting_records(done.postings),
        detail=pay_out_detail(wish.amount, facts, state, at, programme, done),
    )
    operation = operation_of(shop, act)
    answer = _receipt(shop, operation, wish.member, done)
    commit(shop, operation, body, answer, Refusal("pay_out_too_large", 422))
    return answer


def value_missing(shop: Shop, wish: PayOutWish) -> tuple[GrantAsk, ...]:
    """What of the value to be paid out lies elsewhere, as far as it is known."""
    here, known = shop.state(wish.member).value, balance_of(shop, wish.member).value
    missing = known.total - known.here if wish.amount is None else wish.amount - can_be_paid_out(here)
    return (GrantAsk(member=wish.member.id, after=0, value=missing),) if missing > 0 else ()


def _receipt(shop: Shop, operation: Operation, member: KnownMember, done: PaidOut) -> dict[str, Any]:
    return {
        **slip_head(shop, operation),
        "member": {"id": member.id, "name": mask_name(member.name)},
        "amount": done.amount,
        "by": done.by.value,
        "cancelled": done.cancelled,
        "balance": balance_after(shop, member, operation.postings),
    }
