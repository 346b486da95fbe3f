"""The POS API for stored value: top-ups and pay-outs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from loyalty import TenderKind
from terminal.counter.by_pos import by_pos, used
from terminal.counter.pay_out import PayOutWish, pay_value_out, value_missing
from terminal.counter.sell import tenders_from
from terminal.counter.shop import Shop
from terminal.counter.station import Station
from terminal.counter.top_up import TopUpWish, room_missing, top_up_value
from terminal.web.answers import answers
from terminal.web.card_body import WITHOUT_PROOF, Card
from terminal.web.lending import Lender, borrow
from terminal.web.once import once
from terminal.web.till_api import Body, Intent, TenderBody
from terminal.web.value_answers import PayOutAnswer, TopUpAnswer

Money = Annotated[int, Field(ge=1, le=10**12)]


class TopUpBody(Body):
    """`amount` minor units of principal; cash last among the `tenders`."""

    intent: Intent
    card: Card
    amount: Money
    tenders: Annotated[list[TenderBody], Field(max_length=10)]

    def wish(self, shop: Shop) -> TopUpWish:
        tenders = tenders_from([tender.given() for tender in self.tenders])
        found = by_pos(shop, self.card.named())
        return TopUpWish(found.member, self.amount, tenders, found.proof)


class PayOutBody(Body):
    """`amount` null is all that can be paid out. Cash goes out in whole coins."""

    intent: Intent
    card: Card
    amount: Money | None = None
    by: Literal["cash", "card", "mobile"] = "cash"

    def wish(self, shop: Shop) -> PayOutWish:
        found = by_pos(shop, self.card.named())
        return PayOutWish(found.member, self.amount, TenderKind(self.by), found.proof)


def add(routes: APIRouter, station: Station, lender: Lender) -> None:
    """Add the routes of stored value."""

    @routes.post("/top-ups", status_code=201, responses=answers(TopUpAnswer, 201))
    async def top_ups(body: TopUpBody) -> Any:
        """Turn money into stored value, which can be spent here at once. Same intent, same answer."""
        asked = body.model_dump(exclude=WITHOUT_PROOF)
        return await once(
            station,
            body.intent,
            asked,
            lambda: borrow(station, lender, lambda shop: room_missing(shop, body.wish(shop))),
            lambda shop: _done(shop, body.card, top_up_value(shop, body.wish(shop), body.intent, asked)),
        )

    @routes.post("/pay-outs", status_code=201, responses=answers(PayOutAnswer, 201))
    async def pay_outs(body: PayOutBody) -> Any:
        """Give principal back in money; the bonus of its lots is cancelled. Same intent, same answer."""
        asked = body.model_dump(exclude=WITHOUT_PROOF)
        return await once(
            station,
            body.intent,
            asked,
            lambda: borrow(station, lender, lambda shop: value_missing(shop, body.wish(shop))),
            lambda shop: _done(shop, body.card, pay_value_out(shop, body.wish(shop), body.intent, asked)),
        )


def _done(shop: Shop, card: Card, receipt: dict[str, Any]) -> dict[str, Any]:
    used(shop, card.pin_proof)
    return receipt
