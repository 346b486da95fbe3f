"""The proven search against a second pricing that tries everything."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from loyalty import Basket, Line, Quote, read_programme
from loyalty.checkout import Checkout, Contender
from loyalty.pipeline import run
from tests.loyalty import naive
from tests.loyalty.material import document, line, member, member_price, quote, spend_and_save, tier_percent

CATEGORIES = ("a", "b", "c")
GTINS = tuple(f"1000000{digit}" for digit in range(4))
TIERS = ("gold", "half", "regular", None)


def some_lines(random: Random, scale: int) -> tuple[Line, ...]:
    return tuple(
        line(
            no,
            unit_price=random.randint(0, 40) * scale + random.randint(0, 3),
            quantity=random.randint(1, 3),
            gtin=random.choice(GTINS),
            category=random.choice(CATEGORIES),
        )
        for no in range(1, random.randint(2, 5))
    )


def some_offer(random: Random, id: str, scale: int) -> dict[str, Any]:
    priority, excluded = random.randint(1, 3), tuple(each for each in CATEGORIES if random.random() < 0.25)
    kind = random.choice(("price", "tier", "save", "save"))
    if kind == "price":
        prices = {gtin: random.randint(0, 40) * scale for gtin in GTINS if random.random() < 0.6}
        return member_price(prices or {GTINS[0]: 3}, id, priority)
    if kind == "tier":
        return tier_percent(id, priority, excluded)
    threshold = random.randint(1, 120) * scale
    members_only, save = random.random() < 0.5, random.randint(1, threshold)
    return spend_and_save(threshold, save, id, priority, members_only, excluded_categories=list(excluded))


def some_case(seed: int) -> tuple[dict[str, Any], tuple[Line, ...]]:
    random = Random(seed)
    scale = random.choice((1, 1, 10, 100))
    offers = [some_offer(random, f"o{number}", scale) for number in range(random.randint(1, 5))]
    return document(*offers), some_lines(random, scale)


def chosen(priced: Quote) -> tuple[int, list[str]]:
    return priced.net, [reason.offer for reason in priced.reasons]


@pytest.mark.parametrize("block", range(4))
def test_the_result_is_that_of_trying_everything(block: int) -> None:
    for seed in range(100 * block, 100 * block + 100):
        rules, lines = some_case(seed)
        for tier in TIERS:
            priced = quote(Basket(lines), read_programme(rules), member(tier) if tier else None)
            assert priced.proven
            assert chosen(priced) == naive.best(lines, rules, tier), (seed, tier)


def test_the_cases_are_hard_enough_to_catch_a_careless_search() -> None:
    """The control: applying every offer in rank order is wrong for many of the same baskets."""
    wrong = 0
    for seed in range(400):
        rules, lines = some_case(seed)
        programme = read_programme(rules)
        offers = [entry.offer for entry in programme.index.entries]
        places = [tuple(place for place, each in enumerate(lines) if offer.covers(each)) for offer in offers]
        everything = run(Checkout(lines, programme.tier("gold")), map(Contender, offers, places))
        wrong += everything.net > naive.best(lines, rules, "gold")[0]
    assert wrong > 20


def test_fewer_offers_are_found_behind_a_total_that_looked_as_good() -> None:
    """Tier offers are not needed for the lowest total where a threshold alone leads to it."""
    lines = (line(1, 31, gtin=GTINS[2], category="c"), line(2, 31, gtin=GTINS[0], category="b"))
    rules = document(
        member_price({GTINS[0]: 3}, "o0", 3),
        spend_and_save(34, 10, "o1", 3, excluded_categories=["a"]),
        member_price({GTINS[0]: 6}, "o2", 2),
        tier_percent("o3", 3, ("a", "b")),
        tier_percent("o4", 3),
    )
    priced = quote(Basket(lines), read_programme(rules), member("gold"))
    assert chosen(priced) == naive.best(lines, rules, "gold") == (24, ["o0", "o1"])


def test_orders_inside_a_step_matter_and_the_first_good_one_in_rank_order_is_taken() -> None:
    lines = (line(1, 300),)
    rules = document(spend_and_save(100, 50, "a", 1), spend_and_save(300, 20, "b", 2), spend_and_save(280, 10, "c", 3))
    priced = quote(Basket(lines), read_programme(rules))
    assert chosen(priced) == (220, ["b", "c", "a"])
    assert chosen(priced) == naive.best(lines, rules, None)


def test_twelve_offers_on_sixty_lines_are_still_proven() -> None:
    lines = tuple(line(no, 100 + 7 * no, gtin=f"{10000000 + no}", category=f"c{no % 5}") for no in range(1, 61))
    total = sum(each.unit_price for each in lines)
    saves = [
        spend_and_save(total - 300 * number, 250 + number, f"s{number}", excluded_categories=[f"c{number % 5}"])
        for number in range(7)
    ]
    prices = [member_price({f"{10000000 + number}": 90}, f"p{number}") for number in range(1, 5)]
    priced = quote(Basket(lines), read_programme(document(tier_percent(), *saves, *prices)), member("gold"))
    assert priced.proven
    assert priced.net < total * 88 // 100
