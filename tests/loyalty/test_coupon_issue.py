"""Coupons issued by purchase, for points, on a tier and by headquarters."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import Account, Asset, MemberFacts, Moment, Posting, Programme, Refused, TillState, Verdict, imbalance
from loyalty.coupon import Coupon
from loyalty.coupon_issue import issue_coupon, not_issued, purchase_coupons
from loyalty.coupons import CouponMove
from loyalty.quote import Miss
from tests.loyalty.material import NOON
from tests.loyalty.rights_material import ANN, BEN, coupon_rule, days_later, holding, rules

BY_PURCHASE = {"by": "purchase", "threshold": 10000}
BY_POINTS = {"by": "points", "cost": 250}


def issue(
    book: Programme,
    member: MemberFacts | None = ANN,
    state: TillState | None = None,
    at: Moment = NOON,
    net: int = 0,
    **more: Any,
) -> CouponMove | Refused:
    rule = book.coupon("welcome")
    assert rule is not None
    return issue_coupon(rule, "c9", member, state or holding(), book, at, net, **more)


def issued(*args: Any, **more: Any) -> CouponMove:
    found = issue(*args, **more)
    assert isinstance(found, CouponMove), found
    assert imbalance(found.postings) == {}
    return found


def made(into: Account = Account.LEASE) -> tuple[Posting, ...]:
    return (Posting(Account.ISSUED, Asset.COUPON, "c9", -1), Posting(into, Asset.COUPON, "c9", 1))


def test_headquarters_issues_into_its_pool_and_a_till_into_its_lease() -> None:
    book = rules(coupon_rule(lifetime_days=30))
    assert issued(book).coupon == Coupon("c9", "welcome", "ann", "2026-03-01", "2026-03-30")
    assert issued(book).postings == made()
    assert issued(book, into=Account.POOL).postings == made(Account.POOL)


def test_without_a_member_it_is_the_bearers() -> None:
    assert issued(rules(coupon_rule()), None).coupon == Coupon("c9", "welcome", None, "2026-03-01", None)


def test_a_purchase_must_reach_the_threshold_after_discounts() -> None:
    book = rules(coupon_rule(issue=BY_PURCHASE))
    assert issue(book, net=9999) == Refused(Verdict.COUPON_BELOW_THRESHOLD, {"distance_minor": 1})
    assert issued(book, net=10000).postings == made()
    assert issued(book, None, net=10000).coupon.holder is None


def test_what_was_not_bought_reaches_no_threshold() -> None:
    book = rules(coupon_rule(issue={"by": "purchase", "threshold": 1}))
    short = Refused(Verdict.COUPON_BELOW_THRESHOLD, {"distance_minor": 1})
    assert issue_coupon(book.coupons[0], "c9", ANN, holding(), book, NOON) == short
    assert not_issued(book.coupons[0], ANN, holding(), book, NOON) == short


def test_a_purchase_names_the_rules_that_issue_for_it() -> None:
    book = rules(
        coupon_rule("b", issue=BY_PURCHASE),
        coupon_rule("hq"),
        coupon_rule("a", issue={"by": "purchase", "threshold": 5000}),
        coupon_rule("gold", issue=BY_PURCHASE, tiers=["gold"]),
    )
    assert [rule.id for rule in purchase_coupons(10000, ANN, holding(), book, NOON)] == ["b", "a"]
    assert [rule.id for rule in purchase_coupons(9999, BEN, holding(), book, NOON)] == ["a"]
    assert [rule.id for rule in purchase_coupons(10000, BEN, holding(), book, NOON)] == ["b", "a", "gold"]


def test_points_are_drawn_before_the_coupon_is_made() -> None:
    found = issued(rules(coupon_rule(issue=BY_POINTS)), state=holding(points=(100, 200)))
    assert found.postings == (
        Posting(Account.LEASE, Asset.POINTS, "lot1", -100),
        Posting(Account.REDEEMED, Asset.POINTS, "lot1", 100),
        Posting(Account.LEASE, Asset.POINTS, "lot2", -150),
        Posting(Account.REDEEMED, Asset.POINTS, "lot2", 150),
        *made(),
    )


def test_too_few_points_make_no_coupon() -> None:
    book = rules(coupon_rule(issue=BY_POINTS))
    expected = Refused(Verdict.POINTS_NOT_AVAILABLE, {"asked": 250, "available": 249})
    assert issue(book, state=holding(points=(249,))) == expected
    assert issue(book, None, holding(points=(999,))) == Refused(
        Verdict.POINTS_NOT_A_MEMBER, {"asked": 250, "available": 0}
    )


def test_a_tier_makes_a_coupon_of_its_own() -> None:
    book = rules(coupon_rule(issue={"by": "tier", "tiers": ["gold"]}))
    assert issued(book, BEN).coupon.holder == "ben"
    too_low = Refused(Verdict.COUPON_NOT_FOR_MEMBER, {"miss": Miss.TIER_TOO_LOW})
    assert issue(book, ANN) == too_low
    assert issue(book, None) == Refused(Verdict.COUPON_NOT_FOR_MEMBER, {"miss": Miss.MEMBERS_ONLY})
    assert issued(rules(coupon_rule(issue={"by": "tier", "tiers": []})), ANN).coupon.holder == "ann"


def test_only_its_audience_gets_it() -> None:
    book = rules(coupon_rule(until="2026-03-01", groups=["tea"]))
    assert issue(book) == Refused(Verdict.COUPON_NOT_FOR_MEMBER, {"miss": Miss.NOT_IN_GROUP})
    friend = MemberFacts("ann", "regular", groups=frozenset({"tea"}))
    assert issued(book, friend).postings == made()
    assert issue(book, friend, at=days_later(1)) == Refused(Verdict.COUPON_NOT_FOR_MEMBER, {"miss": Miss.ENDED})


def test_a_coupon_that_could_never_be_used_is_not_issued() -> None:
    book = rules(coupon_rule(good_until="2026-03-01"))
    assert issued(book).coupon.expires_on == "2026-03-01"
    assert issue(book, at=days_later(1)) == Refused(Verdict.COUPON_OVER)


def test_each_member_gets_as_many_as_headquarters_has_placed_here_for_him() -> None:
    book = rules(coupon_rule(most_per_member=3))
    key = "member:times:ever:coupon:welcome:ann"
    assert issue(book) == Refused(Verdict.COUPON_LIMIT)  # this till knows nothing of it
    assert issued(book, state=holding(leased={key: 1})).postings == (
        *made(),
        Posting(Account.LEASE, Asset.LIMIT, key, -1),
        Posting(Account.USED, Asset.LIMIT, key, 1),
    )
    assert issue(book, BEN, holding(leased={key: 1})) == Refused(Verdict.COUPON_LIMIT)


def test_a_till_hands_out_so_many_a_day() -> None:
    daily = {"scope": "terminal", "measure": "times", "most": 2, "period": "day"}
    book = rules(coupon_rule(limits=[daily]))
    key = "terminal:times:2026-03-01:coupon:welcome"
    assert issued(book, None, holding(used={key: 1})).postings[-1] == Posting(Account.USED, Asset.LIMIT, key, 1)
    assert issue(book, None, holding(used={key: 2})) == Refused(Verdict.COUPON_LIMIT)


def test_the_counter_of_a_coupon_is_not_that_of_an_offer_of_the_same_name() -> None:
    book = rules(coupon_rule("ten", most_per_member=3))
    rule = book.coupons[0]
    assert not_issued(rule, ANN, holding(leased={"member:times:ever:ten:ann": 3}), book, NOON) is not None
    assert not_issued(rule, ANN, holding(leased={"member:times:ever:coupon:ten:ann": 3}), book, NOON) is None


@pytest.mark.parametrize(("changed", "expected"), [("2026-02-01", Miss.NOT_BIRTHDAY), (None, None)])
def test_a_birthday_coupon_asks_for_the_birthday(changed: str | None, expected: Miss | None) -> None:
    book = rules(coupon_rule(birthday=True))
    child = MemberFacts("ann", "regular", birthday="1990-03-02", birthday_changed_on=changed)
    found = not_issued(book.coupons[0], child, holding(), book, NOON)
    assert (found.params["miss"] if found else None) == expected


def test_d19_a_birthday_coupon_is_issued_once_for_each_birthday() -> None:
    book = rules(coupon_rule(birthday=True))
    child = MemberFacts("ann", "regular", birthday="1990-03-02")
    key = "birthday:2026:coupon:welcome:ann"
    found = issued(book, child)
    assert found.postings == (
        *made(),
        Posting(Account.LIMIT, Asset.LIMIT, key, -1),
        Posting(Account.USED, Asset.LIMIT, key, 1),
    )
    assert issue(book, child, holding(used={key: 1})) == Refused(Verdict.COUPON_LIMIT)
    assert issued(book, child, holding(used={key: 1}), days_later(365)).coupon.holder == "ann"
