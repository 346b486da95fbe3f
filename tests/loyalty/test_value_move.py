"""What a step moved, and its postings."""

from __future__ import annotations

from loyalty import Account, imbalance
from loyalty.value_move import ValueMove, ValuePart, after_moves, issue_value
from tests.loyalty.value_material import bonus, lot, principal


def test_spending_leaves_the_lease() -> None:
    before = lot(100_000, 20_000)
    move = ValueMove(before, before.spend(30_000))
    assert move.part("g1") == ValuePart("v1", 25_000, 5_000, "g1")
    assert move.part("g1").total == 30_000
    assert move.postings() == (
        principal(Account.LEASE, -25_000),
        principal(Account.REDEEMED, 25_000),
        bonus(Account.LEASE, -5_000),
        bonus(Account.REDEEMED, 5_000),
    )


def test_a_pay_out_cancels_the_bonus() -> None:
    before = lot(100_000, 20_000, 30_000)
    move = ValueMove(before, before.pay_out(75_000))
    assert (move.principal, move.bonus, move.ended) == (75_000, 15_000, 15_000)
    assert move.postings() == (
        principal(Account.LEASE, -75_000),
        principal(Account.PAID_OUT, 75_000),
        bonus(Account.LEASE, -15_000),
        bonus(Account.CANCELLED, 15_000),
    )


def test_what_comes_back_after_the_end_of_the_bonus_is_cancelled() -> None:
    before = lot(100_000, 20_000, 30_000).pay_out(75_000)
    move = ValueMove(before, before.wind_back(30_000))
    assert (move.principal, move.bonus, move.ended) == (25_000, 0, 5_000)
    assert move.postings() == (
        principal(Account.LEASE, 25_000),
        principal(Account.REDEEMED, -25_000),
        bonus(Account.REDEEMED, -5_000),
        bonus(Account.CANCELLED, 5_000),
    )
    assert imbalance(move.postings()) == {}


def test_bonus_ends_where_it_is_told() -> None:
    before = lot(100, 20)
    assert ValueMove(before, before.end_bonus()).postings(Account.EXPIRED) == (
        bonus(Account.LEASE, -20),
        bonus(Account.EXPIRED, 20),
    )


def test_a_new_lot_is_issued_into_the_lease() -> None:
    assert issue_value(lot(100)) == (principal(Account.ISSUED, -100), principal(Account.LEASE, 100))
    assert imbalance(issue_value(lot(100, 20))) == {}


def test_lots_after_moves_keep_their_places() -> None:
    first, second = lot(10, id="a"), lot(20, id="b")
    assert after_moves([first, second], [ValueMove(second, second.spend(5))]) == (first, second.spend(5))
