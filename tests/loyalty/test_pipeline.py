"""Offers one after the other."""

from __future__ import annotations

from loyalty.checkout import preference
from loyalty.pipeline import run, unit_prices
from tests.loyalty.material import line, member, member_price, newest, offer, spend_and_save, tier_percent
from tests.loyalty.till_material import checkout, contenders

LINES = [line(1, 10000), line(2, 10000, gtin="10000000")]
RULES = newest(
    spend_and_save(15000, 2000, "save", 1), tier_percent("tier", 2), member_price({"10000000": 8000}, "price", 9)
)


def test_each_offer_works_on_what_the_one_before_it_left() -> None:
    done = run(checkout(RULES, LINES, "gold"), contenders(RULES, LINES, member("gold")))
    assert [(applied.offer.id, applied.taken.amount) for applied in done.applied] == [
        ("price", 2000),
        ("tier", 2160),
        ("save", 2000),
    ]
    assert (done.nets, done.net) == ((7689, 6151), 13840)


def test_an_offer_that_takes_nothing_off_is_left_out() -> None:
    free = newest(offer("percent_off", percent=[1, 1000]))
    done = run(checkout(free, [line(1, 100)]), contenders(free, [line(1, 100)]))
    assert (done.applied, done.nets) == ((), (100,))


def test_steps_come_before_priorities() -> None:
    assert [each.offer.id for each in contenders(RULES, LINES, member("gold"))] == ["price", "tier", "save"]


def test_a_unit_takes_part_in_one_item_offer_only() -> None:
    rules = newest(offer("nth_unit", "half", 1, nth=2, percent=[1, 2]), offer("cheapest_free", "free", 2, of=1))
    goods = [line(1, 1000, 3)]
    done = run(checkout(rules, goods), contenders(rules, goods))
    assert [(each.offer.id, each.taken.amount) for each in done.applied] == [("half", 500), ("free", 1000)]
    reverse = run(checkout(rules, goods), reversed(contenders(rules, goods)))
    assert [(each.offer.id, each.taken.amount) for each in reverse.applied] == [("free", 1000)]


def test_the_cap_cuts_the_offer_that_meets_it() -> None:
    capped = newest(
        tier_percent("tier", 1),
        spend_and_save(1000, 1000, "save", 2),
        spend_and_save(100, 50, "more", 3),
        order_cap=[15, 100],
    )
    goods = [line(1, 10000)]
    done = run(checkout(capped, goods, "gold"), contenders(capped, goods, member("gold")))
    assert [(each.offer.id, each.taken.amount) for each in done.applied] == [("tier", 1200), ("save", 300)]


def test_what_a_cap_leaves_is_shared_by_all_rates_of_an_offer() -> None:
    rates = [{"categories": ["a"], "percent": [20, 100]}, {"categories": ["b"], "percent": [10, 100]}]
    capped = newest(offer("category_percent", rates=rates), order_cap=[1, 10])
    goods = [line(1, 400, category="a"), line(2, 600, category="b")]
    assert run(checkout(capped, goods), contenders(capped, goods)).nets == (320, 580)


def test_the_cap_cuts_a_coupon_for_units_too() -> None:
    capped = newest(offer("coupon_item", quantity=2), order_cap=[1, 10])
    goods = [line(1, 400, 2), line(2, 200)]
    done = run(checkout(capped, goods), contenders(capped, goods))
    assert (done.net, done.applied[0].taken.amount) == (900, 100)


def test_preference_is_total_then_fewer_then_ranks_then_order() -> None:
    price, tier, save = contenders(RULES, LINES, member("gold"))
    ordered = [
        preference(99, [tier, price, save]),
        preference(100, []),
        preference(100, [price]),
        preference(100, [save, tier]),
        preference(100, [tier, save]),
        preference(100, [save, price]),
    ]
    assert ordered == sorted(ordered)


def test_all_units_of_a_line_cost_the_same_once_the_item_prices_stand() -> None:
    assert unit_prices([999, 500], [3, 1]) == [333, 500]
