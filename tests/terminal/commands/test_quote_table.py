"""The table of a quote: every way an offer can miss and points can be limited has its words."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import Basket, MemberFacts, Miss, Programme, TillState, price
from loyalty.quote import PointsUse, Quote
from terminal.commands import quote_table
from terminal.commands.quote_table import WIDTH, money, render
from tests.loyalty.material import (
    BARE,
    NOON,
    basket,
    line,
    member,
    member_price,
    programme,
    spend_and_save,
    tier_percent,
    till,
)


def table(goods: Basket, rules: Programme, who: MemberFacts | None, state: TillState) -> str:
    return render(price(goods, who, rules, NOON, state), goods, rules, NOON)


def limit(asked: int, state: TillState, who: MemberFacts | None, **changes: Any) -> str:
    text = table(basket(1000, points=asked), programme(**changes), who, state)
    return next(row for row in text.splitlines() if "points as money" in row)


def test_money_has_two_decimals_and_a_sign() -> None:
    assert [money(amount) for amount in (0, 5, 123456, -5, -150)] == ["0.00", "0.05", "1234.56", "-0.05", "-1.50"]


def test_every_miss_and_every_limit_has_words() -> None:
    assert set(quote_table._MISSES) == set(Miss)
    named = (PointsUse.__doc__ or "").partition("limited_by is one of:")[2].replace(".", "")
    assert set(quote_table._LIMITS) == {word.strip() for word in named.split(",")}


@pytest.mark.parametrize(
    ("asked", "state", "who", "words"),
    [
        (100, till(500), None, "a guest has no points"),
        (100, till(500, assurance="P0"), member(), "this card proves nothing"),
        (100, till(50), member(), "no more are here"),
        (100, till(500, assurance="P1", used=2000), member(), "the day's limit for this card"),
        (600, till(900), member(), "the cap on an order"),
        (150, till(900), member(), "whole units only"),
    ],
)
def test_a_limit_is_said(asked: int, state: TillState, who: MemberFacts | None, words: str) -> None:
    assert f"{asked} asked, {words}" in limit(asked, state, who)


def test_an_order_too_small_is_said() -> None:
    whole = {**BARE["points_as_money"], "cap": [1, 1]}
    assert "1500 asked, the order is smaller" in limit(1500, till(2000), member(), points_as_money=whole)


def test_points_used_in_full_need_no_words() -> None:
    assert limit(300, till(900), member()).split() == ["300", "points", "as", "money", "-3.00"]


def test_rows_line_up() -> None:
    rules = programme(member_price({"6901234567892": 990}), tier_percent(), spend_and_save(1000, 100))
    text = table(Basket((line(1, 1200, 2),)), rules, member("gold"), till())
    amounts = [row for row in text.splitlines() if row[-3:-2] == "." and not row.startswith(("A guest", "Earns"))]
    assert len(amounts) > 6
    assert {len(row) for row in amounts} == {WIDTH}


def test_an_offer_without_an_english_name_is_called_by_its_own() -> None:
    rules = programme({**spend_and_save(1000, 100), "name": {"zh-CN": "满减"}})
    assert "满减 [save]" in table(basket(1000), rules, None, till())


def test_best_effort_is_said() -> None:
    rules = programme(*(member_price({f"{10000000 + no}": 1}, f"p{no}") for no in range(13)))
    goods = Basket(tuple(line(no + 1, 100, gtin=f"{10000000 + no}") for no in range(13)))
    assert table(goods, rules, member(), till()).endswith("Too many offers compete: best effort, not proven")


def test_the_words_of_a_quote_name_its_rules() -> None:
    goods, rules = basket(100), programme()
    quote: Quote = price(goods, None, rules, NOON, till())
    assert (
        render(quote, goods, rules, NOON).splitlines()[0] == "chain, version 3 · 2026-03-01 12:00 Asia/Shanghai · CNY"
    )
