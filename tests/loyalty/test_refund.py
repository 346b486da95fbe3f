"""`refund` itself: what it takes for granted, and the cases that have no number in the rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty import Basket, Refused, Tender, TenderKind, TillState, Verdict
from loyalty.basket import LineKind
from loyalty.refund_sale import RefundsSoFar, right_to_refund, sold
from tests.loyalty.material import basket, card, cash, line, member, till
from tests.loyalty.refund_material import Desk, made, paid_back, rules
from tests.loyalty.test_refund_properties import VALUE_LOTS

PLAIN = rules()
TAX = {"mode": "exclusive", "default": "all", "rates": [{"id": "all", "rate": [13, 100]}]}


def desk(*prices: int) -> Desk:
    return Desk(made(basket(*prices), PLAIN, member(), till()), PLAIN)


def test_another_version_of_the_programme_is_a_mistake_of_the_caller() -> None:
    other = desk(1000)
    other.rules = rules(version=4)
    with pytest.raises(ValueError, match="chain 3: give that version of the programme"):
        other.ask((1, 1))


@pytest.mark.parametrize("units", [{2: 1}, {1: 2}, {1: -1}])
def test_the_right_of_another_sale_is_a_mistake_of_the_caller(units: dict[int, int]) -> None:
    other = desk(1000)
    other.so_far = RefundsSoFar(units=units)
    with pytest.raises(ValueError, match="the right to refund is of another sale"):
        other.ask((1, 1))


def test_a_line_of_which_nothing_came_back_may_be_named() -> None:
    named = desk(1000)
    named.so_far = replace(named.so_far, units={1: 0})
    assert named.take((1, 1)).complete


def test_a_new_right_has_nothing_in_it_but_what_was_paid() -> None:
    (side,) = desk(1000).so_far.tenders
    assert desk(1000).so_far == RefundsSoFar({}, 0, 0, 0, 0, 0, (side,), 0, 0, 0, 0)
    assert (side.kind, side.paid, side.back, side.left) == (TenderKind.CARD, 1000, 0, 1000)


@pytest.mark.parametrize(
    ("request_", "refused"),
    [
        ((), Refused(Verdict.NOTHING_TO_REFUND)),
        (((3, 1),), Refused(Verdict.LINE_UNKNOWN, {"line": 3})),
        (((1, 0),), Refused(Verdict.UNITS_NOT_LEFT, {"line": 1, "asked": 0, "left": 1})),
        (((1, 1), (1, 1)), Refused(Verdict.UNITS_NOT_LEFT, {"line": 1, "asked": 2, "left": 1})),
    ],
)
def test_what_cannot_come_back_is_refused(request_: tuple[tuple[int, int], ...], refused: Refused) -> None:
    assert desk(1000, 2000).ask(*request_) == refused


def test_a_line_may_be_named_twice() -> None:
    twice = Desk(made(Basket((line(1, 1000, 3),)), PLAIN, member(), till()), PLAIN)
    (first,) = twice.take((1, 1), (1, 1)).lines
    (second,) = twice.take((1, 1)).lines
    assert [(each.first, each.quantity) for each in (first, second)] == [(1, 2), (3, 1)]


def test_tax_that_came_on_top_goes_back_on_top() -> None:
    taxed = rules(tax=TAX)
    sale = made(Basket((line(1, 333, 3),)), taxed, member(), till())
    assert sale.quote.due == 999 + 130
    on_top = Desk(sale, taxed)
    done = [on_top.take((1, 1)) for _ in range(3)]
    assert [(each.lines[0].net, each.lines[0].tax, each.money) for each in done] == [
        (333, 43, 376),
        (333, 44, 377),
        (333, 43, 376),
    ]


def test_tax_inside_is_shown_and_not_added() -> None:
    inside = rules(tax={**TAX, "mode": "inclusive"})
    done = Desk(made(basket(9000), inside, member(), till()), inside).take((1, 1))
    assert (done.lines[0].tax, done.money) == (1035, 9000)


def test_a_weighed_line_comes_back_as_one_unit() -> None:
    melon = replace(line(1, 1999), grams=1234)
    done = Desk(made(Basket((melon,)), PLAIN, member(), till()), PLAIN).take((1, 1))
    assert (done.money, done.complete) == (2467, True)


def test_a_guest_has_no_points_to_take() -> None:
    done = Desk(made(basket(1000), PLAIN, None, till()), PLAIN).take((1, 1))
    assert (done.money, done.taken.points, done.postings) == (1000, 0, ())


def test_a_return_in_another_business_day_and_zone_uses_the_programmes_calendar() -> None:
    sale = made(Basket(basket(1000).lines, points=100), PLAIN, member(), till(100))
    assert Desk(sale, PLAIN).take((1, 1)).lots_back[0].in_grace is False


def test_two_purses_get_back_what_each_paid() -> None:
    both = rules(stored_value={}, gift_cards={})
    state = replace(till(), value=VALUE_LOTS[:1], gift_cards={"card-1": (replace(VALUE_LOTS[1], id="g"),)})
    paid = (Tender(TenderKind.STORED_VALUE, 1000), Tender(TenderKind.GIFT_CARD, 2000, "card-1"))
    sale = made(basket(1500, 1500), both, member(), state, *paid)
    wallet = Desk(sale, both)
    wallet.known = replace(wallet.known, value=(VALUE_LOTS[0].spend(1000), replace(VALUE_LOTS[1], id="g").spend(2000)))
    assert paid_back(wallet.take((1, 1))) == [("gift_card", 1500)]
    assert paid_back(wallet.take((2, 1))) == [("gift_card", 500), ("stored_value", 1000)]
    assert [lot.spent for lot in wallet.known.value] == [0, 0]


def test_cash_that_rounded_to_nothing_comes_back_as_nothing() -> None:
    dimes = rules(cash_rounding=10)
    sale = made(basket(4), dimes, member(), till(), cash(0))
    assert sale.sale.tenders == ()
    done = Desk(sale, dimes).take((1, 1))
    assert (done.money, done.tenders, done.cash_rounding) == (4, (), -4)


def test_a_card_and_cash_that_rounded_to_nothing() -> None:
    dimes = rules(cash_rounding=10)
    sale = made(basket(1004), dimes, member(), till(), card(1000), cash(0))
    assert [(side.kind.value, side.paid) for side in right_to_refund(sale).tenders] == [("card", 1000), ("cash", 4)]
    assert paid_back(Desk(sale, dimes).take((1, 1))) == [("card", 1000)]


def test_a_tip_may_come_back_and_bottles_stay() -> None:
    tip, bottles = replace(line(2, 300), kind=LineKind.TIP), replace(line(3, -50), kind=LineKind.DEPOSIT)
    paid = Desk(made(Basket((line(1, 1000), tip, bottles)), PLAIN, member(), till()), PLAIN)
    assert paid.take((2, 1)).money == 300
    assert (paid.take((1, 1)).money, paid.done[-1].complete) == (950, True)  # no more than came in


def test_a_sale_with_a_lot_that_its_state_does_not_hold_is_a_mistake_of_the_caller() -> None:
    sale = made(Basket(basket(1000).lines, points=100), PLAIN, member(), till(100))
    with pytest.raises(ValueError, match="the sale drew lot lot1, which the state of the till does not hold"):
        sold(sale.basket, sale.member, sale.at, TillState(), sale.sale)
