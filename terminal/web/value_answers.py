"""What the POS API answers to what loads and pays out stored value, as the API document describes it."""

from __future__ import annotations

from terminal.web.answers import Balance, Said, Slip, Tender, Who


class TopUpReceipt(Slip):
    """`bonus` is given until `bonus_until`; principal never ends."""

    member: Who
    amount: int
    bonus: int
    bonus_until: str | None
    tenders: list[Tender]
    rounding: int
    change: int
    balance: Balance


class TopUpAnswer(Said):
    receipt: TopUpReceipt


class PayOutReceipt(Slip):
    """`cancelled` is the bonus that went with it."""

    member: Who
    amount: int
    by: str
    cancelled: int
    balance: Balance


class PayOutAnswer(Said):
    receipt: PayOutReceipt
