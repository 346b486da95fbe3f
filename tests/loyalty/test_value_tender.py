"""Paying with stored value and gift cards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty import (
    Account,
    Asset,
    Basket,
    Line,
    Programme,
    Refused,
    Sale,
    Tender,
    TillState,
    Verdict,
    imbalance,
    settle,
)
from loyalty import price as price_of
from loyalty.basket import LineKind
from loyalty.value_move import ValuePart
from loyalty.value_tender import payable_by_value, spendable
from tests.loyalty.material import BARE, NOON, basket, card, cash, line, member, till
from tests.loyalty.value_material import bonus, by_gift_card, by_value, lot, principal, purse, value_programme

RULES = value_programme()
PER_ONE = value_programme(earning=[{**BARE["earning"][0], "per": 100}])


def pay(goods: Basket, state: TillState, *tenders: Tender, rules: Programme = RULES, guest: bool = False) -> Any:
    who = None if guest else member()
    quote = price_of(goods, who, rules, NOON, state)
    return settle(quote, who, tenders, rules, NOON, state, "new-lot", goods)


def paid(*args: Any, **more: Any) -> Sale:
    sale = pay(*args, **more)
    assert isinstance(sale, Sale), sale
    assert imbalance(sale.postings) == {}
    return sale


def verdict(*args: Any, **more: Any) -> tuple[Verdict, dict[str, int | str]]:
    refused = pay(*args, **more)
    assert isinstance(refused, Refused), refused
    return refused.verdict, refused.params


def amounts(asked: int, available: int) -> dict[str, int | str]:
    return {"asked_minor": asked, "available_minor": available}


def test_d24_a_sale_draws_principal_and_bonus() -> None:
    sale = paid(basket(30_000), purse(lot(100_000, 20_000)), by_value(30_000))
    assert sale.value == (ValuePart("v1", 25_000, 5_000),)
    assert sale.tenders == (by_value(30_000),)
    assert sale.postings[:4] == (
        principal(Account.LEASE, -25_000),
        principal(Account.REDEEMED, 25_000),
        bonus(Account.LEASE, -5_000),
        bonus(Account.REDEEMED, 5_000),
    )


def test_d04_principal_earns_and_bonus_does_not() -> None:
    sale = paid(basket(30_000), purse(lot(100_000, 20_000)), by_value(30_000), rules=PER_ONE)
    assert (sale.bases, sum(each.points for each in sale.earned)) == ((25_000,), 250)
    assert sale.new_lots[0].points == 250
    assert sale.new_lots[0].points not in (300, 0)
    assert sale.quote.earns == 300  # what was shown before anyone knew how it would be paid


def test_d04_bonus_that_does_not_earn_is_divided_over_the_goods_lines() -> None:
    goods = Basket((line(1, 3333), line(2, 3333), line(3, 3334), Line(4, "x", 1, 2000, "", LineKind.FREIGHT)))
    sale = paid(goods, purse(lot(10_000, 10_000)), by_value(2_000), card(10_000), rules=PER_ONE)
    assert sale.bases == (3_000, 3_000, 3_000, 0)  # 1,000 of bonus: 333, 333, 334
    assert sale.bases != (3_055, 3_056, 3_056, 0)  # no share of it falls on the freight


def test_bonus_beyond_the_goods_has_paid_the_freight() -> None:
    goods = Basket((line(1, 500), Line(2, "x", 1, 2000, "", LineKind.FREIGHT)))
    sale = paid(goods, purse(lot(0, 2_500)), by_value(2_500), rules=PER_ONE)
    assert (sale.bases, sale.earned, sale.new_lots) == ((0, 0), (), ())


def test_bonus_earns_where_the_policy_says_so() -> None:
    rules = value_programme({"bonus_earns": True}, earning=[{**BARE["earning"][0], "per": 100}])
    sale = paid(basket(30_000), purse(lot(100_000, 20_000)), by_value(30_000), rules=rules)
    assert (sale.bases, sale.earned) == ((30_000,), sale.quote.earned)


def test_d04_a_gift_card_earns_when_it_is_spent() -> None:
    state = TillState(gift_cards={"g1": (lot(30_000, id="g-lot"),)})
    sale = paid(basket(30_000), state, by_gift_card(30_000), rules=PER_ONE)
    assert (sale.value, sale.new_lots[0].points) == ((ValuePart("g-lot", 30_000, 0, "g1"),), 300)


def test_d09_cash_stays_last_and_is_all_that_is_rounded() -> None:
    rules = value_programme(cash_rounding=10)
    sale = paid(basket(14_043), purse(lot(10_003)), by_value(10_003), cash(5_000), rules=rules)
    assert (sale.rounding, sale.change, sale.tenders[-1]) == (0, 960, cash(4_040))
    sale = paid(basket(14_043), purse(lot(10_000)), by_value(10_000), cash(5_000), rules=rules)
    assert (sale.rounding, sale.change, sale.tenders) == (-3, 960, (by_value(10_000), cash(4_040)))
    assert paid(basket(14_043), purse(lot(14_043)), by_value(14_043), rules=rules).rounding == 0  # not 140.40
    assert pay(basket(14_043), purse(lot(14_043)), cash(4_040), by_value(10_003), rules=rules) == Refused(
        Verdict.TENDER_INVALID, {"kind": "cash", "amount": 4_040}
    )


def test_several_purses_are_drawn_in_the_order_of_the_tenders() -> None:
    state = replace(purse(lot(500, 100)), gift_cards={"g1": (lot(300, id="g-lot"),), "g2": (lot(200, id="h-lot"),)})
    sale = paid(basket(1_100), state, by_gift_card(300), by_value(600), by_gift_card(200, "g2"))
    assert [(part.lot, part.account, part.total) for part in sale.value] == [
        ("g-lot", "g1", 300),
        ("v1", "", 600),
        ("h-lot", "g2", 200),
    ]


@pytest.mark.parametrize(
    ("assurance", "pin", "spends"),
    [
        ("P0", True, False),
        ("P1", True, False),
        ("P2", True, False),
        ("P3", False, False),
        ("P3", True, True),
        ("P4", False, True),
    ],
)
def test_what_a_card_must_prove(assurance: str, pin: bool, spends: bool) -> None:
    rules = value_programme({"assurance": "P4"})
    answer = pay(basket(100), purse(lot(100), assurance=assurance, pin=pin), by_value(100), rules=rules)
    assert isinstance(answer, Sale) if spends else answer == Refused(Verdict.VALUE_ASSURANCE)


@pytest.mark.parametrize("pin", [True, False])
def test_a_shop_may_let_copyable_cards_spend_but_never_a_typed_number(pin: bool) -> None:
    rules = value_programme({"assurance": "P1", "with_pin": "P1"})
    assert isinstance(pay(basket(100), purse(lot(100), assurance="P2"), by_value(100), rules=rules), Sale)
    none = pay(basket(100), purse(lot(100), assurance="P0", pin=pin), by_value(100), rules=rules)
    assert none == Refused(Verdict.VALUE_ASSURANCE)


def test_what_is_not_there_is_not_spent() -> None:
    assert verdict(basket(1_000), purse(lot(500, 100)), by_value(1_000)) == (
        Verdict.VALUE_NOT_AVAILABLE,
        amounts(1_000, 600),
    )
    assert verdict(basket(1_000), TillState(), by_gift_card(1_000)) == (
        Verdict.GIFT_CARD_NOT_AVAILABLE,
        amounts(1_000, 0),
    )


def test_a_guest_has_no_stored_value_but_may_bear_a_gift_card() -> None:
    state = replace(purse(lot(1_000)), gift_cards={"g1": (lot(1_000, id="g-lot"),)})
    assert verdict(basket(1_000), state, by_value(1_000), guest=True) == (Verdict.VALUE_NOT_A_MEMBER, {})
    assert paid(basket(1_000), state, by_gift_card(1_000), guest=True).new_lots == ()


def test_a_programme_without_stored_value_takes_none() -> None:
    rules = replace(RULES, stored_value=None)
    assert verdict(basket(100), purse(lot(100)), by_value(100), rules=rules) == (Verdict.VALUE_NOT_OFFERED, {})


def test_the_tenders_must_fit_before_any_value_is_drawn() -> None:
    assert verdict(basket(1_000), purse(), by_value(900)) == (
        Verdict.TENDER_SHORT,
        {"due_minor": 1_000, "given_minor": 900},
    )


@pytest.mark.parametrize(("online", "asked", "spends"), [(False, 500, True), (False, 501, False), (True, 501, True)])
def test_the_offline_limit_is_for_one_sale_without_hq(online: bool, asked: int, spends: bool) -> None:
    rules = value_programme({"offline_limit": 500})
    answer = pay(basket(asked), purse(lot(9_999), online=online), by_value(asked), rules=rules)
    refused = Refused(Verdict.VALUE_OFFLINE_LIMIT, amounts(asked, 500))
    assert isinstance(answer, Sale) if spends else answer == refused


def test_bonus_that_has_expired_is_not_spent_and_ends_with_the_draw() -> None:
    old = lot(1_000, 200, 300, expires_on="2026-02-28")
    assert spendable(purse(old), RULES, NOON) == 750
    assert verdict(basket(751), purse(old), by_value(751)) == (Verdict.VALUE_NOT_AVAILABLE, amounts(751, 750))
    sale = paid(basket(100), purse(old, lot(50, id="b")), by_value(100))
    assert sale.value == (ValuePart("v1", 100, 0),)
    assert sale.postings[:2] == (bonus(Account.LEASE, -150), bonus(Account.EXPIRED, 150))


def test_bonus_that_has_expired_in_a_lot_that_is_not_drawn_is_left_to_its_own_operation() -> None:
    lots = (lot(1_000, expires_on="2026-01-31"), lot(500, 100, id="b", expires_on="2026-02-28"))
    sale = paid(basket(100), purse(*lots), by_value(100))
    assert [part.lot for part in sale.value] == ["v1"]
    assert all(posting.asset is not Asset.BONUS for posting in sale.postings)


def test_of_a_gift_card_the_principal_ends_with_its_date() -> None:
    lots = (lot(500, id="old", expires_on="2026-02-28"), lot(200, id="good", expires_on="2026-03-01"))
    state = TillState(gift_cards={"g1": lots})
    assert verdict(basket(201), state, by_gift_card(201)) == (Verdict.GIFT_CARD_NOT_AVAILABLE, amounts(201, 200))
    assert paid(basket(200), state, by_gift_card(200)).value == (ValuePart("good", 200, 0, "g1"),)


GIFT = Line(2, "10000002", 1, 5_000, "", LineKind.GIFT_CARD)


def test_stored_value_buys_no_gift_card() -> None:
    goods = Basket((line(1, 3_000), GIFT))
    assert verdict(goods, purse(lot(9_000)), by_value(8_000)) == (Verdict.VALUE_NOT_FOR_THIS, amounts(8_000, 3_000))
    assert paid(goods, purse(lot(9_000)), by_value(3_000), card(5_000)).value == (ValuePart("v1", 3_000, 0),)


@pytest.mark.parametrize(("pays", "payable"), [(frozenset({LineKind.GOODS}), 3_000), (frozenset(LineKind), 8_000)])
def test_what_stored_value_may_pay_is_the_policys(pays: frozenset[LineKind], payable: int) -> None:
    goods = Basket((line(1, 3_000), GIFT))
    assert payable_by_value(price_of(goods, None, RULES, NOON, TillState()), goods, pays) == payable


FREIGHT = Line(2, "10000002", 1, 1_100, "", LineKind.FREIGHT)


@pytest.mark.parametrize(
    ("mode", "points", "due", "payable"),
    [("exclusive", 0, 4_510, 3_300), ("exclusive", 1_000, 3_510, 2_300), ("inclusive", 0, 4_100, 3_000)],
)
def test_tax_on_top_is_part_of_what_its_line_costs(mode: str, points: int, due: int, payable: int) -> None:
    tax = {"mode": mode, "rates": [{"id": "vat", "rate": [10, 100], "categories": []}], "default": "vat"}
    rules = value_programme(tax=tax)
    goods = Basket((line(1, 3_000), FREIGHT), points=points)
    quote = price_of(goods, member(), rules, NOON, till(1_000))
    assert (quote.due, payable_by_value(quote, goods, frozenset({LineKind.GOODS}))) == (due, payable)


def test_where_nothing_is_for_stored_value_it_may_pay_nothing() -> None:
    goods = Basket((GIFT, replace(FREIGHT, no=3, unit_price=0)))
    quote = price_of(goods, None, RULES, NOON, TillState())
    assert payable_by_value(quote, goods, frozenset({LineKind.GOODS})) == 0
    assert payable_by_value(quote, goods, frozenset({LineKind.GIFT_CARD})) == 5_000


def test_stored_value_needs_the_basket_that_was_priced() -> None:
    goods, state = basket(100), purse(lot(100))
    quote = price_of(goods, member(), RULES, NOON, state)
    with pytest.raises(ValueError, match="no basket is given"):
        settle(quote, member(), [by_value(100)], RULES, NOON, state, "new-lot")
    with pytest.raises(ValueError, match="the quote is of another basket"):
        settle(quote, member(), [by_value(100)], RULES, NOON, state, "new-lot", basket(100, 100))
