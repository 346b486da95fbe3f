"""Where the points of a sale go, and what bonus takes from their base."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty import Account, Asset, Basket, Lot, Posting, Sale, TillState, imbalance, settle
from loyalty import price as price_of
from loyalty.sale_earning import earned_postings, new_lots
from tests.loyalty.material import BARE, NOON, basket, line, member, programme, sold, till
from tests.loyalty.value_material import by_value, lot, purse, value_programme

RULES = programme()


def points(account: Account, amount: int, lot_id: str = "new-lot") -> Posting:
    return Posting(account, Asset.POINTS, lot_id, amount)


def in_debt(debt: int) -> TillState:
    return TillState(assurance="P4", debt=debt)


def test_d12_new_points_pay_the_debt_first() -> None:
    sale = sold(basket(50_000), RULES, member(), in_debt(20))
    assert sale.postings == (points(Account.ISSUED, -50), points(Account.DEBT, 20), points(Account.LEASE, 30))
    assert points(Account.LEASE, 50) not in sale.postings
    assert sale.new_lots[0].points == 50  # what was granted


@pytest.mark.parametrize("debt", [50, 70])
def test_a_debt_takes_no_more_than_is_earned(debt: int) -> None:
    sale = sold(basket(50_000), RULES, member(), in_debt(debt))
    assert sale.postings == (points(Account.ISSUED, -50), points(Account.DEBT, 50))


def test_d13_points_wait_while_the_goods_may_come_back_and_pay_no_debt_yet() -> None:
    rules = programme(format=2, points={"return_window_days": 7})
    sale = sold(basket(50_000), rules, member(), in_debt(20))
    assert sale.postings == (points(Account.ISSUED, -50), points(Account.PENDING, 50))
    assert imbalance(sale.postings) == {}


def test_without_points_there_is_no_lot_and_no_posting() -> None:
    assert new_lots(0, RULES, NOON, "x") == ()
    assert earned_postings((), 100, pending=False) == ()


def test_several_lots_pay_one_debt_once() -> None:
    lots = (Lot("a", 5, "2026-03-01"), Lot("b", 5, "2026-03-01"))
    paid = earned_postings(lots, 7, pending=False)
    assert [(each.lot, each.amount) for each in paid if each.account is Account.DEBT] == [("a", 5), ("b", 2)]


def test_a_sale_without_bonus_keeps_what_was_shown() -> None:
    sale = sold(basket(33_330, 20_000, points=500), RULES, member(), till(500))
    assert (sale.earned, sale.bases) == (sale.quote.earned, tuple(each.base for each in sale.quote.lines))


def earning(goods: Basket, state: TillState, **changes: Any) -> tuple[tuple[int, ...], int]:
    """The bases and the points where all of it is paid with stored value."""
    rules = value_programme(earning=[{**BARE["earning"][0], "per": 100}], **changes)
    quote = price_of(goods, member(), rules, NOON, state)
    sale = settle(quote, member(), [by_value(quote.due)], rules, NOON, state, "new-lot", goods)
    assert isinstance(sale, Sale), sale
    return sale.bases, sum(each.points for each in sale.earned)


def test_d04_points_and_bonus_both_lower_the_base() -> None:
    """20,000 − 3,000 in points − 2,833 of bonus: of 17,000 five sixths, 14,166.67, are principal, half up."""
    state = replace(purse(lot(100_000, 20_000)), lots=till(3_000).lots)
    assert earning(basket(20_000, points=3_000), state) == ((14_167,), 141)


def test_d04_the_base_without_tax_is_lowered_in_proportion() -> None:
    tax = {"mode": "inclusive", "rates": [{"id": "vat", "rate": [13, 100]}], "default": "vat"}
    bases, _ = earning(basket(11_300), purse(lot(0, 11_300)), tax=tax, points={"base": "net"})
    assert bases == (0,)
    bases, _ = earning(basket(11_300), purse(lot(11_300, 11_300)), tax=tax, points={"base": "net"})
    assert bases == (5_000,)  # half of 10,000


def test_goods_that_earn_nothing_take_their_share_of_the_bonus() -> None:
    goods = Basket((line(1, 5_000), line(2, 5_000, category="tobacco")))
    assert earning(goods, purse(lot(8_000, 2_000))) == ((4_000, 4_000), 40)
