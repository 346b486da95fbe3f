"""Points spent on rewards and coupons: what may be used here now, and the postings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty import Account, Asset, Lot, Posting, Refused, TillState, Verdict
from loyalty.points import points_held
from loyalty.reward_points import refuse_points, spend_points
from tests.loyalty.material import NOON
from tests.loyalty.rights_material import ANN, days_later, holding, rules

BOOK = rules()


def refused(points: int, state: TillState) -> Refused | None:
    return refuse_points(points, ANN, BOOK, NOON, state)


def test_what_is_there_can_be_spent_to_the_last_point() -> None:
    assert refused(300, holding(points=(100, 200))) is None
    short = Refused(Verdict.POINTS_NOT_AVAILABLE, {"asked": 301, "available": 300})
    assert refused(301, holding(points=(100, 200))) == short


def test_a_guest_and_a_claimed_member_are_named_before_the_points() -> None:
    assert refuse_points(1, None, BOOK, NOON, holding(points=(9,), assurance="P0")) == Refused(
        Verdict.POINTS_NOT_A_MEMBER, {"asked": 1, "available": 0}
    )
    assert refused(1, holding(assurance="P0")) == Refused(Verdict.POINTS_ASSURANCE, {"asked": 1, "available": 0})


def test_d12_a_debt_comes_before_any_reward() -> None:
    owing = holding(points=(300,), debt=100)
    assert points_held(BOOK, NOON, owing) == 200
    assert refused(200, owing) is None
    assert refused(201, owing) == Refused(Verdict.POINTS_NOT_AVAILABLE, {"asked": 201, "available": 200})
    assert points_held(BOOK, NOON, holding(points=(300,), debt=301)) == 0


def test_an_expired_lot_is_neither_held_nor_drawn() -> None:
    state = TillState((Lot("old", 50, "2025-01-01", "2026-03-01"), Lot("new", 50, "2025-01-01")), "P4")
    assert [points_held(BOOK, days_later(days), state) for days in (0, 1)] == [100, 50]
    (out, into) = spend_points(50, BOOK, days_later(1), state)
    assert (out, into) == (
        Posting(Account.LEASE, Asset.POINTS, "new", -50),
        Posting(Account.REDEEMED, Asset.POINTS, "new", 50),
    )


def test_spending_more_than_is_there_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="the lots hold 10"):
        spend_points(11, BOOK, NOON, holding(points=(10,)))


def test_spending_nothing_posts_nothing() -> None:
    assert spend_points(0, BOOK, NOON, holding(points=(10,), assurance="P1")) == ()
    assert refused(0, holding()) is None


def test_what_is_spent_with_the_pin_is_not_counted_against_the_day_of_a_copyable_card() -> None:
    state = holding(points=(5000,), assurance="P1", copyable_used=9999)
    assert refused(3000, state) == Refused(Verdict.POINTS_COPYABLE_DAILY, {"asked": 3000, "available": 0})
    proven = replace(state, pin=True)
    assert refused(3000, proven) is None
    assert [posting.asset for posting in spend_points(3000, BOOK, NOON, proven)] == [Asset.POINTS, Asset.POINTS]
    assert Asset.LIMIT in {posting.asset for posting in spend_points(3000, BOOK, NOON, state)}
