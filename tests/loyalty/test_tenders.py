"""Paying."""

from __future__ import annotations

import pytest

from loyalty import Refused, Tender, TenderKind, Verdict
from loyalty.tenders import MAX_CHANGE, Payment, pay
from tests.loyalty.material import card, cash, mobile


@pytest.mark.parametrize(
    ("due", "tenders", "unit", "payment"),
    [
        (0, [], 10, Payment((), 0, 0)),
        (0, [cash(500)], 10, Payment((), 0, 500)),
        (1234, [card(1234)], 10, Payment((card(1234),), 0, 0)),
        (1234, [card(1000), mobile(234)], 10, Payment((card(1000), mobile(234)), 0, 0)),
        (1234, [cash(1230)], 10, Payment((cash(1230),), -4, 0)),
        (1234, [cash(2000)], 10, Payment((cash(1230),), -4, 770)),
        (1235, [cash(1240)], 10, Payment((cash(1240),), 5, 0)),
        (1234, [cash(2000)], 0, Payment((cash(1234),), 0, 766)),
        (1234, [card(1000), cash(230)], 10, Payment((card(1000), cash(230)), -4, 0)),
        (1234, [card(1233), cash(0)], 10, Payment((card(1233),), -1, 0)),
        (1234, [card(1234), cash(50)], 10, Payment((card(1234),), 0, 50)),
        (4, [cash(0)], 10, Payment((), -4, 0)),
    ],
)
def test_what_is_kept_rounded_and_given_back(due: int, tenders: list[Tender], unit: int, payment: Payment) -> None:
    assert pay(due, tenders, unit) == payment
    assert sum(tender.amount for tender in payment.kept) == due + payment.rounding


@pytest.mark.parametrize(
    ("due", "tenders", "verdict", "params"),
    [
        (1234, [], Verdict.TENDER_SHORT, {"due_minor": 1234, "given_minor": 0}),
        (1234, [card(1233)], Verdict.TENDER_SHORT, {"due_minor": 1234, "given_minor": 1233}),
        (1236, [cash(1239)], Verdict.TENDER_SHORT, {"due_minor": 1240, "given_minor": 1239}),
        (1236, [card(1000), cash(200)], Verdict.TENDER_SHORT, {"due_minor": 1240, "given_minor": 1200}),
        (1234, [card(1235)], Verdict.TENDER_OVER, {"due_minor": 1234, "given_minor": 1235}),
        (1234, [mobile(1000), card(300)], Verdict.TENDER_OVER, {"due_minor": 1234, "given_minor": 1300}),
        (1234, [card(1300), cash(0)], Verdict.TENDER_OVER, {"due_minor": 1234, "given_minor": 1300}),
        (0, [card(1)], Verdict.TENDER_OVER, {"due_minor": 0, "given_minor": 1}),
        (1234, [card(0), cash(2000)], Verdict.TENDER_INVALID, {"kind": "card", "amount": 0}),
        (1234, [mobile(-5)], Verdict.TENDER_INVALID, {"kind": "mobile", "amount": -5}),
        (1234, [cash(-1)], Verdict.TENDER_INVALID, {"kind": "cash", "amount": -1}),
        (1234, [cash(1000), card(234)], Verdict.TENDER_INVALID, {"kind": "cash", "amount": 1000}),
        (1234, [cash(1000), cash(300)], Verdict.TENDER_INVALID, {"kind": "cash", "amount": 1000}),
        (1234, [card(10**12 + 1)], Verdict.TENDER_INVALID, {"kind": "card", "amount": 10**12 + 1}),
        (1234, [cash(6901234567892)], Verdict.TENDER_INVALID, {"kind": "cash", "amount": 6901234567892}),
    ],
)
def test_what_cannot_pay(due: int, tenders: list[Tender], verdict: Verdict, params: dict[str, int | str]) -> None:
    assert pay(due, tenders, 10) == Refused(verdict, params)


def gift_card(amount: int, account: str | None = "g1") -> Tender:
    return Tender(TenderKind.GIFT_CARD, amount, account)


def value(amount: int, account: str | None = None) -> Tender:
    return Tender(TenderKind.STORED_VALUE, amount, account)


def other(amount: int, account: str | None = "lianhua") -> Tender:
    return Tender(TenderKind.THIRD_PARTY, amount, account)


def test_value_and_other_cards_pay_exactly_and_cash_takes_the_rest() -> None:
    tenders = [value(400), gift_card(300), gift_card(200, "g2"), other(100), other(100), cash(140)]
    assert pay(1234, tenders, 10) == Payment((*tenders[:5], cash(130)), -4, 10)
    over = Refused(Verdict.TENDER_OVER, {"due_minor": 300, "given_minor": 400})
    assert pay(300, [value(400)], 10) == over


@pytest.mark.parametrize(
    "tenders",
    [
        [gift_card(100, None)],
        [gift_card(100, "")],
        [other(100, None)],
        [value(100, "m1")],
        [value(50), value(50)],
        [gift_card(50), value(20), gift_card(30)],
        [value(0)],
    ],
)
def test_a_purse_is_named_once_and_a_card_always(tenders: list[Tender]) -> None:
    last = tenders[-1]
    assert pay(100, tenders, 10) == Refused(Verdict.TENDER_INVALID, {"kind": last.kind.value, "amount": last.amount})


def test_the_largest_change_is_lawful_and_one_more_is_a_slip() -> None:
    assert pay(100, [cash(100 + MAX_CHANGE)], 0) == Payment((cash(100),), 0, MAX_CHANGE)
    assert isinstance(pay(100, [cash(101 + MAX_CHANGE)], 0), Refused)
