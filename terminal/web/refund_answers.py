"""What the POS API answers to returns and voids, as the API document describes it."""

from __future__ import annotations

from terminal.web.answers import Balance, Name, Phrase, Said, Slip, Tender, Who


class ReturnedLine(Said):
    no: int
    gtin: str
    name: Name
    quantity: int
    amount: int
    tax: int


class CouponBack(Said):
    coupon: str
    state: str


class LineLeft(Said):
    no: int
    quantity: int


class RefundView(Said):
    """Every amount of a return. `given` is what the member gets in money, below zero what is to be paid."""

    sale: str
    lines: list[ReturnedLine]
    value: int
    money: int
    given: int
    tenders: list[Tender]
    collected: Tender | None
    rounding: int
    points_back: int
    points_money: int
    points_taken: int
    deducted: int
    debt: int
    value_back: int
    coupons: list[CouponBack]
    complete: bool
    reasons: list[Phrase]
    left: list[LineLeft]


class VoidView(RefundView):
    """`exact`: all is undone as it was; otherwise some of what the sale gave is gone, and taken as of a return."""

    exact: bool


class RefundPreview(Said):
    refund: RefundView


class VoidPreview(Said):
    void: VoidView


class RefundReceipt(Slip, RefundView):
    member: Who | None
    balance: Balance | None


class RefundAnswer(Said):
    receipt: RefundReceipt


class UnverifiedReceipt(Slip):
    amount: int
    tenders: list[Tender]
    approved_by: str
    receipt: str


class UnverifiedAnswer(Said):
    receipt: UnverifiedReceipt
