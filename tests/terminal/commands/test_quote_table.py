"""The table of a quote: every way an offer can miss, a coupon can fail and points can be limited has its words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loyalty import Basket, Coupon, CouponState, Line, MemberFacts, Miss, Missed, Programme, TillState, Verdict, price
from loyalty.basket import LineKind
from loyalty.quote import PointsUse, Quote
from terminal.commands import quote_words
from terminal.commands.quote_case import Case
from terminal.commands.quote_table import WIDTH, render
from tests.loyalty.material import (
    BARE,
    NAME,
    NOON,
    basket,
    line,
    member,
    member_price,
    newest,
    offer,
    programme,
    spend_and_save,
    tier_percent,
    till,
)


def table(goods: Basket, rules: Programme, who: MemberFacts | None, state: TillState, **changes: Any) -> str:
    quote = price(goods, who, rules, NOON, state)
    return render(replace(quote, **changes), Case(rules, goods, goods, who, NOON, state, Path("basket.json")))


def limit(asked: int, state: TillState, who: MemberFacts | None, **changes: Any) -> str:
    text = table(basket(1000, points=asked), programme(**changes), who, state)
    return next(row for row in text.splitlines() if "points as money" in row)


def test_every_miss_and_every_limit_has_words() -> None:
    assert set(quote_words.MISSES) == set(Miss)
    named = (PointsUse.__doc__ or "").partition("limited_by is one of:")[2].replace(".", "")
    assert set(quote_words.LIMITS) == {word.strip() for word in named.split(",")}
    assert set(quote_words.KINDS) == set(LineKind) - {LineKind.GOODS}


@pytest.mark.parametrize(
    ("missed", "words"),
    [
        (Missed("tier", Miss.BELOW_THRESHOLD, 1200, 2000), "12.00 more saves 20.00"),
        (Missed("tier", Miss.BELOW_THRESHOLD, 1200, 0), "12.00 more to go"),
        (Missed("tier", Miss.BELOW_THRESHOLD), "is not reached"),
        (Missed("tier", Miss.TOO_FEW_UNITS, units=2), "2 more of its goods are needed"),
        (Missed("tier", Miss.EXCLUDED, other="save"), "not together with Name [save]"),
        (Missed("tier", Miss.EXCLUDED, other="gone"), "not together with gone"),
        (Missed("tier", Miss.NOT_NOW), "not at this hour"),
    ],
)
def test_a_miss_says_how_far_it_is(missed: Missed, words: str) -> None:
    rules = programme(tier_percent(), spend_and_save(1000, 100))
    assert f"Name [tier]: {words}\n" in table(basket(1000), rules, member(), till(), missed=(missed,))


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


COUPONS = (
    Coupon("good", "r"),
    Coupon("twice", "r"),
    Coupon("used", "r", state=CouponState.USED),
    Coupon("cancelled", "r", state=CouponState.CANCELLED),
    Coupon("early", "r", starts_on="2026-04-01"),
    Coupon("over", "r", expires_on="2026-02-01"),
    Coupon("strange", "none"),
    Coupon("hers", "r", holder="m2"),
    Coupon("service", "wash"),
    Coupon("idle", "far"),
)


def test_every_answer_to_a_coupon_has_words() -> None:
    issue = {"name": NAME, "issue": {"by": "hq"}}
    rules = newest(
        offer("coupon_amount", "off", amount=100),
        offer("coupon_amount", "far-off", amount=100, threshold=99999),
        coupons=[
            {"id": "r", "offer": "off", **issue},
            {"id": "far", "offer": "far-off", **issue},
            {"id": "wash", **issue},
        ],
    )
    codes = [coupon.code for coupon in COUPONS]
    goods = replace(basket(1000), coupons=(*codes, "unknown"))
    state = TillState(coupons=COUPONS)
    answers = price(goods, member(), rules, NOON, state).coupons
    assert {answer.why for answer in answers} == {None, *quote_words.COUPONS}
    text = table(goods, rules, member(), state)
    for code, words in {"good": "is used", "over": "has expired", "unknown": "is not known here"}.items():
        assert f"Coupon {code} {words}\n" in text
    assert {Verdict(answer.why) for answer in answers if answer.why} == set(quote_words.COUPONS)


def test_stamps_tier_progress_and_goods_that_are_none_have_their_rows() -> None:
    silver = [{**tier, "threshold": 100 * place} for place, tier in enumerate(BARE["tiers"])]
    policy = {"metric": "visits", "window": "calendar_year"}
    rules = newest(offer("stamp_card", "card", buys=4), tiers=silver, tier_policy=policy)
    freight = Line(2, "10000002", 1, 700, "post", LineKind.FREIGHT)
    goods = Basket((line(1, 500, 2), freight))
    who = MemberFacts("m1", "regular", qualifying=97)
    text = table(goods, rules, who, TillState(stamps={"card": 3}))
    for row in ("Goods 10.00", "1. Name [card] -5.00", "freight 7.00", "Total 12.00", "Name [card]: 3 stamps used"):
        assert row.split() in [each.split() for each in text.splitlines()], text
    assert "\n3 more visits to Name\n" in text
    assert "Name [card]: 1 stamp collected" in table(Basket((line(1, 500),)), rules, who, TillState())


@pytest.mark.parametrize(
    ("mode", "rows"),
    [
        ("inclusive", ["Total 10.00", "of it v on 9.09 0.91", "To pay 10.00"]),
        ("exclusive", ["Total 10.00", "v on 10.00 1.00", "To pay 11.00"]),
    ],
)
def test_tax_stands_in_the_total_or_on_top_of_it(mode: str, rows: list[str]) -> None:
    tax = {"mode": mode, "rates": [{"id": "v", "rate": [10, 100]}], "default": "v"}
    text = table(basket(1000), newest(tax=tax), None, till())
    assert [each.split() for each in text.splitlines()][-5:-1] == [*(row.split() for row in rows), ["-" * WIDTH]]


@pytest.mark.parametrize(("currency", "amount"), [("CNY", "12.34"), ("JPY", "1234"), ("KWD", "1.234")])
def test_amounts_have_the_digits_of_their_currency(currency: str, amount: str) -> None:
    text = table(basket(1234), programme(currency=currency), None, till())
    assert f"1 × {amount}" in text
    assert text.split().count(amount) == 5
    assert f"To pay {amount:>{WIDTH - 7}}" in text


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
    assert table(basket(100), programme(), None, till()).endswith("The best lawful combination, proven")
    text = table(basket(100), programme(), None, till(), proven=False)
    assert text.endswith("Too many offers compete: best effort, not proven")


def test_the_words_of_a_quote_name_its_rules() -> None:
    quote: Quote = price(basket(100), None, programme(), NOON, till())
    assert (quote.programme, quote.version) == ("chain", 3)
    first = table(basket(100), programme(), None, till()).splitlines()[0]
    assert first == "chain, version 3 · 2026-03-01 12:00 Asia/Shanghai · CNY"
