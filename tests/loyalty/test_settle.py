"""`settle`: a sale with balanced postings, or a verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty import Account, Asset, Basket, Lot, Moment, Posting, Refused, TillState, Verdict, imbalance, price, settle
from tests.loyalty.material import BARE, NOON, basket, card, cash, member, programme, quote, sell, sold, till

RULES = programme(cash_rounding=10)


def points(account: Account, lot: str, amount: int) -> Posting:
    return Posting(account, Asset.POINTS, lot, amount)


def test_earning_makes_a_lot_in_this_tills_lease() -> None:
    sale = sold(basket(12345), RULES, member(), till())
    assert sale.new_lots == (Lot("new-lot", 12, "2026-03-01", "2028-03-01"),)
    assert sale.postings == (points(Account.ISSUED, "new-lot", -12), points(Account.LEASE, "new-lot", 12))
    assert (sale.tenders, sale.rounding, sale.change) == ((card(12345),), 0, 0)


def test_points_that_never_expire_have_no_last_day() -> None:
    rules = programme(points_as_money={**BARE["points_as_money"], "lifetime_months": None})
    assert sold(basket(1000), rules, member(), till()).new_lots == (Lot("new-lot", 1, "2026-03-01"),)


def test_a_lot_is_dated_by_the_calendar_of_the_programme() -> None:
    at = Moment(NOON.utc_ms + 13 * 3_600_000, "America/New_York")
    assert sold(basket(1000), RULES, member(), till(), at=at).new_lots[0].earned_on == "2026-03-02"


def test_a_sale_that_earns_nothing_makes_no_lot() -> None:
    assert sold(basket(999), RULES, member(), till()).new_lots == ()
    assert sold(basket(99999), RULES, None, till()).postings == ()


def test_redeeming_draws_the_lots_in_order_and_leaves_expired_ones() -> None:
    lots = (
        Lot("late", 500, "2026-01-01", "2026-12-31"),
        Lot("soon", 150, "2026-01-01", "2026-03-01"),
        Lot("gone", 900, "2025-01-01", "2026-02-28"),
    )
    sale = sold(basket(10000, points=300), RULES, member(), TillState(lots, "P4"))
    assert [posting for posting in sale.postings if posting.account in (Account.LEASE, Account.REDEEMED)][:4] == [
        points(Account.LEASE, "soon", -150),
        points(Account.REDEEMED, "soon", 150),
        points(Account.LEASE, "late", -150),
        points(Account.REDEEMED, "late", 150),
    ]
    assert imbalance(sale.postings) == {}


@pytest.mark.parametrize(("assurance", "counted"), [("P1", True), ("P2", True), ("P3", False), ("P4", False)])
def test_a_copyable_card_counts_against_its_day(assurance: str, counted: bool) -> None:
    sale = sold(basket(10000, points=300), RULES, member(), till(500, assurance=assurance))
    key = "copyable:2026-03-01"
    limit = [posting for posting in sale.postings if posting.asset is Asset.LIMIT]
    expected = [Posting(Account.LIMIT, Asset.LIMIT, key, -300), Posting(Account.USED, Asset.LIMIT, key, 300)]
    assert limit == (expected if counted else [])
    assert imbalance(sale.postings) == {}


def test_the_days_limit_goes_by_the_business_date() -> None:
    night = Moment(NOON.utc_ms - 11 * 3_600_000)
    sale = sold(basket(10000, points=300), RULES, member(), till(500, assurance="P1"), at=night)
    assert {posting.lot for posting in sale.postings if posting.asset is Asset.LIMIT} == {"copyable:2026-02-28"}


def test_without_points_used_no_limit_is_touched() -> None:
    sale = sold(basket(10000), RULES, member(), till(500, assurance="P1"))
    assert all(posting.asset is Asset.POINTS for posting in sale.postings)


@pytest.mark.parametrize(
    ("asked", "state", "verdict", "available"),
    [
        (500, till(320), Verdict.POINTS_NOT_AVAILABLE, 300),
        (500, till(320, assurance="P0"), Verdict.POINTS_ASSURANCE, 0),
        (500, till(900, assurance="P1", used=1650), Verdict.POINTS_COPYABLE_DAILY, 300),
        (999, till(900, assurance="P1", used=1650), Verdict.POINTS_NOT_AVAILABLE, 300),
    ],
)
def test_points_that_are_not_there_refuse_the_sale(
    asked: int, state: TillState, verdict: Verdict, available: int
) -> None:
    assert sell(basket(50000, points=asked), RULES, member(), state) == Refused(
        verdict, {"asked": asked, "available": available}
    )


def test_a_guest_who_asks_for_points_is_refused() -> None:
    refused = sell(basket(50000, points=100), RULES, None, till(500))
    assert refused == Refused(Verdict.POINTS_NOT_A_MEMBER, {"asked": 100, "available": 0})


@pytest.mark.parametrize(
    ("asked", "used", "limit"), [(900, 400, "cap"), (390, 300, "whole_units"), (400, 400, None), (0, 0, None)]
)
def test_a_cap_or_a_broken_unit_only_means_that_fewer_are_used(asked: int, used: int, limit: str | None) -> None:
    sale = sold(basket(900, points=asked), RULES, member(), till(900))
    assert (sale.quote.use.points, sale.quote.use.limited_by) == (used, limit)
    assert sum(posting.amount for posting in sale.postings if posting.account is Account.REDEEMED) == used


def test_points_that_were_spent_since_the_quote_are_not_spent_twice() -> None:
    old = price(basket(10000, points=500), member(), RULES, NOON, till(500))
    now = till(200)
    refused = settle(old, member(), [card(old.due)], RULES, NOON, now, "new-lot")
    assert refused == Refused(Verdict.POINTS_NOT_AVAILABLE, {"asked": 500, "available": 200})


def test_points_that_expired_since_the_quote_are_not_spent() -> None:
    state = TillState((Lot("a", 500, "2025-01-01", "2026-03-01"),), "P4")
    old = price(basket(10000, points=500), member(), RULES, NOON, state)
    tomorrow = Moment(NOON.utc_ms + 86_400_000)
    assert isinstance(settle(old, member(), [card(old.due)], RULES, tomorrow, state, "new-lot"), Refused)


def test_an_empty_basket_is_no_sale() -> None:
    assert sell(Basket(), RULES, member(), till()) == Refused(Verdict.EMPTY_BASKET)


def test_points_are_judged_before_the_money() -> None:
    refused = sell(basket(50000, points=500), RULES, member(), till(), card(1))
    assert isinstance(refused, Refused)
    assert refused.verdict is Verdict.POINTS_NOT_AVAILABLE


def test_a_tender_that_does_not_fit_is_refused() -> None:
    refused = sell(basket(1000), RULES, member(), till(), card(999))
    assert refused == Refused(Verdict.TENDER_SHORT, {"due_minor": 1000, "given_minor": 999})


def test_cash_is_rounded_and_change_given() -> None:
    sale = sold(basket(14043), RULES, member(), till(), cash(20000))
    assert (sale.tenders, sale.rounding, sale.change) == ((cash(14040),), -3, 5960)


def test_what_is_paid_in_full_with_points_needs_no_tender() -> None:
    rules = programme(points_as_money={**BARE["points_as_money"], "cap": [1, 1]})
    sale = sold(basket(500, points=500), rules, member(), till(500))
    assert (sale.quote.due, sale.tenders, sale.quote.earns) == (0, (), 0)


def test_a_quote_of_other_rules_or_another_buyer_is_a_bug() -> None:
    priced = quote(basket(5000), RULES, member())
    with pytest.raises(ValueError, match="the quote is of chain 3: price the basket again"):
        settle(priced, member(), [card(5000)], replace(RULES, version=4), NOON, till(), "new-lot")
    with pytest.raises(ValueError, match="the quote is a member's and no member is given"):
        settle(priced, None, [card(5000)], RULES, NOON, till(), "new-lot")
