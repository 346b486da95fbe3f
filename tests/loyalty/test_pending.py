"""Pending points become active, and debts are paid."""

from __future__ import annotations

import pytest

from loyalty import imbalance
from loyalty.ledger import Account, Posting
from loyalty.lots import Lot
from loyalty.pending import activate, active_on, pay_debt
from loyalty.points_policy import PointsPolicy
from loyalty.standing import Pending, Standing, after
from tests.loyalty.material import NOON, basket, member, programme, sold, till

DAY = "2026-03-09"


def waits(id: str, points: int, day: str = DAY, expires_on: str | None = "2026-12-31") -> Pending:
    return Pending(Lot(id, points, "2026-03-01", expires_on), day)


def moves(postings: tuple[Posting, ...]) -> list[tuple[str, str, int]]:
    return [(each.account, each.lot, each.amount) for each in postings]


@pytest.mark.parametrize(
    ("window", "first_day"), [(0, "2026-03-01"), (1, "2026-03-03"), (7, "2026-03-09"), (31, "2026-04-02")]
)
def test_points_are_active_on_the_day_after_the_last_day_of_return(window: int, first_day: str) -> None:
    assert active_on("2026-03-01", PointsPolicy(return_window_days=window)) == first_day


def test_only_lots_whose_window_has_ended_become_active() -> None:
    standing = Standing(pending=(waits("a", 100), waits("b", 50, "2026-03-10")))
    done = activate(standing, DAY)
    assert moves(done.postings) == [("pending", "a", -100), ("pool", "a", 100)]
    assert done.lots == (Lot("a", 100, "2026-03-01", "2026-12-31"),)
    assert after(standing, done.postings) == Standing((waits("b", 50, "2026-03-10"),), pool=done.lots)


def test_lots_whose_windows_have_ended_are_all_there_in_the_order_of_their_days() -> None:
    done = activate(Standing(pending=(waits("b", 50), waits("a", 1, "2026-03-02"))), DAY)
    assert [(each.id, each.points) for each in done.lots] == [("a", 1), ("b", 50)]


def test_nothing_is_active_a_day_too_early() -> None:
    assert activate(Standing(pending=(waits("a", 100),)), "2026-03-08").postings == ()


def test_d12_pending_points_pay_the_debt_when_they_become_active() -> None:
    standing = Standing(pending=(waits("late", 30), waits("early", 30, "2026-03-02")), debt=40)
    done = activate(standing, DAY)
    assert moves(done.postings) == [
        ("pending", "early", -30),
        ("debt", "early", 30),
        ("pending", "late", -30),
        ("debt", "late", 10),
        ("pool", "late", 20),
    ]
    assert done.lots == (Lot("late", 20, "2026-03-01", "2026-12-31"),), "a lot that paid debt alone is not there"
    assert after(standing, done.postings) == Standing(pool=done.lots)
    assert imbalance(done.postings) == {}


def test_activating_twice_changes_nothing_more() -> None:
    standing = Standing(pending=(waits("a", 100),), debt=10)
    once = after(standing, activate(standing, DAY).postings)
    assert activate(once, DAY).postings == ()


def test_d12_the_pool_pays_a_debt_by_expiry_and_leases_are_left_alone() -> None:
    pool = (Lot("dec", 20, "2026-01-01", "2026-12-31"), Lot("apr", 20, "2026-01-01", "2026-04-30"))
    standing = Standing(lease=(Lot("leased", 99, "2026-01-01"),), pool=pool, debt=25)
    paid = pay_debt(standing, DAY)
    assert moves(paid) == [("pool", "apr", -20), ("debt", "apr", 20), ("pool", "dec", -5), ("debt", "dec", 5)]
    assert after(standing, paid).debt == 0
    assert moves(pay_debt(standing, "2026-05-01")) == [("pool", "dec", -20), ("debt", "dec", 20)]


def test_without_debt_nothing_is_paid() -> None:
    assert pay_debt(Standing(pool=(Lot("a", 5, "2026-01-01"),)), DAY) == ()


def test_d13_a_sale_earns_pending_points_where_goods_may_come_back() -> None:
    rules = programme(format=2, points={"return_window_days": 7})
    sale = sold(basket(20000), rules, member(), till())
    assert [(each.account, each.amount) for each in sale.postings] == [("issued", -20), ("pending", 20)]
    assert Account.LEASE not in {each.account for each in sale.postings}, "they cannot be spent yet"
    (lot,) = sale.new_lots
    assert (lot.earned_on, active_on(lot.earned_on, rules.points)) == (NOON.local().date().isoformat(), "2026-03-09")
