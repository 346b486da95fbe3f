"""The POS API for goods that come back: preview, refund, void, and a refund that only a manager can answer for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from loyalty import Return, TenderKind
from loyalty.checks import MAX_MONEY, MAX_QUANTITY
from protocol.lease import GrantAsk
from terminal.counter.refund import MAX_RETURNS, ReturnWish, points_short, preview_refund, refund_goods
from terminal.counter.returnable import key_of
from terminal.counter.shop import Shop
from terminal.counter.station import Station
from terminal.counter.unverified import Unverified, UnverifiedWish, refund_unverified
from terminal.counter.void import preview_void, void_sale
from terminal.web import refund_answers
from terminal.web.answers import answers
from terminal.web.lending import Lender, borrow, fetch_right
from terminal.web.once import once
from terminal.web.till_api import Body, Intent

Number = Annotated[str, Field(max_length=100, description="The number on the receipt, such as s01-1-1-000123.")]


class LineBody(Body):
    """`quantity` units of line `no`; a weighed line is one unit."""

    no: Annotated[int, Field(ge=1, le=MAX_MONEY)]
    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY)]


class ReturnBody(Body):
    """Without `lines`, all that is left and may come back. `collect` takes a difference that the member must pay."""

    sale: Number
    lines: Annotated[list[LineBody], Field(max_length=MAX_RETURNS, default_factory=list)]
    collect: Literal["cash", "card", "mobile"] = "cash"

    def wish(self) -> ReturnWish:
        lines = tuple(Return(line.no, line.quantity) for line in self.lines)
        return ReturnWish(key_of(self.sale), lines, TenderKind(self.collect))


class RefundBody(ReturnBody):
    """`intent` is 128 random bits in hex, made once for this refund and sent again after any doubt."""

    intent: Intent


class VoidBody(Body):
    sale: Number


class VoidNowBody(VoidBody):
    intent: Intent


class UnverifiedBody(Body):
    """`code` is a manager's approval code, `receipt` what the slip says, as far as it can be read."""

    intent: Intent
    amount: Annotated[int, Field(ge=1, le=MAX_MONEY - 1)]
    code: Annotated[str, Field(max_length=64)]
    receipt: Annotated[str, Field(max_length=64)] = ""


def add(routes: APIRouter, station: Station, lender: Lender, unverified: Unverified) -> None:
    """Add the routes of refunds and voids."""
    _refunds(routes, station, lender)
    _voids(routes, station, lender)

    @routes.post("/refunds/unverified", status_code=201, responses=answers(refund_answers.UnverifiedAnswer, 201))
    async def without_sale(body: UnverifiedBody) -> Any:
        """Cash for goods whose sale cannot be looked at, by a manager's word: capped, and the shop's exposure."""
        wish, asked = UnverifiedWish(body.amount, body.code, body.receipt), body.model_dump()

        async def nothing() -> None: ...

        return await once(
            station,
            body.intent,
            asked,
            nothing,
            lambda shop: refund_unverified(shop, unverified, wish, body.intent, asked),
        )


def _refunds(routes: APIRouter, station: Station, lender: Lender) -> None:
    async def fetch(wish: ReturnWish) -> None:
        await fetch_right(station, lender, wish.sale)
        await borrow(station, lender, lambda shop: _short(shop, wish))

    @routes.post("/refunds/preview", responses=answers(refund_answers.RefundPreview))
    async def preview(body: ReturnBody) -> Any:
        """What the return would do, with every reason, before it is confirmed; nothing is kept."""
        wish = body.wish()
        await fetch(wish)
        return {"refund": await _ask(station, lambda shop: preview_refund(shop, wish))}

    @routes.post("/refunds", status_code=201, responses=answers(refund_answers.RefundAnswer, 201))
    async def refunds(body: RefundBody) -> Any:
        """Commit a return and answer its receipt. Same intent, same answer."""
        wish, asked = body.wish(), body.model_dump()
        return await once(
            station, body.intent, asked, lambda: fetch(wish), lambda shop: refund_goods(shop, wish, body.intent, asked)
        )


def _voids(routes: APIRouter, station: Station, lender: Lender) -> None:
    @routes.post("/voids/preview", responses=answers(refund_answers.VoidPreview))
    async def preview(body: VoidBody) -> Any:
        """What undoing the whole sale would do; nothing is kept."""
        sale = key_of(body.sale)
        await fetch_right(station, lender, sale)
        return {"void": await _ask(station, lambda shop: preview_void(shop, sale))}

    @routes.post("/voids", status_code=201, responses=answers(refund_answers.RefundAnswer, 201))
    async def voids(body: VoidNowBody) -> Any:
        """Undo a sale of today of which nothing has come back. Same intent, same answer."""
        sale, asked = key_of(body.sale), body.model_dump()
        return await once(
            station,
            body.intent,
            asked,
            lambda: fetch_right(station, lender, sale),
            lambda shop: void_sale(shop, sale, body.intent, asked),
        )


def _short(shop: Shop, wish: ReturnWish) -> tuple[GrantAsk, ...]:
    """The points to be taken back that are not here: HQ's pool may have them."""
    short = points_short(shop, wish)
    return (GrantAsk(member=short[0], points=short[1], after=0),) if short else ()


async def _ask(station: Station, work: Callable[[Shop], dict[str, Any]]) -> dict[str, Any]:
    return await asyncio.wrap_future(station.ask(lambda desk: work(desk.shop)))
