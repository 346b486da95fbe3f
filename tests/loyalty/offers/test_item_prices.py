"""Kinds of the first step: a price for each unit."""

from __future__ import annotations

import pytest

from loyalty import Basket, Line, ProgrammeError, Quote
from loyalty.basket import LineKind
from tests.loyalty.material import GTIN, line, member, member_price, newest, offer, quote

OTHER = "10000000"


def nets(priced: Quote) -> list[int]:
    return [each.net for each in priced.lines]


def test_a_member_price_lowers_what_it_covers_and_raises_nothing() -> None:
    rules = newest(member_price({GTIN: 800, OTHER: 5000}))
    goods = Basket((line(1, 1000, 2), line(2, 300, gtin=OTHER), line(3, 700, gtin="20000000")))
    assert nets(quote(goods, rules, member())) == [1600, 300, 700]
    assert nets(quote(goods, rules)) == [2000, 300, 700]


def test_of_member_price_and_special_price_the_better_stands() -> None:
    rules = newest(member_price({GTIN: 800}), offer("special_price", prices={GTIN: 700, OTHER: 250}))
    goods = Basket((line(1, 1000), line(2, 300, gtin=OTHER)))
    priced = quote(goods, rules, member())
    assert (nets(priced), [each.offer for each in priced.reasons]) == ([700, 250], ["special-price"])
    assert nets(quote(goods, rules)) == [700, 250]


def test_the_unit_price_falls_with_the_number_bought_together() -> None:
    steps = [
        {"product": GTIN, "at_least": 3, "unit_price": 900},
        {"product": GTIN, "at_least": 10, "unit_price": 700},
    ]
    rules = newest(offer("quantity_price", prices=steps))
    assert nets(quote(Basket((line(1, 1000, 2),)), rules)) == [2000]
    assert nets(quote(Basket((line(1, 1000, 1), line(2, 950, 2))), rules)) == [900, 1800]
    assert nets(quote(Basket((line(1, 1000, 10),)), rules)) == [7000]


def test_bottles_that_come_back_do_not_count_as_bought_together() -> None:
    rules = newest(offer("quantity_price", prices=[{"product": GTIN, "at_least": 2, "unit_price": 900}]))
    back = Line(2, GTIN, 1, -25, "snacks", LineKind.DEPOSIT)
    assert nets(quote(Basket((line(1, 1000), back)), rules)) == [1000, -25]


def test_a_weighed_line_is_one_unit_rounded_once() -> None:
    """0.333 kg at 19.90 is 6.63 (6.6267); at 14.90 it is 4.96 (4.9617)."""
    rules = newest(offer("special_price", prices={GTIN: 1490}))
    priced = quote(Basket((Line(1, GTIN, 1, 1990, "fruit", grams=333),)), rules)
    assert (priced.gross, priced.net, priced.lines[0].units) == (663, 496, (167,))


def test_prices_need_products() -> None:
    with pytest.raises(ProgrammeError, match=r"prices.*object of 1 to"):
        newest(offer("special_price", prices={}))
    with pytest.raises(ProgrammeError, match=r"prices is \[\]: use a list of 1 to"):
        newest(offer("quantity_price", prices=[]))


def test_a_budget_in_money_is_not_for_prices() -> None:
    budget = {"scope": "order", "measure": "money", "most": 5}
    with pytest.raises(ProgrammeError, match="may count times"):
        newest(offer("special_price", prices={GTIN: 1}, limits=[budget]))
