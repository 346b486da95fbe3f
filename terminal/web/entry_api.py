"""The POS API for entries: a card sold or taken back, another phone number, another PIN."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter
from pydantic import Field

from protocol.entries import EntryKind, PhoneNumber
from protocol.entries import Pin as PinDigits
from protocol.operation import later
from terminal.counter.approvals import Approvals
from terminal.counter.entries import Entered, EntryWish, ask_for, told
from terminal.counter.station import Station
from terminal.web.answers import Said, Who, answers
from terminal.web.card_body import Card
from terminal.web.lending import Lender
from terminal.web.till_api import Body, Intent

CardUid = Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{8}|[0-9A-Fa-f]{14}|[0-9A-Fa-f]{20})$")]


class EntryBody(Body):
    """`card` says who the member is, `code` is the approval code of whoever stands for the entry."""

    kind: ClassVar[EntryKind]
    intent: Intent
    card: Card
    code: Annotated[str, Field(max_length=64)] | None = later(None, repr=False)

    def wish(self) -> EntryWish:
        return EntryWish(self.intent, self.kind, self.card.named(), self.changed(), self.code)

    @abstractmethod
    def changed(self) -> dict[str, Any]: ...


class CardSaleBody(EntryBody):
    """`uid` is the new card's. With `others_lost` every other card and printed number of the member is blocked."""

    kind = EntryKind.CARD_SALE
    uid: CardUid = Field(repr=False)
    others_lost: bool = False

    def changed(self) -> dict[str, Any]:
        return {"card": self.uid.upper(), "others_lost": self.others_lost}


class CardReturnBody(EntryBody):
    """`uid` is the card's that is taken back; it may be the one that says who the member is."""

    kind = EntryKind.CARD_RETURN
    uid: CardUid = Field(repr=False)

    def changed(self) -> dict[str, Any]:
        return {"card": self.uid.upper()}


class PhoneBody(EntryBody):
    """`phone` in digits, with a + before them where the country is named."""

    kind = EntryKind.PHONE_CHANGE
    phone: PhoneNumber = Field(repr=False)

    def changed(self) -> dict[str, Any]:
        return {"phone": self.phone}


class NewPinBody(EntryBody):
    """`new_pin` as the member keyed it in, on a pad that belongs to the POS, and `pin`, the one until now."""

    kind = EntryKind.PIN_CHANGE
    new_pin: PinDigits = Field(repr=False)
    pin: PinDigits | None = later(None, repr=False)

    def changed(self) -> dict[str, Any]:
        return {"pin": self.new_pin, "old_pin": self.pin}


class EntryDone(Said):
    """`cards` is how many cards and printed numbers lead to the member now."""

    intent: str
    kind: str
    member: Who
    cards: int


class EntryMade(Said):
    entry: EntryDone


def add(routes: APIRouter, station: Station, lender: Lender, approvals: Approvals) -> None:
    """Add the routes of entries."""
    entered = Entered()

    async def enter(body: EntryBody) -> dict[str, Any]:
        wish = body.wish()
        done = await asyncio.wrap_future(station.ask(lambda desk: entered.before(desk.shop, wish)))
        if done is None:
            asked = await asyncio.wrap_future(station.ask(lambda desk: ask_for(desk.shop, approvals, wish)))
            answer = await lender.entry(asked.entry)
            done = await asyncio.wrap_future(station.ask(lambda desk: told(desk.shop, entered, asked, answer)))
        return {"entry": done}

    made = answers(EntryMade, 201)

    @routes.post("/cards/sales", status_code=201, responses=made)
    async def card_sale(body: CardSaleBody) -> Any:
        """Give the member a card, as HQ says. Same intent, same answer."""
        return await enter(body)

    @routes.post("/cards/returns", status_code=201, responses=made)
    async def card_return(body: CardReturnBody) -> Any:
        """Take a card of the member back: it leads to nobody any more; what the member has stays the member's."""
        return await enter(body)

    @routes.post("/members/phone", status_code=201, responses=made)
    async def phone(body: PhoneBody) -> Any:
        """Put another phone number in place of the member's."""
        return await enter(body)

    @routes.post("/members/pin", status_code=201, responses=made)
    async def pin(body: NewPinBody) -> Any:
        """Put another PIN in place of the member's."""
        return await enter(body)
