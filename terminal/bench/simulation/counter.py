"""What is done at a till's counter, by the product's own use cases; a refusal is an answer too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from loyalty import Basket, Line, Return, Tender, TenderKind
from loyalty.possession import Proof
from protocol.lease import GrantAsk
from protocol.operation import OperationKey
from terminal.bench.simulation.chain import member_limit, shared_limits
from terminal.bench.simulation.terminal_node import TerminalNode
from terminal.counter.pay_out import PayOutWish, pay_value_out, value_missing
from terminal.counter.phrase import Refusal
from terminal.counter.refund import ReturnWish, refund_goods
from terminal.counter.returnable import is_here
from terminal.counter.sell import Checkout, quote_for, sell
from terminal.counter.top_up import TopUpWish, room_missing, top_up_value
from terminal.counter.void import void_sale
from terminal.errors import StoreError
from terminal.store.known_member import KnownMember

CASH = Tender(TenderKind.CASH, 10**7)
PROVEN = Proof("P4")  # a card that cannot be copied: its daily cap is another subject


class Act(StrEnum):
    BUY = "buy"
    RETURN = "return"
    VOID = "void"
    TOP_UP = "top_up"
    PAY_OUT = "pay_out"


@dataclass(frozen=True)
class Wish:
    """What a customer wants. To buy `lines`, with `points` and stored `value` as far as the price takes them; to bring
    back `units` of `sale`, none named: all of it, or to undo it; or to top up `value`, or have it paid out. A sale may
    show a `coupon`, and go after the `limited` offer. `intent` is made by whoever asks."""

    intent: str
    act: Act
    member: str | None
    lines: tuple[Line, ...] = ()
    points: int = 0
    value: int = 0
    sale: OperationKey | None = None
    coupon: str | None = None
    limited: bool = False
    units: tuple[Return, ...] = ()

    @property
    def spends(self) -> bool:
        return self.act is Act.BUY and bool(self.points or self.value)


@dataclass(frozen=True)
class Served:
    """The receipt, or why there is none: the code of the refusal."""

    receipt: dict[str, Any] | None
    code: str = ""


def serve(node: TerminalNode, wish: Wish) -> Served:
    """Do what is wished for: ask HQ for what is not leased here if the line is there, then commit."""
    try:
        row = None if wish.member is None else node.till.shop.member(wish.member)
        match wish.act:
            case Act.BUY:
                return Served(_buy(node, wish, row))
            case Act.TOP_UP:
                return Served(_top_up(node, wish, row))
            case Act.PAY_OUT:
                return Served(_pay_out(node, wish, row))
            case _:
                return Served(_bring_back(node, wish))
    except Refusal as refusal:
        return Served(None, refusal.phrase.code)
    except StoreError as error:
        return Served(None, type(error).__name__)


def body_of(wish: Wish) -> Mapping[str, Any]:
    """The request of whoever asks: the same wish, the same body."""
    lines = [[line.gtin, line.quantity] for line in wish.lines]
    sale = wish.sale.name if wish.sale else None
    units = {"units": [[each.no, each.quantity] for each in wish.units]} if wish.units else {}
    coupon = {"coupon": wish.coupon} if wish.coupon else {}
    return {
        "act": wish.act.value,
        "member": wish.member,
        "lines": lines,
        "points": wish.points,
        "sale": sale,
        **coupon,
        **units,
    }


def _buy(node: TerminalNode, wish: Wish, row: KnownMember | None) -> dict[str, Any]:
    shop = node.till.shop
    if row is not None and wish.spends:
        missing = shop.missing(wish.points, row)
        short = max(0, wish.value - sum(lot.left for lot in shop.ledger.held(row.id).value))
        if missing or short:
            node.ask(GrantAsk(member=row.id, points=missing, value=short, after=0))
    if row is not None:
        _ask_for_rights(node, wish, row)
    basket = Basket(wish.lines, points=wish.points, coupons=(wish.coupon,) if wish.coupon else ())
    tenders = [CASH]
    if wish.value and row is not None:
        due = quote_for(shop, basket, row, PROVEN).due
        tenders.insert(0, Tender(TenderKind.STORED_VALUE, min(wish.value, due)))
    return sell(shop, Checkout(wish.intent, basket, row, tuple(tenders), PROVEN), body_of(wish))


def _ask_for_rights(node: TerminalNode, wish: Wish, row: KnownMember) -> None:
    """Of the coupon that is shown, and of the counters of the limited offer, what does not lie here."""
    shop = node.till.shop
    if wish.coupon and shop.ledger.coupon(wish.coupon) is None:
        node.ask(GrantAsk(member=row.id, coupons=(wish.coupon,), after=0))
    if wish.limited:
        here = shop.state(row).leased
        own = member_limit(row.id)
        shared = [key for key in shared_limits(node.identity.store) if not here.get(key)]
        if not here.get(own):
            node.ask(GrantAsk(member=row.id, limits={own: 1}, after=0))
        if shared:
            node.ask(GrantAsk(member=None, limits=dict.fromkeys(shared, 1), after=0))


def _pay_out(node: TerminalNode, wish: Wish, row: KnownMember | None) -> dict[str, Any]:
    assert row is not None, "a guest has no stored value"
    asked = PayOutWish(row, wish.value, TenderKind.CASH, PROVEN)
    for missing in value_missing(node.till.shop, asked):
        node.ask(missing)
    return pay_value_out(node.till.shop, asked, wish.intent, body_of(wish))


def _top_up(node: TerminalNode, wish: Wish, row: KnownMember | None) -> dict[str, Any]:
    assert row is not None, "a guest has no stored value"
    asked = TopUpWish(row, wish.value, (Tender(TenderKind.CASH, wish.value),), PROVEN)
    for missing in room_missing(node.till.shop, asked):
        node.ask(missing)
    return top_up_value(node.till.shop, asked, wish.intent, body_of(wish))


def _bring_back(node: TerminalNode, wish: Wish) -> dict[str, Any]:
    shop, sale = node.till.shop, wish.sale
    assert sale is not None, "nothing is named that could come back"
    if not is_here(shop, sale):
        node.ask(GrantAsk(member=None, sale=sale, after=0))
    if wish.act is Act.VOID:
        return void_sale(shop, sale, wish.intent, body_of(wish))
    return refund_goods(shop, ReturnWish(sale, wish.units), wish.intent, body_of(wish))
