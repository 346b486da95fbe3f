"""Coupons and limits in the price of a basket: what a quote says of them, and what the sale then uses (D29)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from loyalty import Account, Asset, MemberFacts, Programme, Quote, TillState, Verdict, imbalance
from loyalty.basket import Basket
from loyalty.coupon import Coupon, CouponState
from loyalty.coupons import coupon_after_refund
from loyalty.quote import CouponAnswer, Miss, RightUse
from loyalty.right_postings import right_postings
from tests.loyalty.material import NOON, basket, line, offer, programme, quote, spend_and_save
from tests.loyalty.rights_material import ANN, BEN, coupon, coupon_rule, days_later, holding, rules

RULES = rules(coupon_rule(lifetime_days=5), coupon_rule("other"))


def priced(
    codes: tuple[str, ...], state: TillState, book: Programme = RULES, member: MemberFacts | None = ANN, day: int = 0
) -> Quote:
    return quote(replace(basket(10000), coupons=codes), book, member, state, days_later(day))


def limited(most: int, scope: str, **more: Any) -> Programme:
    limit = {"scope": scope, "measure": "times", "most": most, **more}
    return programme(spend_and_save(5000, 1000, limits=[limit]), format=2)


def test_a_chosen_coupon_takes_its_part_and_is_the_right_that_is_used() -> None:
    found = priced(("c1",), holding(coupon()))
    assert (found.net, found.coupons) == (9000, (CouponAnswer("c1", True),))
    assert found.rights == (RightUse("coupon", "c1", 1),)
    assert imbalance(right_postings(found.rights)) == {}


def test_a_guest_would_pay_with_the_coupons_that_anyone_may_use() -> None:
    own, bearer = priced(("c1",), holding(coupon())), priced(("c1",), holding(coupon(holder=None)))
    assert (own.net, own.guest_net) == (9000, 10000)
    assert (bearer.net, bearer.guest_net) == (9000, 9000)


def test_a_coupon_that_was_not_chosen_is_not_used() -> None:
    found = priced((), holding(coupon()))
    assert (found.net, found.rights, found.coupons) == (10000, (), ())


def test_a_refused_coupon_takes_nothing_and_says_why() -> None:
    found = priced(("c1", "c2", "c3"), holding(coupon(holder="ben"), coupon("c2", expires_on="2026-02-01")))
    assert (found.net, found.rights) == (10000, ())
    why = {answer.code: answer.why for answer in found.coupons}
    assert why == {"c1": Verdict.COUPON_NOT_YOURS, "c2": Verdict.COUPON_EXPIRED, "c3": Verdict.COUPON_UNKNOWN}


def test_two_coupons_of_one_offer_are_not_both_used() -> None:
    found = priced(("c1", "c2"), holding(coupon(), coupon("c2", "other")))
    assert found.net == 9000 != 8100
    assert found.coupons == (CouponAnswer("c1", True), CouponAnswer("c2", False, Verdict.COUPON_SAME_OFFER))


def test_a_coupon_that_takes_nothing_off_stays_with_its_holder() -> None:
    book = rules(coupon_rule())
    free = quote(Basket(coupons=("c1",)), book, ANN, holding(coupon()))
    assert free.coupons == (CouponAnswer("c1", False, Verdict.COUPON_NOT_NEEDED),)
    assert free.rights == ()


def test_d05_a_coupon_that_came_back_can_be_used_until_its_old_last_day() -> None:
    used: Coupon = coupon(expires_on="2026-03-05", state=CouponState.USED)
    back = coupon_after_refund(used, full=True, at=days_later(3))
    assert back is not None
    assert priced(("c1",), holding(back.coupon), day=4).net == 9000
    assert priced(("c1",), holding(back.coupon), day=5).net == 10000
    assert priced(("c1",), holding(used), day=4).net == 10000


def test_d29_a_terminal_stops_at_its_limit_and_begins_again_the_next_business_date() -> None:
    book = limited(2, "terminal", period="day")
    used: Counter[str] = Counter()
    nets = []
    for _ in range(4):
        found = quote(basket(10000), book, None, TillState(used=used))
        nets.append(found.net)
        for right in found.rights:
            used[right.key] += right.amount
    assert nets == [9000, 9000, 10000, 10000]
    assert found.missed[0].miss is Miss.LIMIT_REACHED
    assert quote(basket(10000), book, None, TillState(used=used), days_later(1)).net == 9000


def test_d29_a_member_limit_is_what_headquarters_placed_here() -> None:
    book = limited(2, "member")
    key = "member:times:ever:save:ann"
    assert quote(basket(10000), book, ANN, TillState()).net == 10000  # not 9000: another till may have used it
    found = quote(basket(10000), book, ANN, TillState(leased={key: 1}))
    assert (found.net, found.rights) == (9000, (RightUse("limit", key, 1),))
    assert quote(basket(10000), book, BEN, TillState(leased={key: 1})).net == 10000
    assert quote(basket(10000), book, None, TillState(leased={key: 1})).net == 10000
    lease = [each for each in right_postings(found.rights) if each.account is Account.LEASE]
    assert [(each.asset, each.lot, each.amount) for each in lease] == [(Asset.LIMIT, key, -1)]


def test_d29_an_order_limit_uses_no_right() -> None:
    found = quote(basket(10000), limited(1, "order"), None, TillState())
    assert (found.net, found.rights) == (9000, ())


def test_d29_an_offer_that_is_applied_twice_uses_its_right_twice() -> None:
    limit = {"scope": "terminal", "measure": "times", "most": 3}
    book = programme(offer("buy_get", buy=1, get=1, limits=[limit]), format=2)
    found = quote(Basket((line(1, 1000, 5),)), book, None, TillState())
    assert (found.net, [right.amount for right in found.rights]) == (3000, [2])
    used = {right.key: right.amount for right in found.rights}
    assert quote(Basket((line(1, 1000, 5),)), book, None, TillState(used=used)).net == 4000


def test_d29_a_budget_is_cut_to_what_is_left_of_it() -> None:
    budget = {"scope": "chain", "measure": "money", "most": 100000}
    book = programme(spend_and_save(5000, 1000, limits=[budget]), format=2)
    key = "chain:money:ever:save"
    found = quote(basket(10000), book, None, TillState(leased={key: 300}))
    assert (found.net, found.rights) == (9700, (RightUse("limit", key, 300),))
    assert quote(basket(10000), book, None, TillState(leased={key: 0})).net == 10000


def test_d19_the_birthday_right_is_used_once_for_each_birthday() -> None:
    book = programme(spend_and_save(5000, 1000, birthday=True), format=2)
    child = MemberFacts("ann", "regular", birthday="1990-03-02")
    found = quote(basket(10000), book, child, TillState())
    assert (found.net, found.rights) == (9000, (RightUse("limit", "birthday:2026:save:ann", 1),))
    used = {right.key: right.amount for right in found.rights}
    assert quote(basket(10000), book, child, TillState(used=used), days_later(2)).net == 10000
    assert quote(basket(10000), book, child, TillState(used=used), days_later(366)).net == 9000
    assert NOON.local().year == 2026
