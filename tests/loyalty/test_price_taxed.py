"""Tax, freight and deposits in the price of a basket: what is due, what points pay and what earns."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import Basket, Line, Quote
from loyalty.basket import LineKind
from loyalty.quote import TaxOfRate
from tests.loyalty.material import BARE, GTIN, line, member, newest, programme, quote, tier_percent, till

TAX: dict[str, Any] = {"mode": "inclusive", "rates": [{"id": "full", "rate": [13, 100]}], "default": "full"}
ON_TOP = {**TAX, "mode": "exclusive"}
SINGLE_POINTS = {**BARE["points_as_money"], "points": 1, "money": 1, "cap": [1, 1]}


def beside(kind: LineKind, price: int) -> Line:
    return Line(9, "20000000", 1, price, "beside", kind)


def taxed(tax: dict[str, Any] | None, base: str, price: int, points: int = 0) -> Quote:
    rules = newest(tax=tax, points={"base": base})
    return quote(Basket((line(1, price),), points=points), rules, member(), till(5000))


@pytest.mark.parametrize(
    ("tax", "base", "price", "due", "tax_due", "earning"),
    [
        (None, "net", 11300, 11300, 0, 11300),
        (TAX, "gross", 11300, 11300, 1300, 11300),
        (TAX, "net", 11300, 11300, 1300, 10000),
        (ON_TOP, "net", 10000, 11300, 1300, 10000),
        (ON_TOP, "gross", 10000, 11300, 1300, 11300),
    ],
)
def test_d04_d07_tax_lies_inside_or_comes_on_top_and_the_base_has_it_or_not(
    tax: dict[str, Any] | None, base: str, price: int, due: int, tax_due: int, earning: int
) -> None:
    found = taxed(tax, base, price)
    (only,) = found.lines
    assert (only.gtin, only.rate) == (GTIN, "full" if tax else "")
    assert (found.due, only.tax, only.base) == (due, tax_due, earning)
    assert found.earns == earning // 1000


def test_d04_d07_points_pay_before_the_tax_of_the_base_is_taken_out() -> None:
    found = taxed(TAX, "net", 11300, 5000)
    assert (found.use.money, found.due, found.lines[0].base) == (5000, 6300, 5575)  # 6300 − 1300 × 6300/11300
    assert found.tax == (TaxOfRate("full", 10000, 1300),)
    assert found.lines[0].paid_by_points == 5000


@pytest.mark.parametrize("price", [700, -300])
def test_what_is_no_goods_is_in_every_total_at_its_price(price: int) -> None:
    rules = programme(tier_percent())
    found = quote(Basket((line(1, 1000), beside(LineKind.DEPOSIT, price))), rules, member("gold"))
    assert (found.gross, found.net, found.due) == (1000 + price, 880 + price, 880 + price)
    assert (found.guest_net, found.saved) == (1000 + price, 120)


@pytest.mark.parametrize(
    ("kind", "price", "payable"),
    [(LineKind.FREIGHT, 700, 1000), (LineKind.DEPOSIT, -300, 700), (LineKind.DEPOSIT, -1000, 0)],
)
def test_points_pay_goods_alone_and_no_more_than_is_left_to_pay(kind: LineKind, price: int, payable: int) -> None:
    rules = programme(points_as_money=SINGLE_POINTS)
    found = quote(Basket((line(1, 1000), beside(kind, price)), points=5000), rules, member(), till(5000))
    assert (found.use.money, found.net, found.due) == (payable, 1000 + price, 1000 + price - payable)


def test_a_deposit_that_is_worth_more_than_the_goods_leaves_points_nothing_to_pay() -> None:
    rules = programme(points_as_money=SINGLE_POINTS)
    found = quote(Basket((line(1, 100), beside(LineKind.DEPOSIT, -300)), points=50), rules, member(), till(50))
    assert (found.use.points, found.due) == (0, -200)
