"""What `price` refuses as a bug of its caller."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty import Basket, Lot, Moment, TillState, price
from loyalty.checks import MAX_LINES, MAX_MONEY
from tests.loyalty.material import NOON, basket, line, programme, till

GOOD = line(1, 100)


@pytest.mark.parametrize(
    ("goods", "message"),
    [
        (Basket((replace(GOOD, quantity=0),)), "quantity of line 1 is 0: it must be from 1 to 999"),
        (Basket((replace(GOOD, quantity=-1),)), "quantity of line 1 is -1"),
        (Basket((replace(GOOD, quantity=1000),)), "quantity of line 1 is 1000"),
        (Basket((replace(GOOD, unit_price=-1),)), "unit_price of line 1 is -1"),
        (Basket((replace(GOOD, unit_price=MAX_MONEY + 1),)), "unit_price of line 1 is 1000000000001"),
        (Basket((replace(GOOD, unit_price=MAX_MONEY, quantity=2),)), "gross of the basket is 2000000000000"),
        (Basket((GOOD, GOOD)), r"line numbers are \[1, 1\]: each must be used once, from 1"),
        (Basket((replace(GOOD, no=0),)), r"line numbers are \[0\]"),
        (basket(*[1] * (MAX_LINES + 1)), "number of lines is 1000"),
        (basket(100, points=-1), "points is -1"),
    ],
)
def test_a_basket_that_cannot_be(goods: Basket, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        price(goods, None, programme(), NOON, till())


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (TillState(assurance="P9"), "assurance is 'P9': use one of P0, P1, P2, P3, P4"),
        (TillState(copyable_used=-1), "copyable_used is -1"),
        (TillState(lots=(Lot("a", -5, "2026-01-01"),)), "points of lot a is -5"),
    ],
)
def test_a_till_that_cannot_be(state: TillState, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        price(basket(100), None, programme(), NOON, state)


@pytest.mark.parametrize(
    ("at", "message"),
    [(Moment(-1), "utc_ms is -1"), (Moment(10**14), "utc_ms is"), (Moment(0, cutoff_hours=13), "cutoff_hours is 13")],
)
def test_a_moment_that_cannot_be(at: Moment, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        price(basket(100), None, programme(), at, till())


def test_the_limits_themselves_are_lawful() -> None:
    goods = Basket((line(1, MAX_MONEY // 999, quantity=999),))
    assert price(goods, None, programme(), Moment(0), till()).gross == MAX_MONEY // 999 * 999
