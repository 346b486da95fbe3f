"""Money becomes stored value at this till, at once, within the room that HQ has leased here (D24, D25, F051)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loyalty import Refused, Tender, ToppedUp, TopUp, room_key, top_up
from loyalty.possession import Proof
from protocol.lease import GrantAsk
from protocol.operation import Kind, Operation
from protocol.value_detail import top_up_detail
from terminal.counter.act import Act, commit, new_lot_id, operation_of, posting_records, recorded
from terminal.counter.balance import balance_after
from terminal.counter.masking import mask_name
from terminal.counter.phrase import Refusal
from terminal.counter.shop import COPYABLE, Shop
from terminal.counter.shortage import refusal
from terminal.counter.slip import slip_head, tender_views
from terminal.store.known_member import KnownMember


@dataclass(frozen=True)
class TopUpWish:
    """`amount` minor units of principal for `member`, paid by `tenders`."""

    member: KnownMember
    amount: int
    tenders: tuple[Tender, ...]
    proof: Proof = COPYABLE


def top_up_value(shop: Shop, wish: TopUpWish, intent: str, body: object) -> dict[str, Any]:
    """Commit the top-up and return its receipt: what it made can be spent here at once, and lies here whole.

    All is checked before money is taken. Raises Refusal with the verdict, and StoreError if the ledger cannot take it.
    """
    before = recorded(shop, intent, body)
    if before is not None:
        return before
    programme, at, facts = shop.programme(), shop.moment(), shop.known_facts(wish.member)
    state = shop.state(wish.member, wish.proof)
    asked = TopUp(wish.amount, wish.tenders, named=is_named(wish.member))
    done = top_up(asked, facts, programme, at, state, new_lot_id(shop))
    if isinstance(done, Refused):
        raise refusal(shop, wish.member, done)
    act = Act(
        kind=Kind.TOP_UP,
        intent=intent,
        at=at,
        member=wish.member.id,
        postings=posting_records(done.postings),
        detail=top_up_detail(asked, facts, state, at, programme, done),
    )
    operation = operation_of(shop, act)
    answer = _receipt(shop, operation, wish.member, done)
    commit(shop, operation, body, answer, Refusal("tender_invalid", 422))
    return answer


def room_missing(shop: Shop, wish: TopUpWish) -> tuple[GrantAsk, ...]:
    """What of the room for this top-up is not leased here."""
    key = room_key(wish.member.id)
    missing = wish.amount - shop.state(wish.member).leased.get(key, 0)
    return (GrantAsk(member=wish.member.id, after=0, limits={key: missing}),) if missing > 0 else ()


def is_named(member: KnownMember) -> bool:
    """Whether the card stands for somebody known by name: the higher limit is for these (D25)."""
    return bool(member.name.strip())


def _receipt(shop: Shop, operation: Operation, member: KnownMember, done: ToppedUp) -> dict[str, Any]:
    return {
        **slip_head(shop, operation),
        "member": {"id": member.id, "name": mask_name(member.name)},
        "amount": done.amount,
        "bonus": done.lot.bonus,
        "bonus_until": done.lot.expires_on,
        "tenders": tender_views(done.paid.tenders),
        "rounding": done.paid.rounding,
        "change": done.paid.change,
        "balance": balance_after(shop, member, operation.postings),
    }
