"""What would happen if: further choices for a basket, what they change, and what membership is worth."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import Basket, Coupon, TillState
from loyalty.what_if import Difference, OfferChange, choose, difference, with_and_without
from tests.loyalty.material import (
    NOON,
    basket,
    member,
    member_price,
    newest,
    offer,
    programme,
    quote,
    spend_and_save,
    tier_percent,
    till,
)
from tests.loyalty.oracle.cases import case as case_of
from tests.loyalty.oracle.engine import quote as priced

RULES = programme(tier_percent(), spend_and_save(15000, 2000))


def test_choices_are_added_to_those_of_the_basket() -> None:
    before = Basket(removed=frozenset({"a"}), points=100, coupons=("c1", "c2"))
    after = choose(before, without=["b", "a"], coupons=["c3", "c1"], points=0)
    assert after == Basket(removed=frozenset({"a", "b"}), points=0, coupons=("c1", "c2", "c3"))
    assert choose(before) == before


def test_an_offer_that_is_taken_out_makes_room_for_another() -> None:
    """12 % of 200.00 and 20.00 of the rest; without the tier 20.00 alone (D28)."""
    goods, who = basket(20000), member("gold")
    as_it_was, now = (quote(each, RULES, who) for each in (goods, choose(goods, without=["tier"])))
    found = difference(as_it_was, now)
    assert (as_it_was.net, now.net) == (15600, 18000)
    assert found == Difference(2400, 0, 0, 2400, 27 - 23, (OfferChange("tier", 2400, 0),))


def test_points_change_what_is_due_and_what_is_earned() -> None:
    goods = basket(20000)
    as_it_was, now = (quote(each, RULES, member(), till(5000)) for each in (goods, choose(goods, points=3000)))
    assert difference(as_it_was, now) == Difference(0, 0, 3000, -3000, -3, ())


def test_a_coupon_shows_beside_what_it_changes() -> None:
    rules = newest(
        offer("coupon_amount", "c", amount=1000),
        coupons=[{"id": "r", "name": {"en": "R"}, "issue": {"by": "hq"}, "offer": "c"}],
        tax={"mode": "exclusive", "rates": [{"id": "v", "rate": [10, 100]}], "default": "v"},
    )
    state = TillState(coupons=(Coupon("x1", "r"),))
    goods = basket(20000)
    as_it_was, now = (quote(each, rules, None, state) for each in (goods, choose(goods, coupons=["x1"])))
    assert difference(as_it_was, now) == Difference(-1000, -100, 0, -1100, 0, (OfferChange("c", 0, 1000),))


def test_nothing_chosen_changes_nothing() -> None:
    as_it_was = quote(basket(20000), RULES, member("gold"))
    assert difference(as_it_was, as_it_was) == Difference(0, 0, 0, 0, 0, ())


def test_membership_is_worth_what_a_guest_would_pay_more() -> None:
    rules = programme(member_price({"6901234567892": 9000}), tier_percent())
    found = with_and_without(basket(10000, points=500), member("gold"), rules, NOON, till(5000))
    assert (found.member.net, found.guest.net, found.saves) == (7920, 10000, 2080)
    assert found.member.use.points == found.guest.use.points == 0


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=4), st.integers(0, 3000))
def test_membership_never_costs_anything(prices: list[int], points: int) -> None:
    goods, state = basket(*prices, points=points), till(5000)
    found, asked = (
        with_and_without(goods, member("gold"), RULES, NOON, state),
        quote(goods, RULES, member("gold"), state),
    )
    assert (found.member.net, found.guest.net) == (asked.net, asked.guest_net)
    assert found.saves >= 0


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.integers(0, 10**9))
def test_the_guest_of_a_quote_is_a_guest(number: int) -> None:
    """What a quote says that a guest would pay is what the quote of a guest says, with any offers and coupons."""
    case = case_of(9, number)
    as_guest = {**case, "member": None, "basket": {**case["basket"], "points": 0}}
    assert priced(case).guest_net == priced(as_guest).net
