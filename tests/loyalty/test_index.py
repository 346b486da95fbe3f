"""The index finds what asking every offer about every line finds."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty.basket import Line, LineKind
from tests.loyalty.material import line, newest, offer

TEA, MUG, CUP = "10000000", "20000000", "30000000"
LINES = [
    Line(1, TEA, 1, 500, "tea"),
    Line(2, MUG, 1, 900, "gifts"),
    Line(3, CUP, 1, 100, "gifts"),
    Line(4, TEA, 1, 500, "tea", LineKind.FREIGHT),
]


def test_an_offer_is_found_by_product_and_by_category_and_once_for_a_line_that_it_names_twice() -> None:
    rules = newest(
        offer("percent_off", "both", 1, percent=[1, 10], products=[TEA], categories=["tea", "gifts"]),
        offer("percent_off", "mug", 2, percent=[1, 10], products=[MUG]),
    )
    assert rules.index.touched(LINES) == {0: [0, 1, 2], 1: [1]}


@pytest.mark.parametrize("named", [{}, {"categories": ["gifts", "tea"]}, {"products": [TEA, MUG, CUP]}])
@pytest.mark.parametrize(
    ("condition", "left"),
    [
        ({"excluded_products": [TEA]}, [1, 2]),
        ({"excluded_categories": ["gifts"]}, [0]),
        ({"price_from": 500}, [0, 1]),
        ({"price_below": 500}, [2]),
    ],
)
def test_every_condition_of_goods_holds_for_a_line_found_in_any_way(
    named: dict[str, Any], condition: dict[str, Any], left: list[int]
) -> None:
    rules = newest(offer("percent_off", percent=[1, 10], **named, **condition))
    assert rules.index.touched(LINES) == {0: left}


@pytest.mark.parametrize("named", [{}, {"categories": ["tea"]}])
def test_an_offer_that_covers_no_line_is_not_touched(named: dict[str, Any]) -> None:
    rules = newest(offer("percent_off", percent=[1, 10], price_from=5000, **named))
    assert rules.index.touched(LINES) == {}


def test_goods_are_found_behind_what_is_no_goods() -> None:
    rules = newest(offer("percent_off", percent=[1, 10], categories=["tea"]))
    assert rules.index.touched(LINES[::-1]) == {0: [3]}


def test_two_selections_are_found_by_either() -> None:
    rules = newest(offer("buy_get", buy=1, get=1, products=[TEA], get_categories=["gifts"]))
    assert rules.index.touched(LINES) == {0: [0, 1, 2]}
    anything = newest(offer("buy_get", buy=1, get=1, get_categories=["gifts"]))
    assert anything.index.touched([line(1, 5, gtin=TEA)]) == {0: [0]}


def test_entries_stand_by_step_and_rank() -> None:
    rules = newest(
        offer("coupon_amount", "c", 1, amount=1),
        offer("percent_off", "z", 2, percent=[1, 10]),
        offer("percent_off", "a", 2, percent=[1, 10]),
        offer("percent_off", "y", 1, percent=[1, 10]),
        offer("nth_unit", "n", 9, nth=2, percent=[1, 2]),
    )
    assert [(entry.number, entry.offer.id) for entry in rules.index.entries] == [
        (0, "n"), (1, "y"), (2, "a"), (3, "z"), (4, "c"),
    ]  # fmt: skip
