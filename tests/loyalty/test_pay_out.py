"""Paying principal out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty import Account, Refused, TenderKind, TillState, Verdict, imbalance
from loyalty.pay_out import PaidOut, can_be_paid_out, pay_out
from tests.loyalty.material import NOON, member
from tests.loyalty.value_material import bonus, lot, principal, purse, value_programme

RULES = value_programme()
CARD, CASH = TenderKind.CARD, TenderKind.CASH


def ask(asked: int | None, state: TillState, by: TenderKind = CARD, **more: Any) -> PaidOut | Refused:
    who = None if more.pop("guest", False) else member()
    return pay_out(asked, by, who, more.pop("rules", RULES), NOON, state)


def paid(*args: Any, **more: Any) -> PaidOut:
    answer = ask(*args, **more)
    assert isinstance(answer, PaidOut), answer
    assert imbalance(answer.postings) == {}
    return answer


def not_available(asked: int, available: int) -> Refused:
    return Refused(Verdict.PAY_OUT_NOT_AVAILABLE, {"asked_minor": asked, "available_minor": available})


def test_d24_only_principal_is_paid_out_and_the_bonus_is_cancelled() -> None:
    spent = lot(100_000, 20_000, 30_000)
    assert can_be_paid_out([spent]) == 75_000
    assert can_be_paid_out([spent]) not in (90_000, 70_000)  # all that is left; the top-up less what was spent
    out = paid(None, purse(spent))
    assert (out.amount, out.cancelled, out.lots[0].left) == (75_000, 15_000, 0)
    assert out.postings == (
        principal(Account.LEASE, -75_000),
        principal(Account.PAID_OUT, 75_000),
        bonus(Account.LEASE, -15_000),
        bonus(Account.CANCELLED, 15_000),
    )
    assert ask(75_001, purse(spent)) == not_available(75_001, 75_000)


def test_a_part_goes_out_by_the_order_of_spending_and_leaves_other_lots_alone() -> None:
    lots = (lot(500, 100, id="undated"), lot(300, 60, id="dated", expires_on="2026-12-31"))
    out = paid(200, purse(*lots))
    assert out.lots == (lots[0], lots[1].pay_out(200))
    assert (out.cancelled, out.lots[1].left) == (60, 100)


def test_bonus_that_had_expired_goes_as_expired() -> None:
    out = paid(100, purse(lot(500, 100, expires_on="2026-02-28")))
    assert out.cancelled == 0
    assert out.postings[:2] == (bonus(Account.LEASE, -100), bonus(Account.EXPIRED, 100))


@pytest.mark.parametrize(
    ("asked", "by", "amount"), [(None, CARD, 1_055), (None, CASH, 1_050), (1_050, CASH, 1_050), (1_055, CARD, 1_055)]
)
def test_cash_goes_out_in_whole_coins_and_the_rest_stays(asked: int | None, by: TenderKind, amount: int) -> None:
    out = paid(asked, purse(lot(1_055)), by, rules=value_programme(cash_rounding=10))
    assert (out.amount, out.by, out.lots[0].left) == (amount, by, 1_055 - amount)


@pytest.mark.parametrize(
    ("asked", "held", "available"),
    [(1_055, 2_000, 1_050), (1_060, 1_055, 1_050), (None, 9, 0), (None, 0, 0), (1, 0, 0)],
)
def test_what_cannot_go_out_in_coins_is_refused(asked: int | None, held: int, available: int) -> None:
    rules = value_programme(cash_rounding=10)
    answer = ask(asked, purse(lot(held)), CASH, rules=rules)
    assert answer == not_available(asked or held, available)


def test_without_cash_rounding_cash_goes_out_to_the_last_unit() -> None:
    assert paid(None, purse(lot(1_055)), CASH).amount == 1_055
    assert paid(1, purse(lot(1_055)), CASH).amount == 1


def test_who_may_spend_may_have_it_paid_out() -> None:
    state = purse(lot(500), assurance="P1", pin=True)
    assert ask(None, state) == Refused(Verdict.VALUE_ASSURANCE)
    assert ask(None, purse(lot(500)), guest=True) == Refused(Verdict.VALUE_NOT_A_MEMBER)
    assert ask(None, purse(lot(500)), rules=replace(RULES, stored_value=None)) == Refused(Verdict.VALUE_NOT_OFFERED)


@pytest.mark.parametrize(("asked", "by"), [(0, CARD), (-1, CARD), (1, TenderKind.STORED_VALUE)])
def test_a_callers_mistake_is_said(asked: int, by: TenderKind) -> None:
    with pytest.raises(ValueError, match=f"cannot pay {asked} out by {by}"):
        ask(asked, purse(lot(500)), by)
