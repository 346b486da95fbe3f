"""A sale: price, settle, commit. The commit is the sale: what is not committed never happened (sync.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from loyalty import Basket, Moment, Programme, Quote, Refused, Sale, Tender, TillState, price, settle
from loyalty.assurance import Action
from loyalty.possession import Proof
from loyalty.sale import TenderKind
from protocol.operation import Kind, Operation
from protocol.sale_detail import sale_detail, sale_lots, sale_postings
from terminal.counter.act import Act, commit, new_lot_id, operation_of, recorded
from terminal.counter.barcode import refuse_foreign
from terminal.counter.phrase import Refusal
from terminal.counter.proof_gate import require_for_sale
from terminal.counter.receipt import receipt
from terminal.counter.shop import COPYABLE, Shop
from terminal.counter.shortage import refusal
from terminal.counter.till import MAX_LINES
from terminal.store.known_member import KnownMember

Given = tuple[str, int] | tuple[str, int, str]  # a tender: its kind, the amount, and the account of a gift card


@dataclass(frozen=True)
class Checkout:
    """A wish to sell. `intent` is made by whoever asks, once per sale; the same wish gets the same answer."""

    intent: str
    basket: Basket
    member: KnownMember | None
    tenders: tuple[Tender, ...]
    proof: Proof = COPYABLE


@dataclass(frozen=True)
class _Settled:
    checkout: Checkout
    programme: Programme
    state: TillState
    at: Moment
    sale: Sale


def quote_for(shop: Shop, basket: Basket, member: KnownMember | None, proof: Proof = COPYABLE) -> Quote:
    """The price here and now. Raises Refusal programme_missing or directory_empty."""
    state = shop.state(member, proof, basket.coupons)
    return price(basket, shop.facts(member), shop.programme(), shop.moment(), state)


def sell(shop: Shop, checkout: Checkout, body: object) -> dict[str, Any]:
    """Commit the sale and return its receipt; `body` is the request that asked for it.

    Raises Refusal with the verdict and its amounts, and StoreError if the ledger cannot take it.
    """
    before = recorded(shop, checkout.intent, body)
    if before is not None:
        return before
    settled = _settle(shop, checkout)
    operation = _operation(shop, settled)
    known = shop.configured().allows(Action.SEE_BALANCE, checkout.proof)
    who, programme = checkout.member, settled.programme
    answer = receipt(shop, operation, settled.sale, checkout.basket, who, programme, balance=known)
    commit(shop, operation, body, answer, Refusal("basket_full", 422, limit=MAX_LINES))
    return answer


def _settle(shop: Shop, checkout: Checkout) -> _Settled:
    programme, moment = shop.programme(), shop.moment()
    member = shop.facts(checkout.member)
    state = shop.state(checkout.member, checkout.proof, checkout.basket.coupons)
    quote = price(checkout.basket, member, programme, moment, state)
    lot = new_lot_id(shop)
    sale = settle(quote, member, checkout.tenders, programme, moment, state, lot, checkout.basket)
    if isinstance(sale, Refused):
        raise refusal(shop, checkout.member, sale)
    if checkout.member is not None:
        shown = checkout.proof.shown(hq=shop.online())
        require_for_sale(shop, checkout.member, sale, shown, state.copyable_used)
    return _Settled(checkout, programme, state, moment, sale)


def _operation(shop: Shop, settled: _Settled) -> Operation:
    checkout, sale = settled.checkout, settled.sale
    act = Act(
        kind=Kind.SALE,
        intent=checkout.intent,
        at=settled.at,
        member=checkout.member.id if checkout.member else None,
        postings=sale_postings(sale),
        detail=sale_detail(checkout.basket, shop.facts(checkout.member), settled.state, settled.at, sale),
        lots=sale_lots(sale),
    )
    return operation_of(shop, act)


def tenders_from(items: Sequence[Given]) -> tuple[Tender, ...]:
    """Raises Refusal tender_invalid for a kind that is not taken here or an absurd amount, and code_of_bank_card for an
    account that is none. What rounding takes to nothing is paid with a cash tender of 0 (D09)."""
    tenders = []
    for kind, amount, *account in items:
        for named in account:
            refuse_foreign(named)
        if kind not in set(TenderKind) or not 0 <= amount <= 10**12:
            raise Refusal("tender_invalid", 422, kind=kind[:32], amount=amount)
        tenders.append(Tender(TenderKind(kind), amount, *account))
    return tuple(tenders)
