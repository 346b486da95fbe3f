"""Rewards redeemed for points: what they cost, what is handed out, and what is within reach."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty import Account, Asset, Lot, MemberFacts, Moment, Posting, Programme, Refused, TillState, Verdict, imbalance
from loyalty.coupon import Coupon
from loyalty.points import points_held
from loyalty.quote import Miss
from loyalty.rewards import Reach, Redemption, redeem_reward, rewards_within_reach
from loyalty.value import ValueLot
from tests.loyalty.material import NOON
from tests.loyalty.rights_material import ANN, BEN, coupon_rule, days_later, holding, reward, rules, the_reward

MUG = rules(rewards=(reward(),))
VALUE: dict[str, Any] = {"stored_value": {"bonus_lifetime_months": 6}, "gift_cards": {"lifetime_months": 12}}


def redeem(
    state: TillState, book: Programme = MUG, member: MemberFacts = ANN, at: Moment = NOON
) -> Redemption | Refused:
    return redeem_reward(the_reward(book), member, state, book, at, "new")


def redeemed(*args: Any, **more: Any) -> Redemption:
    found = redeem(*args, **more)
    assert isinstance(found, Redemption), found
    assert imbalance(found.postings) == {}
    return found


def drawn(lot: str, points: int) -> tuple[Posting, Posting]:
    return (
        Posting(Account.LEASE, Asset.POINTS, lot, -points),
        Posting(Account.REDEEMED, Asset.POINTS, lot, points),
    )


def test_goods_cost_their_points() -> None:
    found = redeemed(holding(points=(500,)))
    assert found == Redemption("mug", 300, 2500, drawn("lot1", 300))


def test_d17_the_lot_that_expires_soonest_is_spent_first() -> None:
    lots = (Lot("late", 100, "2025-01-01", "2026-12-31"), Lot("soon", 50, "2025-06-01", "2026-04-30"))
    book = rules(rewards=(reward(cost=60),))
    found = redeemed(TillState(lots, "P4"), book)
    assert found.postings == (*drawn("soon", 50), *drawn("late", 10))
    left = 100 + 50 - sum(posting.amount for posting in found.postings if posting.account is Account.REDEEMED)
    assert left == 90
    assert found.postings != drawn("late", 60)  # in the order of earning: 50 would be lost on 30 April


def test_a_lot_is_good_on_its_last_day_and_not_after() -> None:
    state = TillState((Lot("a", 300, "2025-01-01", "2026-03-01"),), "P4")
    assert redeemed(state).points == 300
    short = Refused(Verdict.POINTS_NOT_AVAILABLE, {"asked": 300, "available": 0})
    assert redeem(state, at=days_later(1)) == short


@pytest.mark.parametrize(
    ("state", "verdict", "available"),
    [
        (holding(points=(299,)), Verdict.POINTS_NOT_AVAILABLE, 299),
        (holding(points=(900,), assurance="P0"), Verdict.POINTS_ASSURANCE, 0),
        (holding(points=(900,), assurance="P1", copyable_used=1800), Verdict.POINTS_COPYABLE_DAILY, 200),
        (holding(points=(900,), assurance="P2", copyable_used=9999), Verdict.POINTS_COPYABLE_DAILY, 0),
        (holding(points=(100,), assurance="P1", copyable_used=1800), Verdict.POINTS_NOT_AVAILABLE, 100),
    ],
)
def test_points_are_refused_with_the_amount_that_is_there(state: TillState, verdict: Verdict, available: int) -> None:
    assert redeem(state) == Refused(verdict, {"asked": 300, "available": available})


def test_a_copyable_card_counts_against_its_day() -> None:
    key = "copyable:2026-03-01"
    counted = (Posting(Account.LIMIT, Asset.LIMIT, key, -300), Posting(Account.USED, Asset.LIMIT, key, 300))
    assert redeemed(holding(points=(300,), assurance="P1", copyable_used=1700)).postings == (
        *drawn("lot1", 300),
        *counted,
    )
    assert redeemed(holding(points=(300,), assurance="P3")).postings == drawn("lot1", 300)


@pytest.mark.parametrize(("debt", "available"), [(1, 299), (300, 0), (301, 0)])
def test_d12_nothing_is_redeemed_below_zero(debt: int, available: int) -> None:
    state = holding(points=(300,), debt=debt)
    assert redeem(state) == Refused(Verdict.POINTS_NOT_AVAILABLE, {"asked": 300, "available": available})
    assert redeemed(replace(state, debt=0)).points == 300  # the lots alone would do: the debt is what stops it
    assert points_held(MUG, NOON, state) == available >= 0


def test_a_coupon_is_handed_out_by_its_rule() -> None:
    book = rules(
        coupon_rule(lifetime_days=10, most_per_member=1), rewards=(reward(kind="coupon", coupon="welcome", value=1000),)
    )
    key = "member:times:ever:coupon:welcome:ann"
    found = redeemed(holding(points=(300,), leased={key: 1}), book)
    assert found.coupon == Coupon("new", "welcome", "ann", "2026-03-01", "2026-03-10")
    assert (found.value, found.lot) == (1000, None)
    assert found.postings == (
        *drawn("lot1", 300),
        Posting(Account.ISSUED, Asset.COUPON, "new", -1),
        Posting(Account.LEASE, Asset.COUPON, "new", 1),
        Posting(Account.LEASE, Asset.LIMIT, key, -1),
        Posting(Account.USED, Asset.LIMIT, key, 1),
    )
    assert redeem(holding(points=(300,)), book) == Refused(Verdict.COUPON_LIMIT)


def test_a_coupon_for_others_is_not_handed_out_whatever_the_reward_says() -> None:
    book = rules(coupon_rule(tiers=["gold"]), rewards=(reward(kind="coupon", coupon="welcome"),))
    expected = Refused(Verdict.COUPON_NOT_FOR_MEMBER, {"miss": Miss.TIER_TOO_LOW})
    assert redeem(holding(points=(300,)), book) == expected
    assert redeemed(holding(points=(300,)), book, BEN).coupon is not None


def test_a_reward_of_another_programme_is_a_bug_of_the_caller() -> None:
    other = rules(coupon_rule(), rewards=(reward(kind="coupon", coupon="welcome"),))
    with pytest.raises(ValueError, match="no such rule"):
        redeem_reward(the_reward(other), ANN, holding(points=(300,)), MUG, NOON, "new")


def test_a_gift_card_holds_principal_and_earns_when_it_is_spent() -> None:
    book = rules(rewards=(reward(kind="gift_card", money=5000),), **VALUE)
    found = redeemed(holding(points=(300,)), book)
    assert found.lot == ValueLot("new", 5000, 0, 0, "2026-03-01", "2027-03-01")
    assert found.postings[2:] == (
        Posting(Account.ISSUED, Asset.PRINCIPAL, "new", -5000),
        Posting(Account.LEASE, Asset.PRINCIPAL, "new", 5000),
    )


def test_money_off_is_bonus_that_is_never_paid_out() -> None:
    book = rules(rewards=(reward(kind="money_off", money=300),), **VALUE)
    found = redeemed(holding(points=(300,)), book)
    assert found.lot == ValueLot("new", 0, 300, 0, "2026-03-01", "2026-09-01")
    assert (found.lot.left, found.lot.principal_left) == (300, 0)
    assert found.postings[2:] == (
        Posting(Account.ISSUED, Asset.BONUS, "new", -300),
        Posting(Account.LEASE, Asset.BONUS, "new", 300),
    )


def test_only_its_audience_gets_it() -> None:
    book = rules(rewards=(reward(tiers=["gold"]),))
    expected = Refused(Verdict.REWARD_NOT_FOR_MEMBER, {"miss": Miss.TIER_TOO_LOW})
    assert redeem(holding(points=(300,)), book) == expected
    assert redeemed(holding(points=(300,)), book, BEN).points == 300


def test_d29_a_reward_is_handed_out_within_its_limits() -> None:
    stock = {"scope": "store", "measure": "times", "most": 50}
    daily = {"scope": "terminal", "measure": "times", "most": 1, "period": "day"}
    book = rules(rewards=(reward(limits=[stock, daily]),))
    here, today = "store:times:ever:reward:mug:s01", "terminal:times:2026-03-01:reward:mug"
    state = holding(points=(300,), store="s01", leased={here: 1})
    assert redeemed(state, book).postings == (
        *drawn("lot1", 300),
        Posting(Account.LEASE, Asset.LIMIT, here, -1),
        Posting(Account.USED, Asset.LIMIT, here, 1),
        Posting(Account.LIMIT, Asset.LIMIT, today, -1),
        Posting(Account.USED, Asset.LIMIT, today, 1),
    )
    assert redeem(replace(state, leased={}), book) == Refused(Verdict.REWARD_LIMIT)  # 50 in all, none placed here
    assert redeem(replace(state, used={today: 1}), book) == Refused(Verdict.REWARD_LIMIT)


def test_so_many_more_for_a_mug() -> None:
    book = rules(
        rewards=(
            reward("mug", 300),
            reward("pen", 180),
            reward("wash", 100, kind="service"),
            reward("car", 90000, tiers=["gold"]),
        )
    )
    assert rewards_within_reach(ANN, holding(points=(180,)), book, NOON) == (
        Reach("pen", 180, 0),
        Reach("wash", 100, 0),
        Reach("mug", 300, 120),
    )
    assert rewards_within_reach(ANN, holding(points=(180,)), book, NOON, most=1) == (Reach("pen", 180, 0),)
    assert rewards_within_reach(BEN, holding(), book, NOON)[-1] == Reach("car", 90000, 90000)


def test_what_is_missing_counts_from_all_points_and_the_card_is_named_where_it_stops() -> None:
    state = holding(points=(500,), assurance="P1", copyable_used=1900)
    assert rewards_within_reach(ANN, state, MUG, NOON) == (Reach("mug", 300, 0, Verdict.POINTS_COPYABLE_DAILY),)
    owing = holding(points=(300,), debt=50)
    assert rewards_within_reach(ANN, owing, MUG, NOON) == (Reach("mug", 300, 50),)


def test_a_claimed_member_does_not_learn_the_balance_from_the_distance() -> None:
    assert rewards_within_reach(ANN, holding(points=(200,), assurance="P0"), MUG, NOON) == ()
    assert rewards_within_reach(ANN, holding(points=(200,), assurance="P1"), MUG, NOON) == (Reach("mug", 300, 100),)


def test_d19_a_birthday_reward_is_had_once_for_each_birthday() -> None:
    book = rules(rewards=(reward(birthday=True),))
    child = MemberFacts("ann", "regular", birthday="1990-03-02")
    key = "birthday:2026:reward:mug:ann"
    found = redeemed(holding(points=(900,)), book, child)
    assert found.postings[-1] == Posting(Account.USED, Asset.LIMIT, key, 1)
    assert redeem(holding(points=(900,), used={key: 1}), book, child) == Refused(Verdict.REWARD_LIMIT)
    assert redeemed(holding(points=(900,), used={key: 1}), book, child, days_later(365)).points == 300
