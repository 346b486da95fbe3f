"""Hundreds of offers may miss; the screens say the few that a shopper can act on, nearest first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty import Basket, Line, MemberFacts, Miss, Missed, Moment, TillState, price
from terminal.counter.missed import MOST_FOR_MEMBERS, MOST_SHOWN, missed_view, missed_views
from terminal.counter.phrase import Phrase
from terminal.web.sentences import sentence
from tests.terminal.counter.offer_documents import SHARE, offer, programme
from tests.terminal.shops import NOON_MS, RICE, TEA, WINE

BASKET = Basket((Line(1, TEA, 2, 1000, "food"), Line(2, RICE, 1, 3000, "food")))
GOLD = MemberFacts("m1", "gold")
NOON = Moment(NOON_MS)
LOW_FIRST = [
    offer("spend_and_save", 1, threshold=9000, save=100),
    offer("spend_and_save", 2, threshold=6000, save=50),
]


def shown(*offers: dict[str, Any], member: MemberFacts | None = GOLD, basket: Basket = BASKET) -> list[dict[str, Any]]:
    rules = programme(*offers)
    return missed_views(rules, basket, price(basket, member, rules, NOON, TillState(store="s01")))


def ids(*offers: dict[str, Any], **how: Any) -> list[str]:
    return [view["offer"] for view in shown(*offers, **how)]


def said(view: dict[str, Any], language: str = "zh-CN") -> str:
    return sentence(Phrase(view["phrase"]["code"], view["phrase"]["params"]), language)


def test_the_nearest_threshold_comes_first() -> None:
    views = shown(*LOW_FIRST)
    assert [(view["offer"], view["near"], said(view)) for view in views] == [
        ("spend_and_save-2", True, "还差 10.00，可减 0.50"),
        ("spend_and_save-1", True, "还差 40.00，可减 1.00"),
    ]


def test_units_and_money_are_compared_by_what_they_cost() -> None:
    """Two more teas are 20.00: farther than 10.00, nearer than 40.00."""
    views = shown(*LOW_FIRST, offer("cheapest_free", 3, of=4, products=[TEA]))
    assert [view["offer"] for view in views] == ["spend_and_save-2", "cheapest_free-3", "spend_and_save-1"]
    assert said(views[1]) == "再买 2 件就能享受"
    assert said(views[1], "en") == "2 more to get it"


def test_only_a_few_of_hundreds_are_shown() -> None:
    many = [offer("spend_and_save", n, threshold=10_000 + n, save=1) for n in range(1, 250)]
    assert ids(*many) == [f"spend_and_save-{n}" for n in range(1, MOST_SHOWN + 1)]


@pytest.mark.parametrize(
    "conditions",
    [
        {"stores": ["s02"]},
        {"from": "2026-11-01"},
        {"until": "2026-10-01"},
        {"weekdays": [1]},
        {"groups": ["staff"]},
        {"birthday": True},
        {"first_purchase": True},
        {"products": [WINE]},
    ],
)
def test_what_nobody_here_can_act_on_is_left_out(conditions: dict[str, Any]) -> None:
    assert ids(offer("percent_off", **SHARE, **conditions)) == []


def test_a_guest_is_told_what_members_get_for_these_goods_twice_at_most() -> None:
    for_others = offer("percent_off", 1, **SHARE, members_only=True, products=[WINE])
    for_these = [offer("percent_off", n, **SHARE, members_only=True, products=[TEA]) for n in (2, 3, 4)]
    assert ids(for_others, *for_these, member=None) == ["percent_off-2", "percent_off-3"]
    assert MOST_FOR_MEMBERS == 2
    assert ids(for_others, *for_these, *LOW_FIRST, member=None)[:2] == ["spend_and_save-2", "spend_and_save-1"]


def test_who_asks_why_gets_an_answer() -> None:
    best = offer("percent_off", 1, percent=[1, 2], group="one")
    other = offer("percent_off", 2, **SHARE, group="one", name={"zh-CN": "周末折", "en": "Weekend"})
    evening = offer("percent_off", 3, **SHARE, hours=[["17:00", "19:00"]], categories=["food"])
    views = shown(best, other, evening)
    assert [(view["offer"], view["near"], said(view)) for view in views] == [
        ("percent_off-2", False, "不能与“优惠1”同享"),
        ("percent_off-3", False, "现在不是活动时段"),
    ]


@pytest.mark.parametrize(
    ("missed", "params"),
    [
        (Missed("x", Miss.BELOW_THRESHOLD, 500, 100), {"distance_minor": 500, "saves_minor": 100}),
        (Missed("x", Miss.TOO_FEW_UNITS, units=2), {"units": 2}),
        (Missed("x", Miss.EXCLUDED, other="y"), {"other": {"zh-CN": "y", "en": "y"}}),
        (Missed("x", Miss.NOT_NOW), {}),
    ],
)
def test_a_phrase_has_the_values_of_its_miss(missed: Missed, params: dict[str, Any]) -> None:
    assert missed_view(programme(), missed)["phrase"] == {"code": missed.miss.value, "params": params}


def test_a_threshold_that_saves_nothing_by_itself_says_the_distance_alone() -> None:
    view = missed_view(programme(), Missed("x", Miss.BELOW_THRESHOLD, 500, 0))
    assert said(view) == "还差 5.00"


def test_a_threshold_that_no_goods_can_reach_is_not_shown() -> None:
    rules = programme(*LOW_FIRST)
    quote = price(BASKET, GOLD, rules, NOON, TillState())
    hopeless = tuple(Missed(each.offer, each.miss, None, each.saves) for each in quote.missed)
    assert missed_views(rules, BASKET, replace(quote, missed=hopeless)) == []
    assert len(missed_views(rules, BASKET, quote)) == 2
