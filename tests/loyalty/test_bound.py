"""A bound is never above the truth: it is compared with what every lawful continuation leaves."""

from __future__ import annotations

from itertools import permutations
from random import Random
from typing import Any

import pytest

from loyalty import Line
from loyalty.bound import FEW, MANY, Bound
from loyalty.checkout import Checkout, Contender
from loyalty.pipeline import run
from loyalty.stages import Grouping, by_line
from tests.loyalty.material import line, member, newest, offer, spend_and_save, tier_percent
from tests.loyalty.till_material import checkout, contenders

CATEGORIES = ("a", "b", "c")


def some_sum_offer(random: Random, number: int) -> dict[str, Any]:
    group = {"group": random.choice("xy")} if random.random() < 0.3 else {}
    named = {"categories": random.sample(CATEGORIES, random.randint(1, 2))} if random.random() < 0.4 else {}
    money = {"scope": "order", "measure": "money", "most": random.randint(1, 400)}
    more = {**group, **named, **({"limits": [money]} if random.random() < 0.15 else {})}
    percent, id, priority = [random.randint(1, 100), 100], f"o{number}", random.randint(1, 3)
    threshold = random.randint(1, 1500)
    kind = random.choice(("tier", "rates", "percent", "save", "repeat", "steps", "coupon", "item"))
    if kind == "tier":
        return tier_percent(id, priority, **more)
    if kind == "rates":
        rates = [{"categories": ["a"], "percent": percent}, {"categories": ["b"], "percent": [10, 100]}]
        return offer("category_percent", id, priority, rates=rates, **group)
    if kind == "percent":
        return offer("percent_off", id, priority, percent=percent, threshold=random.choice((0, threshold)), **more)
    if kind == "coupon":
        return offer("coupon_amount", id, priority, amount=threshold // 2 + 1, threshold=threshold, **more)
    if kind == "item":
        return offer("coupon_item", id, priority, quantity=random.randint(1, 2), percent=percent, **more)
    save = random.randint(1, threshold)
    if kind == "steps":
        steps = [{"threshold": threshold, "save": save}, {"threshold": 2 * threshold, "save": save + threshold}]
        return offer("spend_and_save", id, priority, steps=steps, **more)
    return spend_and_save(threshold, save, id, priority, repeat=kind == "repeat", **more)


def least_left(till: Checkout, offers: list[Contender]) -> int:
    """By trying every order of all offers, where one that another of its group keeps out stands aside."""
    left = sum(till.gross)
    for order in permutations(offers):
        ordered = sorted(order, key=lambda each: each.order[0])
        groups: set[str] = set()
        lawful = []
        for each in ordered:
            if each.offer.group is None or each.offer.group not in groups:
                lawful.append(each)
                groups |= {each.offer.group} if each.offer.group else set()
        for length in range(len(lawful) + 1):
            left = min(left, run(till, lawful[:length]).net, run(till, lawful[length:]).net)
    return left


def some_lines(random: Random) -> list[Line]:
    return [
        line(no, random.randint(1, 900), random.randint(1, 3), category=random.choice(CATEGORIES))
        for no in range(1, random.randint(2, 6))
    ]


@pytest.mark.parametrize("subsets", [1, FEW, MANY])
def test_no_continuation_goes_below_the_bound(subsets: int) -> None:
    random, tight = Random(11), 0
    for _ in range(250):
        lines = some_lines(random)
        rules = newest(*(some_sum_offer(random, number) for number in range(random.randint(1, 4))))
        till = checkout(rules, lines, "gold")
        offers = contenders(rules, lines, member("gold"))
        outline = Grouping(by_line(till, offers), len(lines)).outline()
        sums = outline.enter(till.gross)
        bound = Bound(till, outline, subsets).least(sums, sums, None, 0, frozenset())
        left = least_left(till, offers)
        assert bound <= left
        tight += bound == left
    assert tight > (60 if subsets == 1 else 120)  # a bound that is always nothing would not be one


def test_the_order_s_cap_bounds_too() -> None:
    rules = newest(offer("percent_off", percent=[50, 100]))
    lines = [line(1, 1000)]
    till = checkout(rules, lines)
    outline = Grouping(by_line(till, contenders(rules, lines)), 1).outline()
    bound = Bound(till, outline)
    assert bound.least((1000,), (1000,), None, 0, frozenset()) == 500
    assert bound.least((1000,), (1000,), 100, 0, frozenset()) == 900
    assert bound.least((1000,), (1000,), None, 1, frozenset()) == 1000  # used already
