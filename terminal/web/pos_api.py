"""The POS API: what the counter does, over HTTP with a token. Stateless: every request carries its basket."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from loyalty import Basket, Line, to_json
from protocol.directory import MemberRow
from protocol.lease import GrantAsk
from protocol.operation import later
from protocol.problem import ProblemAnswer
from terminal.counter.barcode import read_coupon, read_gtin
from terminal.counter.desk import Desk
from terminal.counter.phrase import Refusal
from terminal.counter.screens import status
from terminal.counter.sell import Checkout, quote_for, sell, tenders_from
from terminal.counter.shop import Shop
from terminal.counter.station import Station
from terminal.counter.till import MAX_COUPONS, MAX_LINES, MAX_QUANTITY
from terminal.counter.views import balance_view, basket_view, member_view
from terminal.web.auth import Keys
from terminal.web.lending import Lender, borrow
from terminal.web.till_api import Amount, Body, Intent, TenderBody

ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": ProblemAnswer} for code in (401, 403, 404, 409, 413, 422, 503, 507)
}


Code = Annotated[str, Field(max_length=200)]


class Item(Body):
    gtin: Code
    quantity: Amount


class Card(Body):
    """A card as the POS's reader saw it; a UID proves possession of bytes that can be copied, no more (P1)."""

    uid: Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}){4,10}$")]


class BasketBody(Body):
    """`points` asks to pay that many points as money; `removed` leaves offers out (D28); `coupons` are codes to use."""

    items: Annotated[list[Item], Field(max_length=MAX_LINES)]
    card: Card | None = None
    removed: Annotated[list[str], Field(max_length=100), Field(default_factory=list)]
    points: Annotated[int, Field(ge=0, le=10**9)] = 0
    coupons: list[Code] = later([], max_length=MAX_COUPONS)


class SaleBody(BasketBody):
    """`intent` is 128 random bits in hex, made once for this sale and sent again after any doubt."""

    intent: Intent
    tenders: Annotated[list[TenderBody], Field(max_length=10)]


def router(station: Station, keys: Keys, lender: Lender) -> APIRouter:
    """quote, sales, balance and status, for a POS with the token."""

    def pos(request: Request) -> None:
        keys.require_pos(request)

    routes = APIRouter(prefix="/api/v1", dependencies=[Depends(pos)], tags=["pos"], responses=ERRORS)

    @routes.post("/quote")
    async def quote(body: BasketBody) -> dict[str, Any]:
        """The basket priced with every reason, here and now; nothing is kept."""
        await _borrow(station, lender, body)
        return await asyncio.wrap_future(station.ask(lambda desk: _quote(desk.shop, body)))

    @routes.post("/sales", status_code=201)
    async def sales(body: SaleBody) -> dict[str, Any]:
        """Commit a sale and return its receipt; it is committed when this answers. Same intent, same answer."""
        await _borrow(station, lender, body)
        receipt = await asyncio.wrap_future(station.do(lambda desk: _sell(desk.shop, body), shown=False))
        return {"receipt": receipt}

    @routes.post("/balance")
    async def balance(body: Card) -> dict[str, Any]:
        """What is known here of a member's points, what is certain, what waits and how old it is."""
        return await asyncio.wrap_future(station.ask(lambda desk: _balance(desk, body)))

    @routes.get("/status")
    async def state() -> dict[str, Any]:
        """Whether HQ is in reach, how many operations wait for it, and how the devices are."""
        return await asyncio.wrap_future(station.ask(lambda desk: status(desk.shop, station.around)))

    return routes


async def _borrow(station: Station, lender: Lender, body: BasketBody) -> None:
    """Online, points that are not leased here are asked of HQ first; offline nothing waits."""
    if not body.points or body.card is None:
        return
    await borrow(station, lender, lambda shop: _missing(shop, body))


def _missing(shop: Shop, body: BasketBody) -> GrantAsk | None:
    member = _member(shop, body)
    missing = shop.missing(body.points, member)
    return GrantAsk(member=member.id, points=missing, after=0) if member is not None and missing else None


def _quote(shop: Shop, body: BasketBody) -> dict[str, Any]:
    basket, member = _basket(shop, body), _member(shop, body)
    quote, programme = quote_for(shop, basket, member), shop.programme()
    return {
        "basket": basket_view(shop, basket, quote, programme),
        "member": member_view(shop, member, programme) if member else None,
        "quote": to_json(quote),
    }


def _sell(shop: Shop, body: SaleBody) -> dict[str, Any]:
    tenders = tenders_from([tender.given() for tender in body.tenders])
    checkout = Checkout(body.intent, _basket(shop, body), _member(shop, body), tenders)
    return sell(shop, checkout, body.model_dump())


def _balance(desk: Desk, card: Card) -> dict[str, Any]:
    shop = desk.shop
    member = shop.identify(card.uid)
    return {"member": member_view(shop, member, shop.programme()), "balance": balance_view(shop.balance(member))}


def _member(shop: Shop, body: BasketBody) -> MemberRow | None:
    return shop.identify(body.card.uid) if body.card else None


def _basket(shop: Shop, body: BasketBody) -> Basket:
    lines = []
    for number, item in enumerate(body.items, 1):
        product = shop.directory.product(read_gtin(item.gtin))
        if product is None:
            raise Refusal("barcode_unknown", 404, code=item.gtin[:32])
        if not 1 <= item.quantity <= MAX_QUANTITY:
            raise Refusal("quantity_invalid", 422, quantity=item.quantity, limit=MAX_QUANTITY)
        lines.append(Line(number, product.gtin, item.quantity, product.price, product.category))
    coupons = tuple(read_coupon(code) for code in body.coupons)
    return Basket(tuple(lines), frozenset(body.removed), body.points, coupons)
