"""Reasons, and why an offer missed."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from loyalty import Basket, Line, Miss, Missed, Quote, Reason, Step, read_programme
from loyalty.explain import least_more
from tests.loyalty import naive
from tests.loyalty.material import (
    basket,
    document,
    line,
    member,
    member_price,
    programme,
    quote,
    spend_and_save,
    tier_percent,
)
from tests.loyalty.test_search import some_lines


def missed(priced: Quote) -> dict[str, Missed]:
    return {each.offer: each for each in priced.missed}


def test_order_and_lines_carry_their_reasons() -> None:
    rules = programme(member_price({"10000000": 900}), tier_percent(), spend_and_save(1500, 200))
    goods = Basket((line(1, 1000), line(2, 1000, gtin="10000000")))
    priced = quote(goods, rules, member("gold"))
    assert priced.reasons == (
        Reason("member-price", Step.ITEM_PRICE, 100, 1),
        Reason("tier", Step.TIER, 228, 2),
        Reason("save", Step.ORDER, 200, 3),
    )
    assert priced.lines[0].reasons == (Reason("tier", Step.TIER, 120, 2), Reason("save", Step.ORDER, 105, 3))
    assert [reason.offer for reason in priced.lines[1].reasons] == ["member-price", "tier", "save"]


def test_each_miss_has_its_first_failed_condition() -> None:
    rules = programme(
        member_price({"10000000": 900}, "no-goods"),
        member_price({"6901234567892": 1000}, "no-lower"),
        tier_percent("low-tier"),
        spend_and_save(100, 1, "removed", until="2026-01-31"),
        spend_and_save(100, 1, "early", **{"from": "2026-03-02"}),
        spend_and_save(100, 1, "late", until="2026-02-28"),
        spend_and_save(5000, 100, "far"),
    )
    priced = quote(basket(1000, removed=("removed",)), rules, member())
    assert {offer: each.miss for offer, each in missed(priced).items()} == {
        "no-goods": Miss.NO_ELIGIBLE_GOODS,
        "no-lower": Miss.NOTHING_OFF,
        "low-tier": Miss.TIER_TOO_LOW,
        "removed": Miss.REMOVED,
        "early": Miss.NOT_YET,
        "late": Miss.ENDED,
        "far": Miss.BELOW_THRESHOLD,
    }
    assert missed(priced)["far"] == Missed("far", Miss.BELOW_THRESHOLD, 4000, 100)


def test_misses_come_in_the_order_of_the_pipeline() -> None:
    rules = programme(spend_and_save(9999, 1, "c", 1), tier_percent("b", 1), member_price({"10000000": 1}, "a", 9))
    assert [each.offer for each in quote(basket(100), rules).missed] == ["a", "b", "c"]


def test_a_guest_learns_that_an_offer_is_for_members() -> None:
    rules = programme(spend_and_save(100, 1, members_only=True), tier_percent())
    assert {each.miss for each in quote(basket(1000), rules).missed} == {Miss.MEMBERS_ONLY}


def test_a_price_offer_that_would_cost_a_threshold_is_better_left_out() -> None:
    rules = programme(member_price({"6901234567892": 9900}), spend_and_save(10000, 3000))
    priced = quote(basket(10000), rules, member())
    assert priced.net == 7000
    assert missed(priced) == {"member-price": Missed("member-price", Miss.BETTER_WITHOUT)}


def test_a_sum_offer_that_would_cost_a_threshold_is_better_left_out() -> None:
    rules = programme(tier_percent(), spend_and_save(10000, 5000))
    priced = quote(basket(10000), rules, member("gold"))
    assert priced.net == 5000
    assert missed(priced) == {"tier": Missed("tier", Miss.BETTER_WITHOUT)}


def test_a_percentage_too_small_to_matter_takes_nothing_off() -> None:
    priced = quote(basket(4), programme(tier_percent()), member("gold"))
    assert missed(priced) == {"tier": Missed("tier", Miss.NOTHING_OFF)}


def test_more_goods_go_through_a_tier_that_had_nothing_to_work_on() -> None:
    rules = programme(tier_percent(excluded=("tobacco",)), spend_and_save(10000, 500))
    small = quote(basket(4), rules, member("gold"))
    assert missed(small)["save"].distance == 11360
    smoke = quote(Basket((line(1, 1200, category="tobacco"),)), rules, member("gold"))
    assert missed(smoke)["save"].distance == 10000


def test_goods_that_an_offer_excludes_bring_it_no_nearer() -> None:
    rules = programme(spend_and_save(1000, 100, excluded_categories=["tobacco"]))
    goods = Basket((line(1, 900), line(2, 5000, category="tobacco")))
    assert missed(quote(goods, rules))["save"].distance == 100


def test_what_no_amount_of_goods_reaches_has_no_distance() -> None:
    free = [{"id": "free", "name": {"en": "Free"}, "rank": 1, "percent_off": [1, 1], "earn": [1, 1]}]
    rules = programme(tier_percent(), spend_and_save(1000, 10), tiers=free)
    assert missed(quote(basket(500), rules, member("free")))["save"] == Missed("save", Miss.BELOW_THRESHOLD, None, 10)


@pytest.mark.parametrize("percent", [0, 1, 12, 50, 88, 99])
def test_least_more_is_the_least(percent: int) -> None:
    def sum_with(more: int) -> int:
        total = 700 + more
        return total - (total * percent * 2 + 100) // 200

    more = least_more(1500, sum_with)
    assert more is not None
    assert sum_with(more) >= 1500 > sum_with(more - 1)


def test_nothing_more_is_needed_where_the_sum_is_reached() -> None:
    assert least_more(5, lambda more: 5 + more) == 0


def after_tier(rules: dict[str, Any], lines: tuple[Line, ...], more: int) -> int:
    """What the order offer sees, by the second pricing, if ordinary goods for `more` are added."""
    tier_offer, save = rules["offers"]
    goods = (*lines, line(99, more, category="ordinary"))
    gold = next(tier for tier in rules["tiers"] if tier["id"] == "gold")
    amounts = naive._apply(goods, [each.quantity * each.unit_price for each in goods], tier_offer, gold)
    covered = [each.category not in save["excluded_categories"] for each in goods]
    return sum(amount for amount, counts in zip(amounts, covered, strict=True) if counts)


@pytest.mark.parametrize("seed", range(40))
def test_the_distance_is_the_least_that_reaches_it_by_the_second_pricing(seed: int) -> None:
    random = Random(seed)
    lines = some_lines(random, 10)
    excluded = random.choice(((), ("a",), ("a", "b")))
    rules = document(
        tier_percent(excluded=random.choice(((), ("b",)))),
        spend_and_save(4000, 100, excluded_categories=list(excluded)),
    )
    found = missed(quote(Basket(lines), read_programme(rules), member("gold"))).get("save")
    if found is None or found.distance is None:
        assert found is None or found.miss is Miss.NO_ELIGIBLE_GOODS
        return
    reached = [after_tier(rules, lines, more) >= 4000 for more in range(found.distance + 1)]
    assert reached == [False] * found.distance + [True]


def test_the_search_for_a_distance_ends_where_the_sum_falls_again_and_again() -> None:
    """Every full 50 saves 50, so no amount of goods brings the sum to 100."""
    asked = []

    def sum_with(more: int) -> int:
        asked.append(more)
        return more % 50

    assert least_more(100, sum_with, steady=False) is None
    assert len(asked) < 300
