"""What the counter and the member screen can do: one small POST for each event."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from protocol.operation import Identifier, later
from terminal import languages
from terminal.code_scans import CodeScans
from terminal.codes.gs1 import CHARS_MAX
from terminal.counter.barcode import is_coupon
from terminal.counter.desk import Desk
from terminal.counter.sell import Given
from terminal.counter.station import Station
from terminal.counter.wanted import wanted
from terminal.web.answers import ERRORS
from terminal.web.auth import Keys
from terminal.web.lending import Lender, borrow

Amount = Annotated[int, Field(ge=-(10**12), le=10**12)]
Code = Annotated[str, Field(max_length=CHARS_MAX)]  # as long as any that is read: what is no code is told what it is
INTENT = r"^[0-9a-f]{32}$"
Intent = Annotated[str, Field(pattern=INTENT)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Scan(Body):
    code: Code = Field(repr=False)


class Key(Body):
    key: Annotated[str, Field(pattern=r"^([0-9]|enter|clear|back)$", repr=False)]


class Quantity(Body):
    no: Amount
    quantity: Amount


class Offer(Body):
    offer: Annotated[str, Field(max_length=64)]
    removed: bool


class Coupon(Body):
    code: Code = Field(repr=False)
    chosen: bool


class PointsWish(Body):
    points: Amount


class Paying(Body):
    on: bool


class TenderBody(Body):
    """`account` names a gift card, or the issuer of another's card."""

    kind: Annotated[str, Field(max_length=32)]
    amount: Amount
    account: Identifier | None = later(None, repr=False)

    def given(self) -> Given:
        return (self.kind, self.amount) if self.account is None else (self.kind, self.amount, self.account)


class Pay(Body):
    intent: Intent
    tenders: Annotated[list[TenderBody], Field(max_length=10)]


class Language(Body):
    language: languages.Language


class Detail(Body):
    open: bool


def router(station: Station, keys: Keys, lender: Lender, scans: CodeScans) -> APIRouter:
    """The actions of both screens, for pages that this terminal served."""

    def page(request: Request) -> None:
        keys.require_screen(request)

    routes = APIRouter(prefix="/api/v1", dependencies=[Depends(page)], tags=["till"], responses=ERRORS)
    _counter(routes, station, lender, scans)
    _payment(routes, station, lender)
    _member(routes, station)
    return routes


async def _done(station: Station, work: Any) -> dict[str, bool]:
    await asyncio.wrap_future(station.do(work))
    return {"ok": True}


def _counter(routes: APIRouter, station: Station, lender: Lender, scans: CodeScans) -> None:
    @routes.post("/counter/scan")
    async def scan(body: Scan) -> dict[str, bool]:
        """Online, HQ is asked first about a card's link and a member code."""
        await scans.scan(body.code)
        return {"ok": True}

    @routes.post("/counter/quantity")
    async def quantity(body: Quantity) -> dict[str, bool]:
        return await _done(station, lambda desk: desk.quantity(body.no, body.quantity))

    @routes.post("/counter/offer")
    async def offer(body: Offer) -> dict[str, bool]:
        return await _done(station, lambda desk: desk.offer(body.offer, body.removed))

    @routes.post("/counter/coupon")
    async def coupon(body: Coupon) -> dict[str, bool]:
        """Online, a coupon that is not here is asked of HQ first."""
        if body.chosen and is_coupon(body.code):
            member = await asyncio.wrap_future(station.ask(Desk.member))
            await borrow(station, lender, lambda shop: wanted(shop, member, codes=[body.code.strip()]))
        return await _done(station, lambda desk: desk.coupon(body.code, body.chosen))

    @routes.post("/counter/clear_member")
    async def clear_member() -> dict[str, bool]:
        return await _done(station, Desk.clear_member)

    @routes.post("/counter/empty")
    async def empty() -> dict[str, bool]:
        return await _done(station, Desk.empty)

    @routes.post("/counter/bring_back")
    async def bring_back() -> dict[str, bool]:
        return await _done(station, Desk.bring_back)

    @routes.post("/counter/next")
    async def next_sale() -> dict[str, bool]:
        return await _done(station, Desk.next)

    @routes.post("/counter/print_again")
    async def print_again() -> dict[str, bool]:
        """The newest receipt once more, marked as a copy unless none was printed."""
        return await _done(station, lambda desk: desk.paper.again(desk.shop))

    @routes.post("/keypad")
    async def keypad(body: Key) -> dict[str, bool]:
        return await _done(station, lambda desk: desk.key(body.key))


def _payment(routes: APIRouter, station: Station, lender: Lender) -> None:
    @routes.post("/counter/points")
    async def points(body: PointsWish) -> dict[str, bool]:
        """Online, points that are not leased here are asked of HQ first (sync.md, rule 13)."""
        await asyncio.wrap_future(station.do(lambda desk: desk.points(body.points)))
        member = await asyncio.wrap_future(station.ask(Desk.member))
        if await borrow(station, lender, lambda shop: wanted(shop, member, points=body.points)):
            await asyncio.wrap_future(station.refresh())
        return {"ok": True}

    @routes.post("/counter/paying")
    async def paying(body: Paying) -> dict[str, bool]:
        """Online, what limits the offers of this basket and is not here is asked of HQ before the price stands."""
        if body.on:
            basket, member = await asyncio.wrap_future(station.ask(lambda desk: (desk.till.basket(), desk.member())))
            await borrow(station, lender, lambda shop: wanted(shop, member, basket=basket))
        return await _done(station, lambda desk: desk.paying(body.on))

    @routes.post("/counter/pay")
    async def pay(body: Pay) -> dict[str, Any]:
        tenders = [tender.given() for tender in body.tenders]
        member = await asyncio.wrap_future(station.ask(Desk.member))
        await borrow(station, lender, lambda shop: wanted(shop, member, given=tenders))
        receipt = await asyncio.wrap_future(station.do(lambda desk: desk.pay(body.intent, tenders)))
        return {"ok": True, "receipt": receipt}


def _member(routes: APIRouter, station: Station) -> None:
    @routes.post("/member/language")
    async def language(body: Language) -> dict[str, bool]:
        return await _done(station, lambda desk: desk.language(body.language))

    @routes.post("/member/more_time")
    async def more_time() -> dict[str, bool]:
        return await _done(station, lambda desk: desk.attention.touched())

    @routes.post("/member/done")
    async def done() -> dict[str, bool]:
        return await _done(station, Desk.member_done)

    @routes.post("/member/detail")
    async def detail(body: Detail) -> dict[str, bool]:
        return await _done(station, lambda desk: desk.attention.show_detail(body.open))
