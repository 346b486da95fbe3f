"""What the POS API answers, as the API document describes it. Money in minor units, times in UTC milliseconds."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from protocol.problem import ProblemAnswer

Name = Annotated[dict[str, str], Field(description="The text by language tag, such as zh-CN and en.")]


class Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Phrase(Said):
    """A sentence as data: `code` is in the catalogues, `params` are the values in it."""

    code: str
    params: dict[str, Any]


class Reason(Said):
    offer: str
    name: Name
    step: str
    amount: int


class Missed(Said):
    offer: str
    name: Name
    near: bool
    phrase: Phrase


class ValueBalance(Said):
    """Stored value: all of it as far as known, what can be spent here now, what HQ has not confirmed."""

    total: int
    here: int
    waiting: int


class Balance(Said):
    """Points: all that is known, what can be spent here now, what waits, what is owed, and as of when."""

    total: int
    here: int
    waiting: int
    debt: int
    as_of_ms: int | None
    value: ValueBalance


class Tier(Said):
    id: str
    name: Name


class Member(Said):
    """`balance` is null for who was not proven far enough to see it."""

    id: str
    name: str
    tier: Tier
    progress: Phrase | None
    language: str
    balance: Balance | None
    state: str


class PointsUse(Said):
    asked: int
    points: int
    money: int
    available: int
    limited_by: str | None


class Removed(Said):
    offer: str
    name: Name


class CouponAnswer(Said):
    coupon: str
    used: bool
    phrase: Phrase


class Stamps(Said):
    offer: str
    name: Name
    phrase: Phrase


class TaxRate(Said):
    rate: str
    net: int
    tax: int


class Tax(Said):
    on_top: bool
    total: int
    rates: list[TaxRate]


class BasketLine(Said):
    """`gross` is at shelf price, `net` after all discounts; the reasons say what each took off. `grams` is there for a
    weighed piece, and `unit_price` is that of a kilogram then."""

    no: int
    gtin: str
    name: Name
    quantity: int
    unit_price: int
    grams: int | None
    gross: int
    net: int
    reasons: list[Reason]


class Basket(Said):
    """A priced basket: what it costs and why, what missed, and what a guest would pay more (`member_saves`)."""

    lines: list[BasketLine]
    gross: int
    net: int
    due: int
    saved: int
    earns: int
    use: PointsUse
    reasons: list[Reason]
    missed: list[Missed]
    removed: list[Removed]
    coupons: list[CouponAnswer]
    stamps: list[Stamps]
    tier: Phrase | None
    tax: Tax | None
    member_saves: int
    cash_due: int
    cash_rounding: int
    proven: bool


class QuoteAnswer(Said):
    basket: Basket
    member: Member | None
    quote: dict[str, Any]


class Tender(Said):
    """`account` is of a gift card or of another issuer's card, and left out elsewhere."""

    kind: str
    amount: int
    account: str | None = None


class Who(Said):
    id: str
    name: str


class Earned(Said):
    rule: str
    name: Name
    points: int


class SoldLine(Said):
    """`unit_price` is that of a kilogram where there are `grams`; sales of older releases tell neither."""

    no: int
    gtin: str
    name: Name
    quantity: int
    unit_price: int | None = None
    grams: int | None = None
    gross: int
    net: int
    reasons: list[Reason]


class Slip(Said):
    """What every receipt has; `number` names the operation, and finds it again."""

    kind: str
    number: str
    seq: int
    intent: str
    at_ms: int
    business_date: str
    store: Name


class SaleReceipt(Slip):
    """What the member takes away after a sale; the balance is the one after it."""

    member: Who | None
    lines: list[SoldLine]
    reasons: list[Reason]
    gross: int
    net: int
    saved: int
    points_used: int
    points_money: int
    due: int
    tax: Tax | None
    stamps: list[Stamps]
    tenders: list[Tender]
    rounding: int
    change: int
    earned: list[Earned]
    balance: Balance | None


class SaleAnswer(Said):
    receipt: SaleReceipt


class BalanceAnswer(Said):
    member: Member
    balance: Balance


class PinAnswer(Said):
    """`pin_proof` goes into the `card` of the requests of one act; it is good for `good_ms` from now."""

    pin_proof: str
    good_ms: int


class Place(Said):
    id: str
    name: Name


class Device(Said):
    kind: str
    device: str
    state: str
    phrase: Phrase


class StatusAnswer(Said):
    """How the terminal is: HQ in reach or not, operations that wait, as of when it knows members, clock and devices."""

    online: bool
    waiting: int
    as_of_ms: int | None
    clock: str
    notice: Phrase | None
    demo: bool
    storage: str
    zone: str | None
    store: Place
    currency: str
    devices: list[Device]


ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": ProblemAnswer, "description": text}
    for code, text in {
        400: "Another host name than a loopback one",
        401: "The token is missing or wrong",
        403: "Not allowed: a blocked card or member, a proof that is missing, a PIN, or an approval code",
        404: "Unknown: a card, a product, an address, an intent",
        409: "It cannot be done as asked; the code says why and the params how much can",
        413: "The body is over 64 KiB",
        422: "The request is not right",
        500: "The disk has failed",
        503: "Busy, or HQ has not sent what is needed yet",
        504: "HQ was asked and did not answer in time: it may be done, so ask again",
        507: "The disk is full",
    }.items()
}


def answers(model: type[BaseModel], status: int = 200) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route: what it gives when all is well."""
    return {status: {"model": model, "description": "Done" if status == 201 else "OK"}}
