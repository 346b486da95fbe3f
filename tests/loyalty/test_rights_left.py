"""Coupons, limits and stamps are used with the sale, and only if they are still there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty import Account, Asset, Basket, MemberFacts, Posting, Programme, Refused, Sale, TillState, Verdict, settle
from loyalty import price as price_of
from loyalty.coupon import CouponState
from loyalty.limit_keys import birthday_key, limit_key
from loyalty.limits import Scope
from loyalty.quote import Quote
from tests.loyalty.material import NAME, NOON, basket, card, line, programme, till
from tests.loyalty.rights_material import coupon, coupon_rule, days_later, holding, limit, rules

ANN = MemberFacts("ann", "regular", birthday="1990-03-01")
COUPONS = rules(coupon_rule())
WITH_COUPON = replace(basket(10_000), coupons=("c1",))
CUPS = {"id": "cups", "kind": "stamp_card", "priority": 1, "name": NAME, "buys": 10, "categories": ["coffee"]}


def tenth(**more: Any) -> Programme:
    """A tenth off everything, under these conditions."""
    return programme(
        {"id": "tenth", "kind": "percent_off", "priority": 1, "name": NAME, "percent": [1, 10], **more}, format=2
    )


def limited(scope: Scope) -> tuple[Programme, str]:
    """The same, five times in all, and the key that counts it."""
    key = limit_key("tenth", limit(scope), NOON.business_date(), "ann", "s01")
    return tenth(limits=[{"scope": scope, "measure": "times", "most": 5}]), key


def priced(goods: Basket, book: Programme, state: TillState) -> Quote:
    quote = price_of(goods, ANN, book, NOON, state)
    assert quote.rights
    return quote


def sell(quote: Quote, book: Programme, state: TillState, days: int = 0) -> Sale | Refused:
    return settle(quote, ANN, [card(quote.due)] if quote.due else [], book, days_later(days), state, "new-lot")


def postings(sale: Sale | Refused, asset: Asset) -> list[Posting]:
    assert isinstance(sale, Sale), sale
    return [posting for posting in sale.postings if posting.asset is asset]


def test_a_coupon_is_used_with_the_sale() -> None:
    state = holding(coupon())
    sale = sell(priced(WITH_COUPON, COUPONS, state), COUPONS, state)
    assert postings(sale, Asset.COUPON) == [
        Posting(Account.LEASE, Asset.COUPON, "c1", -1),
        Posting(Account.REDEEMED, Asset.COUPON, "c1", 1),
    ]


@pytest.mark.parametrize(
    ("state", "days", "verdict"),
    [
        (holding(), 0, Verdict.COUPON_UNKNOWN),
        (holding(coupon(state=CouponState.USED)), 0, Verdict.COUPON_USED),
        (holding(coupon(expires_on="2026-03-01")), 1, Verdict.COUPON_EXPIRED),
    ],
)
def test_a_coupon_that_is_gone_since_the_quote_refuses_the_sale(state: TillState, days: int, verdict: Verdict) -> None:
    quote = priced(WITH_COUPON, COUPONS, holding(coupon()))
    assert sell(quote, COUPONS, state, days) == Refused(verdict, {"code": "c1"})


@pytest.mark.parametrize("scope", [Scope.MEMBER, Scope.STORE, Scope.CHAIN])
def test_what_hq_counts_comes_out_of_the_lease(scope: Scope) -> None:
    book, key = limited(scope)
    state = TillState(store="s01", leased={key: 1})
    quote = priced(basket(10_000), book, state)
    assert postings(sell(quote, book, state), Asset.LIMIT) == [
        Posting(Account.LEASE, Asset.LIMIT, key, -1),
        Posting(Account.USED, Asset.LIMIT, key, 1),
    ]
    refused = Refused(Verdict.LIMIT_NOT_AVAILABLE, {"asked": 1, "available": 0})
    assert sell(quote, book, TillState(store="s01")) == refused


def test_what_this_till_counts_is_counted_again() -> None:
    book, key = limited(Scope.TERMINAL)
    quote = priced(basket(10_000), book, TillState(store="s01"))
    last, none = (TillState(store="s01", used={key: used}) for used in (4, 5))
    assert postings(sell(quote, book, last), Asset.LIMIT)[0] == Posting(Account.LIMIT, Asset.LIMIT, key, -1)
    assert sell(quote, book, none) == Refused(Verdict.LIMIT_NOT_AVAILABLE, {"asked": 1, "available": 0})


def test_a_birthday_is_kept_once() -> None:
    book = tenth(birthday=True)
    quote = priced(basket(10_000), book, TillState())
    key = birthday_key("tenth", "ann", 2026)
    assert postings(sell(quote, book, TillState()), Asset.LIMIT)[1] == Posting(Account.USED, Asset.LIMIT, key, 1)
    refused = Refused(Verdict.LIMIT_NOT_AVAILABLE, {"asked": 1, "available": 0})
    assert sell(quote, book, TillState(used={key: 1})) == refused


def test_stamps_are_used_with_the_sale_and_collected_with_it() -> None:
    book, full = programme(CUPS, format=2), TillState(stamps={"cups": 10})
    coffee = Basket((line(1, 1_500, category="coffee"),))
    quote = priced(coffee, book, full)
    assert (quote.due, postings(sell(quote, book, full), Asset.STAMP)) == (
        0,
        [Posting(Account.REDEEMED, Asset.STAMP, "cups", 10), Posting(Account.LEASE, Asset.STAMP, "cups", -10)],
    )
    fewer = TillState(stamps={"cups": 9})
    assert sell(quote, book, fewer) == Refused(Verdict.STAMPS_NOT_AVAILABLE, {"asked": 10, "available": 9})
    none = Refused(Verdict.STAMPS_NOT_AVAILABLE, {"asked": 10, "available": 0})
    assert sell(quote, book, TillState()) == none
    assert postings(sell(priced(coffee, book, fewer), book, fewer), Asset.STAMP) == [
        Posting(Account.ISSUED, Asset.STAMP, "cups", -1),
        Posting(Account.LEASE, Asset.STAMP, "cups", 1),
    ]


def test_rights_are_judged_after_the_points_and_before_the_money() -> None:
    quote = priced(WITH_COUPON, COUPONS, holding(coupon()))
    unpaid = settle(quote, ANN, [], COUPONS, NOON, holding(), "new-lot")
    assert unpaid == Refused(Verdict.COUPON_UNKNOWN, {"code": "c1"})
    asking = priced(replace(WITH_COUPON, points=500), COUPONS, replace(holding(coupon()), lots=till(500).lots))
    short = settle(asking, ANN, [], COUPONS, NOON, holding(), "new-lot")
    assert short == Refused(Verdict.POINTS_NOT_AVAILABLE, {"asked": 500, "available": 0})
