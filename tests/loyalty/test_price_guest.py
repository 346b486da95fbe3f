"""What a guest would pay for a member's basket, and the rights that a guest is priced with (D26)."""

from __future__ import annotations

from loyalty import Basket, MemberFacts, TillState
from loyalty.coupon import Coupon
from tests.loyalty.material import line, member, newest, offer, quote, spend_and_save, tier_percent


def test_a_guest_is_priced_under_the_same_cap() -> None:
    rules = newest(tier_percent(), offer("percent_off", percent=[30, 100]), order_cap=[20, 100])
    found = quote(Basket((line(1, 10000),)), rules, member("gold"))
    assert (found.net, found.guest_net) == (8000, 8000)


def test_a_guest_pays_without_the_tier_and_the_quote_says_so() -> None:
    rules = newest(tier_percent(), spend_and_save(10000, 500))
    found = quote(Basket((line(1, 20000),)), rules, member("gold"))
    assert (found.net, found.guest_net, found.proven) == (20000 - 2400 - 500, 19500, True)


def test_a_member_s_own_coupon_is_no_help_to_a_guest_and_a_bearer_s_is() -> None:
    rule = {"id": "rule", "name": {"en": "Rule"}, "offer": "coupon-amount", "issue": {"by": "hq"}}
    rules = newest(tier_percent(), offer("coupon_amount", amount=700), coupons=[rule])
    goods = Basket((line(1, 10000),), coupons=("c1",))

    def priced(holder: str | None) -> tuple[int, int]:
        found = quote(goods, rules, member("gold"), TillState(coupons=(Coupon("c1", "rule", holder),)))
        return found.net, found.guest_net

    assert priced("m1") == (8100, 10000)
    assert priced(None) == (8100, 9300)


def test_an_offer_of_one_store_is_had_there_alone() -> None:
    rules = newest(offer("percent_off", percent=[10, 100], stores=["s01"]))
    goods = Basket((line(1, 1000),))
    assert quote(goods, rules, state=TillState(store="s01")).net == 900
    assert quote(goods, rules, state=TillState(store="s02")).net == 1000


def test_a_birthday_that_was_changed_yesterday_opens_nothing() -> None:
    rules = newest(offer("percent_off", percent=[10, 100], birthday=True))
    goods = Basket((line(1, 1000),))
    assert quote(goods, rules, MemberFacts("m1", "regular", "1990-03-01")).net == 900
    assert quote(goods, rules, MemberFacts("m1", "regular", "1990-03-01", "2026-02-28")).net == 1000


def test_a_card_that_covers_nothing_here_collects_no_stamps() -> None:
    rules = newest(offer("stamp_card", categories=["tea"], buys=10))
    assert quote(Basket((line(1, 500),)), rules, member()).rights == ()
