"""Drawing a prize: the cost, the prize, its stock, and nothing that is not there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import Account, Asset, Lot, Moment, Posting, Programme, Refused, TillState, Verdict, imbalance
from loyalty.coupon import Coupon
from loyalty.lottery import odds
from loyalty.prize_draw import Draw, draw_prize, draw_refused, prizes_gone
from loyalty.quote import Miss
from tests.loyalty.lottery_material import PRIZES, STOCK, lotteries, prize, the_lottery, wheel
from tests.loyalty.material import NOON
from tests.loyalty.rights_material import ANN, BEN, days_later, holding

BOOK = lotteries()
HELD = holding(points=(80,), leased={STOCK: 1})
BIKE, VOUCHER, HUNDRED, NONE = 0, 1, 10, 40
RULES = settings(derandomize=True, max_examples=150, deadline=None)


def attempt(chance: int, state: TillState = HELD, book: Programme = BOOK, at: Moment = NOON) -> Draw | Refused:
    return draw_prize(the_lottery(book), chance, ANN, state, book, at, "new")


def drawn(chance: int, state: TillState = HELD, book: Programme = BOOK, at: Moment = NOON) -> Draw:
    found = attempt(chance, state, book, at)
    assert isinstance(found, Draw), found
    assert imbalance(found.postings) == {}
    return found


def paid(lot: str, points: int) -> tuple[Posting, Posting]:
    return Posting(Account.LEASE, Asset.POINTS, lot, -points), Posting(Account.REDEEMED, Asset.POINTS, lot, points)


def test_a_draw_costs_its_points_whatever_is_won() -> None:
    assert drawn(NONE) == Draw("wheel", 40, 100, "none", "none", 50, paid("lot1", 50))


def test_d17_the_lot_that_expires_soonest_pays() -> None:
    lots = (Lot("late", 100, "2025-01-01", "2026-12-31"), Lot("soon", 30, "2025-06-01", "2026-04-30"))
    assert drawn(NONE, TillState(lots, "P4")).postings == (*paid("soon", 30), *paid("late", 20))


def test_goods_are_taken_out_of_the_stock_that_lies_here() -> None:
    found = drawn(BIKE)
    assert (found.drawn, found.prize) == ("bike", "bike")
    assert found.postings == (
        *paid("lot1", 50),
        Posting(Account.LEASE, Asset.LIMIT, STOCK, -1),
        Posting(Account.USED, Asset.LIMIT, STOCK, 1),
    )


@pytest.mark.parametrize("leased", [{}, {STOCK: 0}])
def test_a_prize_whose_stock_is_used_up_becomes_what_was_declared(leased: dict[str, int]) -> None:
    found = drawn(BIKE, replace(HELD, leased=leased))
    assert (found.drawn, found.prize) == ("bike", "hundred")
    assert found.lot == Lot("new", 100, "2026-03-01", "2028-03-01")
    assert not any(posting.lot == STOCK for posting in found.postings)


def test_points_won_make_a_lot_that_expires_like_any_other() -> None:
    found = drawn(HUNDRED)
    assert found.lot == Lot("new", 100, "2026-03-01", "2028-03-01")
    assert found.postings[2:] == (
        Posting(Account.ISSUED, Asset.POINTS, "new", -100),
        Posting(Account.LEASE, Asset.POINTS, "new", 100),
    )


def test_d12_points_won_pay_a_debt_first() -> None:
    free = lotteries(wheel(cost=0))
    found = drawn(HUNDRED, TillState(assurance="P4", debt=70), free)
    assert found.postings == (
        Posting(Account.ISSUED, Asset.POINTS, "new", -100),
        Posting(Account.DEBT, Asset.POINTS, "new", 70),
        Posting(Account.LEASE, Asset.POINTS, "new", 30),
    )


def test_a_coupon_won_is_issued() -> None:
    found = drawn(VOUCHER)
    assert found.coupon == Coupon("new", "gift", "ann", "2026-03-01")
    assert found.postings[2:] == (
        Posting(Account.ISSUED, Asset.COUPON, "new", -1),
        Posting(Account.LEASE, Asset.COUPON, "new", 1),
    )


def test_a_coupon_that_cannot_be_issued_becomes_what_was_declared() -> None:
    assert drawn(VOUCHER, book=lotteries(good_until="2026-02-28")).prize == "hundred"
    assert drawn(VOUCHER, book=lotteries(most_per_member=1)).prize == "hundred", "no lease on its limit here"
    with pytest.raises(ValueError, match="voucher is the coupon gift"):
        draw_prize(the_lottery(BOOK), VOUCHER, ANN, HELD, replace(BOOK, coupons=()), NOON, "new")


def test_who_may_not_draw_is_told_why_and_pays_nothing() -> None:
    gold = lotteries(wheel(tiers=["gold"]))
    assert attempt(NONE, book=gold) == Refused(Verdict.LOTTERY_NOT_FOR_MEMBER, {"miss": Miss.TIER_TOO_LOW})
    assert draw_refused(the_lottery(gold), BEN, HELD, gold, NOON) is None
    over = lotteries(wheel(until="2026-03-01"))
    assert attempt(NONE, book=over, at=days_later(1)) == Refused(Verdict.LOTTERY_NOT_FOR_MEMBER, {"miss": Miss.ENDED})
    short = attempt(NONE, holding(points=(49,)))
    assert short == Refused(Verdict.POINTS_NOT_AVAILABLE, {"asked": 50, "available": 49})


def test_a_member_draws_only_so_often_a_day() -> None:
    book, key = lotteries(wheel(most_per_day=2)), "member:times:2026-03-01:lottery:wheel:ann"
    assert attempt(NONE, book=book) == Refused(Verdict.LOTTERY_LIMIT), "no lease on the count here"
    found = drawn(NONE, replace(HELD, leased={key: 1}), book)
    assert Posting(Account.USED, Asset.LIMIT, key, 1) in found.postings
    assert attempt(NONE, replace(HELD, leased={key: 1}), book, days_later(1)) == Refused(Verdict.LOTTERY_LIMIT)


def test_a_chance_beside_the_wheel_is_a_fault_of_the_caller_even_without_points() -> None:
    with pytest.raises(ValueError, match="chance 100"):
        attempt(100, holding())


def test_the_same_chance_gives_the_same_draw() -> None:
    assert drawn(VOUCHER) == drawn(VOUCHER)


def test_what_the_screen_shows_is_what_the_chances_give() -> None:
    lottery, bare = the_lottery(BOOK), replace(HELD, leased={})
    for state, gone in ((HELD, set[str]()), (bare, {"bike"})):
        assert prizes_gone(lottery, ANN, state, BOOK, NOON) == gone
        given_out = Counter(drawn(chance, state).prize for chance in range(lottery.total))
        expected = odds(lottery, gone)
        assert {id: Fraction(given_out[id], lottery.total) for id in expected} == expected


@RULES
@given(
    st.lists(st.integers(0, 99), max_size=12),
    st.integers(0, 3),
    st.integers(0, 400),
    st.sampled_from(["bike", "hundred"]),
)
def test_no_more_is_given_or_paid_than_there_is(chances: list[int], stock: int, points: int, kind: str) -> None:
    few = [prize("bike", 50, "nothing", 9), *PRIZES[2:]] if kind == "bike" else PRIZES
    book = lotteries(wheel(*few))
    state, given_out = holding(points=(points,), leased={STOCK: stock}), 0
    for chance in chances:
        found = attempt(chance % the_lottery(book).total, state, book)
        if isinstance(found, Refused):
            assert state.lots[0].points < 50
            break
        assert imbalance(found.postings) == {}
        moved = Counter[str]()
        for posting in found.postings:
            if posting.account is Account.LEASE:
                moved[posting.lot] += posting.amount
        left = state.lots[0].points + moved["lot1"]
        state = replace(
            state,
            lots=(replace(state.lots[0], points=left),),
            leased={STOCK: state.leased[STOCK] + moved[STOCK]},
        )
        given_out += found.prize == "bike"
        assert left >= 0
    assert given_out <= stock
    assert state.leased[STOCK] == stock - given_out
