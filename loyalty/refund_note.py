"""Why a refund is what it is, and its receipt: codes with numbers, which a screen or a printer turns into sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from loyalty.refund_answer import Refund
from loyalty.refund_policy import Threshold


class Why(StrEnum):
    """`params` of a `Note` carry the numbers; those that end with `_minor` are money."""

    STORED_NET = "stored_net"  # the lines are worth what was paid for them (D05); value_minor
    TESTED_AGAIN = "tested_again"  # what the rest costs stays paid (D05); rest_minor, value_minor
    POINTS_SHARE = "points_share"  # points paid a part, so a part is points (D14); points, value_minor
    GRACE = "grace"  # the date of these points had passed (D14); points, expires_on
    DEBT_PAID = "debt_paid"  # points that come back pay what is owed first (D12); points
    CLAW_BACK = "claw_back"  # earned − points of the rest − taken before (D10); earned, rest, before, points
    EXPIRED = "expired"  # points of the sale that have expired count as taken (D12); points
    DEBT = "debt"  # points that are spent already are owed (D12); points, debt
    DEBT_CAP = "debt_cap"  # no more may be owed, so points are settled in money (D30); points, amount_minor
    CASH_ROUNDING = "cash_rounding"  # whole coins on the running total (D09); amount_minor
    DIFFERENCE = "difference"  # the member pays it, or keeps the goods (D05); amount_minor
    RIGHTS_BACK = "rights_back"  # all came back, and coupons and other rights with it (D05); coupons, rights


class Row(StrEnum):
    """The rows of a receipt, in this order."""

    LINE = "line"  # no, gtin, quantity, amount_minor, tax_minor
    POINTS_BACK = "points_back"  # points, lot, expires_on
    DEDUCTED = "deducted"  # points, amount_minor
    ROUNDING = "rounding"  # amount_minor
    TENDER = "tender"  # kind, amount_minor, account
    COLLECTED = "collected"  # kind, amount_minor
    VALUE = "value"  # of what stored value got back: lot, principal_minor, bonus_minor
    POINTS_TAKEN = "points_taken"  # points
    DEBT = "debt"  # points now owed in all
    COUPON = "coupon"  # code, state, expires_on
    TIER = "tier"  # before, after


@dataclass(frozen=True)
class Note:
    why: Why
    params: dict[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReceiptRow:
    row: Row
    params: dict[str, int | str] = field(default_factory=dict)


def notes(refund: Refund) -> tuple[Note, ...]:
    """The reasons for every amount, in the order in which it is worked out."""
    return (*_worth(refund), *_points(refund), *_money(refund))


def _worth(refund: Refund) -> Iterator[Note]:
    if refund.threshold is Threshold.KEEP:
        yield Note(Why.STORED_NET, {"value_minor": refund.value})
    else:
        yield Note(Why.TESTED_AGAIN, {"rest_minor": refund.rest_costs, "value_minor": refund.value})
    if refund.points_back:
        yield Note(Why.POINTS_SHARE, {"points": refund.points_back, "value_minor": refund.points_money})
    for back in refund.lots_back:
        if back.in_grace:
            yield Note(Why.GRACE, {"points": back.lot.points, "expires_on": back.lot.expires_on or ""})


def _points(refund: Refund) -> Iterator[Note]:
    if refund.debt_paid:
        yield Note(Why.DEBT_PAID, {"points": refund.debt_paid})
    taken = refund.taken
    before = refund.after.points_taken - taken.points
    if taken.points:
        numbers = {"earned": refund.earned, "rest": refund.rest_earns, "before": before, "points": taken.points}
        yield Note(Why.CLAW_BACK, {**numbers})
    if taken.expired:
        yield Note(Why.EXPIRED, {"points": taken.expired})
    if refund.debt > 0:
        yield Note(Why.DEBT, {"points": refund.debt, "debt": refund.standing.debt})


def _money(refund: Refund) -> Iterator[Note]:
    if refund.bought:
        yield Note(Why.DEBT_CAP, {"points": refund.bought, "amount_minor": refund.deducted})
    if refund.cash_rounding:
        yield Note(Why.CASH_ROUNDING, {"amount_minor": refund.cash_rounding})
    if refund.collected:
        yield Note(Why.DIFFERENCE, {"amount_minor": refund.collected.amount})
    if refund.rights.coupons or refund.rights.uses:
        yield Note(Why.RIGHTS_BACK, {"coupons": len(refund.rights.coupons), "rights": len(refund.rights.uses)})


def receipt(refund: Refund) -> tuple[ReceiptRow, ...]:
    """What is printed, in the order of `Row`."""
    return tuple(_rows(refund))


def _rows(refund: Refund) -> Iterator[ReceiptRow]:
    for line in refund.lines:
        what: dict[str, int | str] = {"no": line.no, "gtin": line.gtin, "quantity": line.quantity}
        yield ReceiptRow(Row.LINE, {**what, "amount_minor": line.amount, "tax_minor": line.tax})
    for back in refund.lots_back:
        where = {"lot": back.lot.id, "expires_on": back.lot.expires_on or ""}
        yield ReceiptRow(Row.POINTS_BACK, {"points": back.lot.points, **where})
    if refund.bought:
        yield ReceiptRow(Row.DEDUCTED, {"points": refund.bought, "amount_minor": refund.deducted})
    if refund.cash_rounding:
        yield ReceiptRow(Row.ROUNDING, {"amount_minor": refund.cash_rounding})
    for tender in refund.tenders:
        paid: dict[str, int | str] = {"kind": tender.kind.value, "amount_minor": tender.amount}
        yield ReceiptRow(Row.TENDER, {**paid, "account": tender.account or ""})
    if refund.collected:
        paid = {"kind": refund.collected.kind.value, "amount_minor": refund.collected.amount}
        yield ReceiptRow(Row.COLLECTED, paid)
    for move in refund.value_moves:
        wound_back = {"principal_minor": move.principal, "bonus_minor": move.bonus}
        yield ReceiptRow(Row.VALUE, {"lot": move.lot, **wound_back})
    yield from _rights_rows(refund)


def _rights_rows(refund: Refund) -> Iterator[ReceiptRow]:
    if refund.taken.points:
        yield ReceiptRow(Row.POINTS_TAKEN, {"points": refund.taken.points})
    if refund.standing.debt:
        yield ReceiptRow(Row.DEBT, {"points": refund.standing.debt})
    for coupon in refund.coupons:
        state = {"code": coupon.code, "state": coupon.state.value, "expires_on": coupon.expires_on or ""}
        yield ReceiptRow(Row.COUPON, {**state})
    if refund.tier and refund.tier.before != refund.tier.after:
        yield ReceiptRow(Row.TIER, {"before": refund.tier.before, "after": refund.tier.after})
