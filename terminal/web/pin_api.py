"""PINs over HTTP: the pad of both screens, and a POS with a pad of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from terminal.counter import by_pos, pin_desk
from terminal.counter.desk import Desk
from terminal.counter.pins_here import PROOF_MS
from terminal.counter.station import Station
from terminal.web.answers import ERRORS, PinAnswer, answers
from terminal.web.auth import Keys
from terminal.web.card_body import Shown
from terminal.web.till_api import Body, Key


class Pad(Body):
    open: bool


class Order(Body):
    in_order: bool


class PinBody(Body):
    """The PIN as the member keyed it in, on a pad that belongs to the POS."""

    card: Shown
    pin: Annotated[str, Field(pattern=r"^[0-9]{1,12}$")] = Field(repr=False)


def pad_router(station: Station, keys: Keys) -> APIRouter:
    """The pad, for pages that this terminal served."""

    def page(request: Request) -> None:
        keys.require_screen(request)

    routes = APIRouter(prefix="/api/v1", dependencies=[Depends(page)], tags=["till"], responses=ERRORS)

    async def done(work: Callable[[Desk], None]) -> dict[str, bool]:
        await asyncio.wrap_future(station.do(work))
        return {"ok": True}

    @routes.post("/counter/pin")
    async def ask(body: Pad) -> dict[str, bool]:
        """The cashier asks for the PIN, or calls that off."""
        return await done(lambda desk: pin_desk.ask(desk, body.open))

    @routes.post("/member/pin")
    async def begin(body: Pad) -> dict[str, bool]:
        return await done(lambda desk: pin_desk.ask(desk, body.open))

    @routes.post("/member/pin/key")
    async def key(body: Key) -> dict[str, bool]:
        """A key of the pad; what came of `enter` is shown on the screens."""
        return await done(lambda desk: pin_desk.key(desk, body.key))

    @routes.post("/member/pin/order")
    async def order(body: Order) -> dict[str, bool]:
        return await done(lambda desk: pin_desk.put_in_order(desk, body.in_order))

    return routes


def add(routes: APIRouter, station: Station) -> None:
    """Add what a POS may do."""

    @routes.post("/pin", responses=answers(PinAnswer))
    async def pin(body: PinBody) -> Any:
        """Look at a member's PIN. A right one gives a proof for one act of this member's, good for a short time; of a
        number nobody learns whether it is somebody's."""
        named = body.card.named()
        begun = station.ask(lambda desk: by_pos.begin_pin(desk.shop, named, body.pin))
        member, looking = await asyncio.wrap_future(begun)
        right = await asyncio.wrap_future(station.look(looking))
        given = station.ask(lambda desk: by_pos.give_proof(desk.shop, member, looking, right))
        return {"pin_proof": await asyncio.wrap_future(given), "good_ms": PROOF_MS}
