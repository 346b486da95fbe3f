"""The points that go, and what the debt cap turns into money, over several returns (D10, D30)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty import Account, Basket
from loyalty.refund_policy import RefundPolicy
from loyalty.standing import Standing
from tests.loyalty.material import NAME, basket, line, member, till
from tests.loyalty.refund_material import Desk, made, rules

FIRST_EARNS = [{"id": "a", "name": NAME, "points": 1, "per": 10, "by_tier": False, "products": ["10000001"]}]
HALF = {"points": 1, "money": 50, "cap": [1, 1], "lifetime_months": 24}
THREE = Basket((line(1, 1000, gtin="10000001"), line(2, 1500, gtin="10000002"), line(3, 7500, gtin="10000003")))


def dear(debt_cap: int = 0, debt: int = 0) -> Desk:
    """Only the first line earns: 100 points of 0.50 each, all spent. Its refund of 10.00 cannot settle them."""
    programme = rules(earning=FIRST_EARNS, points_as_money=HALF)
    policy = RefundPolicy(debt_cap=debt_cap)
    return Desk(made(THREE, programme, member(), till()), programme, Standing(debt=debt), policy)


def test_what_one_return_cannot_settle_the_next_ones_do() -> None:
    desk = dear()
    done = [desk.take((no, 1)) for no in (1, 2, 3)]
    assert [each.bought for each in done] == [20, 30, 50]
    assert [each.deducted for each in done] == [1000, 1500, 2500]
    assert [each.debt for each in done] == [80, -30, -50]
    assert [each.after.above_cap for each in done] == [80, 50, 0]
    assert [each.standing.debt for each in done] == [80, 50, 0]
    assert [each.given for each in done] == [0, 0, 5000]
    undone = [(each.account, each.amount, each.lot) for each in done[1].postings]
    assert undone == [(Account.DEBT, 30, "new-lot"), (Account.CANCELLED, -30, "new-lot")]


def test_only_what_is_above_the_cap_is_settled() -> None:
    desk = dear(debt_cap=60)
    done = [desk.take((no, 1)) for no in (1, 2, 3)]
    assert [each.bought for each in done] == [20, 20, 0]
    assert [each.debt for each in done] == [80, -20, 0]
    assert desk.standing.debt == 60


def test_what_has_been_paid_since_is_not_settled_again() -> None:
    desk = dear()
    desk.take((1, 1))
    desk.standing = replace(desk.standing, debt=10)
    done = desk.take((2, 1))
    assert (done.bought, done.deducted, done.debt, done.after.above_cap) == (10, 500, -10, 0)


@pytest.mark.parametrize(("debt", "bought", "left"), [(80, 20, 60), (70, 10, 60), (60, 0, 60), (30, 0, 30)])
def test_older_points_are_settled_as_far_as_the_member_still_owes_more_than_the_cap(
    debt: int, bought: int, left: int
) -> None:
    desk = dear(debt_cap=60)
    assert desk.take((1, 1)).after.above_cap == 20
    desk.standing = replace(desk.standing, debt=debt)
    done = desk.take((3, 1))
    assert (done.bought, done.deducted, done.standing.debt) == (bought, bought * 50, left)


def test_a_return_without_money_settles_nothing() -> None:
    coarse = rules(points_as_money={"points": 1, "money": 1000, "cap": [1, 1], "lifetime_months": 24})
    sale = made(Basket((line(1, 1000, 10),), points=3), coarse, member(), till(3))
    desk = Desk(sale, coarse, Standing(), RefundPolicy(debt_cap=0))
    desk.so_far = replace(desk.so_far, units={1: 3}, value=3000, money=3000, points_taken=21)
    done = desk.take((1, 1))  # the point that the fourth unit completes, and no money
    assert (done.points_back, done.money, done.taken.points) == (1, 0, 7)
    assert (done.bought, done.deducted, done.standing.debt) == (0, 0, 6)


def test_the_debt_of_other_sales_is_not_settled() -> None:
    desk = dear(debt=40)
    assert (desk.take((1, 1)).bought, desk.take((2, 1)).bought, desk.take((3, 1)).bought) == (20, 30, 50)
    assert desk.standing.debt == 40


def test_an_order_that_points_paid_alone_earned_nothing_to_take() -> None:
    programme = rules(earning=FIRST_EARNS, points_as_money=HALF)
    goods = Basket((line(1, 1000, gtin="10000001"),), points=20)
    sale = made(goods, programme, member(), till(20))
    assert sale.quote.due == 0
    done = Desk(sale, programme, Standing(), RefundPolicy(debt_cap=0)).take((1, 1))
    assert (done.taken.points, done.bought, done.deducted, done.points_back) == (0, 0, 0, 20)


@pytest.mark.parametrize(("paid", "bought"), [(1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (7, 2), (8, 3)])
def test_a_point_is_settled_when_its_value_half_up_is_paid(paid: int, bought: int) -> None:
    uneven = {"points": 2, "money": 5, "cap": [1, 1], "lifetime_months": 24}
    programme = rules(earn={"points": 1, "per": 1}, points_as_money=uneven)
    sale = made(basket(paid), programme, member(), till())
    done = Desk(sale, programme, Standing(), RefundPolicy(debt_cap=0)).take((1, 1))
    assert (done.bought, done.deducted, done.debt) == (bought, paid, paid - bought)


def test_money_that_was_too_little_for_a_point_counts_at_the_next_return() -> None:
    uneven = {"points": 2, "money": 5, "cap": [1, 1], "lifetime_months": 24}
    programme = rules(earn={"points": 1, "per": 1}, points_as_money=uneven)
    desk = Desk(made(basket(2, 2), programme, member(), till()), programme, Standing(), RefundPolicy(debt_cap=0))
    assert [desk.take((no, 1)).bought for no in (1, 2)] == [0, 1]
    assert desk.so_far.bought_for == 4
