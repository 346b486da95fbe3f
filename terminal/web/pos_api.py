"""The POS API: what the counter does, over HTTP with a token. Stateless: every request carries its basket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from loyalty import Basket, Line, to_json
from loyalty.assurance import Action
from protocol.lease import GrantAsk
from protocol.operation import later
from terminal.counter.balance import balance_of, balance_view
from terminal.counter.barcode import is_coupon, read_coupon, read_goods
from terminal.counter.by_code import Identified
from terminal.counter.by_pos import by_pos, used
from terminal.counter.desk import Desk
from terminal.counter.phrase import Refusal
from terminal.counter.proof_gate import require_proof
from terminal.counter.screens import status
from terminal.counter.sell import Checkout, quote_for, sell, tenders_from
from terminal.counter.shop import COPYABLE, Shop
from terminal.counter.station import Station
from terminal.counter.till import MAX_COUPONS, MAX_LINES, MAX_QUANTITY
from terminal.counter.unverified import Unverified
from terminal.counter.views import basket_view, member_view
from terminal.counter.wanted import wanted
from terminal.web import answers, entry_api, pin_api, refund_api, value_api
from terminal.web.answers import ERRORS
from terminal.web.auth import Keys
from terminal.web.card_body import WITHOUT_PROOF, Card
from terminal.web.lending import Lender, borrow
from terminal.web.once import once
from terminal.web.operation_answer import OperationAnswer
from terminal.web.till_api import INTENT, Amount, Body, Code, Intent, TenderBody


class Item(Body):
    gtin: Code = Field(repr=False)
    quantity: Amount


class BasketBody(Body):
    """`points` asks to pay that many points as money; `removed` leaves offers out (D28); `coupons` are codes to use."""

    items: Annotated[list[Item], Field(max_length=MAX_LINES)]
    card: Card | None = None
    removed: Annotated[list[str], Field(max_length=100), Field(default_factory=list)]
    points: Annotated[int, Field(ge=0, le=10**9)] = 0
    coupons: list[Code] = later([], max_length=MAX_COUPONS, repr=False)

    def asked(self) -> dict[str, Any]:
        return self.model_dump(exclude=WITHOUT_PROOF)

    def proof(self) -> str | None:
        return self.card.pin_proof if self.card else None


class SaleBody(BasketBody):
    """`intent` is 128 random bits in hex, made once for this sale and sent again after any doubt."""

    intent: Intent
    tenders: Annotated[list[TenderBody], Field(max_length=10)]


def router(station: Station, keys: Keys, lender: Lender, unverified: Unverified) -> APIRouter:
    """Everything a POS with the token may do."""

    def pos(request: Request) -> None:
        keys.require_pos(request)

    routes = APIRouter(prefix="/api/v1", dependencies=[Depends(pos)], tags=["pos"], responses=ERRORS)
    _sales(routes, station, lender)
    _questions(routes, station)
    refund_api.add(routes, station, lender, unverified)
    value_api.add(routes, station, lender)
    pin_api.add(routes, station)
    entry_api.add(routes, station, lender, unverified.approvals)
    return routes


def _sales(routes: APIRouter, station: Station, lender: Lender) -> None:
    @routes.post("/quote", responses=answers.answers(answers.QuoteAnswer))
    async def quote(body: BasketBody) -> Any:
        """The basket priced with every reason, here and now; nothing is kept."""
        await borrow(station, lender, lambda shop: _wanted(shop, body, (), _basket(shop, body)))
        return await asyncio.wrap_future(station.ask(lambda desk: _quote(desk.shop, body)))

    @routes.post("/sales", status_code=201, responses=answers.answers(answers.SaleAnswer, 201))
    async def sales(body: SaleBody) -> Any:
        """Commit a sale and return its receipt; it is committed when this answers. Same intent, same answer."""
        return await once(
            station,
            body.intent,
            body.asked(),
            lambda: borrow(station, lender, lambda shop: _wanted(shop, body, body.tenders)),
            lambda shop: _sell(shop, body),
        )


def _questions(routes: APIRouter, station: Station) -> None:
    @routes.post("/balance", responses=answers.answers(answers.BalanceAnswer))
    async def balance(body: Card) -> Any:
        """A member's points and stored value: what is certain here, what waits, what is owed, how old that is."""
        return await asyncio.wrap_future(station.ask(lambda desk: _balance(desk, body)))

    @routes.get("/operations/{intent}", responses=answers.answers(OperationAnswer))
    async def operation(intent: Annotated[str, Path(pattern=INTENT)]) -> Any:
        """What this terminal answered to an intent, for a POS that lost the answer; 404 if nothing was done for it."""
        receipt = await asyncio.wrap_future(station.ask(lambda desk: desk.shop.ledger.answer(intent)))
        if not receipt:  # what the till does unasked has an intent too, and no receipt
            raise Refusal("intent_not_here", 404)
        return {"intent": intent, "receipt": receipt}

    @routes.get("/status", responses=answers.answers(answers.StatusAnswer))
    async def state() -> Any:
        """Whether HQ is in reach, how many operations wait for it, and how the devices are."""
        return await asyncio.wrap_future(station.ask(lambda desk: status(desk.shop, station.around)))


