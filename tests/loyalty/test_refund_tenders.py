"""Which tender gives money back, and cash in whole coins (D09, D15)."""

from __future__ import annotations

import pytest

from loyalty.refund_sale import TenderSide
from loyalty.refund_tenders import MoneyBack, money_back, refund_order
from loyalty.sale import Tender, TenderKind
from tests.loyalty.material import card, cash, mobile

CARD, CASH, MOBILE = TenderKind.CARD, TenderKind.CASH, TenderKind.MOBILE
SIDES = (TenderSide(CARD, 500), TenderSide(MOBILE, 300), TenderSide(CASH, 204))


def back(amount: int, *, sides: tuple[TenderSide, ...] = SIDES, drawer: int = 0, unit: int = 10) -> MoneyBack:
    return money_back(sides, drawer, amount, (), unit, CASH)


def test_the_reverse_of_the_order_of_use() -> None:
    done = back(600)
    assert done.tenders == (cash(200), mobile(300), card(96))
    assert (done.rounding, done.cash) == (-4, 200)
    assert [side.left for side in done.sides] == [404, 0, 0]


def test_declared_kinds_go_first_and_the_others_follow_in_reverse() -> None:
    assert [SIDES[place].kind for place in refund_order(SIDES, (MOBILE,))] == [MOBILE, CASH, CARD]
    assert [SIDES[place].kind for place in refund_order(SIDES, (CARD, CASH))] == [CARD, CASH, MOBILE]


def test_more_than_came_in_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="1 more would be refunded than came in"):
        back(1005)


def test_what_is_collected_is_the_first_to_go_back() -> None:
    done = back(-55)
    assert (done.tenders, done.collected, done.rounding) == ((), cash(50), 5)
    again = back(255, sides=done.sides, drawer=done.cash)
    assert again.tenders == (cash(250),)
    assert again.cash == 200


def test_what_another_tender_collected_goes_back_to_it_whole() -> None:
    done = money_back(SIDES, 0, -55, (), 10, CARD)
    assert money_back(done.sides, 0, 55, (), 10, CARD).tenders == (card(55),)


def test_a_tender_with_an_account_goes_back_to_that_account() -> None:
    sides = (TenderSide(TenderKind.GIFT_CARD, 500, 0, "gc-1"), TenderSide(TenderKind.GIFT_CARD, 300, 0, "gc-2"))
    done = back(600, sides=sides)
    assert done.tenders == (Tender(TenderKind.GIFT_CARD, 300, "gc-2"), Tender(TenderKind.GIFT_CARD, 300, "gc-1"))


def test_another_tender_may_collect() -> None:
    done = money_back(SIDES, 0, -55, (), 10, CARD)
    assert (done.collected, done.cash, done.rounding) == (card(55), 0, 0)


def test_a_coin_that_went_out_early_is_kept_from_the_next_refund() -> None:
    first = back(6)
    assert (first.tenders, first.rounding) == ((cash(10),), 4)
    second = back(4, sides=first.sides, drawer=first.cash)
    assert (second.tenders, second.rounding) == ((), -4)


def test_nothing_is_given_for_nothing() -> None:
    assert back(0) == MoneyBack((), None, 0, SIDES, 0)


def test_the_smallest_amount_goes_back_too() -> None:
    assert money_back(SIDES, 0, 1, (CARD,), 10, CASH).tenders == (card(1),)