def _wanted(
    shop: Shop, body: BasketBody, tenders: Sequence[TenderBody], basket: Basket | None = None
) -> Sequence[GrantAsk]:
    """What could change the price, what the offers of `basket` are limited by, is asked for a quote and not for a sale:
    the customer has seen the price by then."""
    codes = [code for code in body.coupons if is_coupon(code)]
    given = [tender.given() for tender in tenders]
    found = _found(shop, body)
    return wanted(shop, found.member if found else None, points=body.points, given=given, codes=codes, basket=basket)


def _quote(shop: Shop, body: BasketBody) -> dict[str, Any]:
    basket, found = _basket(shop, body), _found(shop, body)
    member = found.member if found else None
    proof = found.proof if found else COPYABLE
    quote, programme = quote_for(shop, basket, member, proof), shop.programme()
    return {
        "basket": basket_view(shop, basket, quote, programme, guest=member is None),
        "member": member_view(shop, member, programme, proof) if member else None,
        "quote": to_json(quote),
    }


def _sell(shop: Shop, body: SaleBody) -> dict[str, Any]:
    tenders = tenders_from([tender.given() for tender in body.tenders])
    basket, found = _basket(shop, body), _found(shop, body)
    if found is None:
        checkout = Checkout(body.intent, basket, None, tenders)
    else:
        checkout = Checkout(body.intent, basket, found.member, tenders, found.proof)
    receipt = sell(shop, checkout, body.asked())
    used(shop, body.proof())
    return receipt


def _balance(desk: Desk, card: Card) -> dict[str, Any]:
    shop = desk.shop
    found = by_pos(shop, card.named())
    require_proof(shop, Action.SEE_BALANCE, found.proof.shown(hq=shop.online()))
    member = member_view(shop, found.member, shop.programme(), found.proof)
    return {"member": member, "balance": balance_view(balance_of(shop, found.member))}


def _found(shop: Shop, body: BasketBody) -> Identified | None:
    return by_pos(shop, body.card.named()) if body.card else None


def _basket(shop: Shop, body: BasketBody) -> Basket:
    lines = []
    for number, item in enumerate(body.items, 1):
        piece = read_goods(shop, item.gtin)
        if not 1 <= item.quantity <= MAX_QUANTITY:
            raise Refusal("quantity_invalid", 422, quantity=item.quantity, limit=MAX_QUANTITY)
        if piece.grams is not None and item.quantity != 1:
            raise Refusal("weighed_alone", 422)
        product = piece.product
        lines.append(Line(number, product.gtin, item.quantity, piece.unit_price, product.category, grams=piece.grams))
    coupons = tuple(read_coupon(code) for code in body.coupons)
    return Basket(tuple(lines), frozenset(body.removed), body.points, coupons)
