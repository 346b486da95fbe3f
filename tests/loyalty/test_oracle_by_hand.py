"""The oracle gives the answers that were worked out by hand, so that it may judge the engine."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.loyalty.oracle.answer import answer
from tests.loyalty.oracle.exact import divide, half_up, parts
from tests.loyalty.oracle.offer_cases import NAME
from tests.loyalty.oracle.state_cases import NOON_MS

Rule = dict[str, Any]
MILK, TEA, CAKE = "10000000", "10000001", "10000002"


def line(no: int, unit_price: int, quantity: int = 1, gtin: str = MILK, category: str = "snacks", **more: Any) -> Rule:
    return {"no": no, "gtin": gtin, "quantity": quantity, "unit_price": unit_price, "category": category, **more}


def offer(id: str, kind: str, priority: int = 1, **more: Any) -> Rule:
    return {"id": id, "kind": kind, "name": NAME, "priority": priority, **more}


def case(lines: list[Rule], offers: list[Rule], tier: str | None = "gold", points: int = 0, **more: Any) -> Rule:
    """A case at noon with a coupon for each offer of the coupon step, and 1,000 points to spend."""
    coupons = [each for each in offers if each["kind"].startswith("coupon")]
    about = {"name": NAME, "rank": 1, "earn": [1, 1]}
    programme = {
        "zone": "Asia/Shanghai",
        "tiers": [{"id": "gold", **about, "percent_off": [12, 100]}, {"id": "half", **about, "percent_off": [1, 2]}],
        "earning": [{"id": "base", "points": 1, "per": 1000, "by_tier": True}],
        "points_as_money": {"points": 100, "money": 100, "cap": [1, 2]},
        "offers": offers,
        "coupons": [{"id": each["id"], "offer": each["id"]} for each in coupons],
        "limits": {"copyable_daily_points": 0},
    }
    return {
        "programme": programme | more.pop("programme", {}),
        "basket": {"lines": lines, "points": points, "coupons": [each["id"] for each in coupons]},
        "member": {"id": "m1", "tier": tier} if tier else None,
        "state": {
            "assurance": "P4",
            "lots": [{"id": "lot", "points": 1000}],
            "coupons": [{"code": each["id"], "rule": each["id"]} for each in coupons],
            **more,
        },
        "moment": {"utc_ms": NOON_MS, "zone": "Asia/Shanghai"},
    }


def nets(*arguments: Any, **more: Any) -> list[int]:
    return list(answer(case(*arguments, **more))["nets"].values())


def applied(*arguments: Any, **more: Any) -> list[tuple[str, int]]:
    return [(id, amount) for id, _, amount in answer(case(*arguments, **more))["reasons"]]


def test_rounding_and_division_are_by_the_book() -> None:
    assert divide(1000, [3333, 3333, 3334]) == [333, 333, 334]
    assert divide(5, [1, 0, 1, 1]) == [2, 0, 2, 1]
    assert parts(398, 4) == [100, 100, 99, 99]
    assert [half_up(Fraction(sixths, 6)) for sixths in (2, 3, 4, 9)] == [0, 1, 1, 2]


def test_d01_an_order_discount_is_divided_exactly() -> None:
    saved = offer("save", "spend_and_save", threshold=10000, save=1000)
    assert nets([line(1, 3333), line(2, 3333), line(3, 3334)], [saved]) == [3000, 3000, 3000]


def test_d02_a_percentage_is_fixed_once_on_the_sum() -> None:
    assert nets([line(1, 199, 4)], [offer("tier", "tier_percent")], "half") == [398]


def test_d06_the_pipeline() -> None:
    steps = [
        offer("tier", "tier_percent"),
        offer("save", "spend_and_save", threshold=15000, save=2000),
        offer("coupon", "coupon_percent", percent=[10, 100]),
    ]
    found = answer(case([line(1, 20000)], steps, points=1000))
    assert found["reasons"] == [["tier", "tier", 2400], ["save", "order", 2000], ["coupon", "coupon", 1560]]
    assert (found["net"], found["due"]) == (14040, 13040)
    assert found["earned"] == {"base": 13}


def test_d06_what_meets_the_cap_is_cut_to_what_is_left() -> None:
    steps = [offer("tier", "tier_percent"), offer("save", "spend_and_save", threshold=100, save=100)]
    capped = {"order_cap": [15, 100]}
    assert applied([line(1, 1000)], steps, programme=capped) == [("tier", 120), ("save", 30)]


def test_d26_an_order_inside_a_step_is_chosen() -> None:
    """20 off from 100 first, then 10 %: 72. The other way round 10 % leaves 90, and nothing more comes off."""
    offers = [offer("a", "percent_off", percent=[10, 100]), offer("b", "spend_and_save", threshold=100, save=20)]
    assert applied([line(1, 100)], offers) == [("b", 20), ("a", 8)]


def test_d26_an_offer_is_left_out_where_that_is_cheaper() -> None:
    offers = [offer("tier", "tier_percent"), offer("save", "spend_and_save", threshold=100, save=50)]
    assert applied([line(1, 100)], offers) == [("save", 50)]


def test_d26_ties_go_to_fewer_offers_then_to_the_lower_rank() -> None:
    twice = [offer("b", "special_price", prices={MILK: 80}), offer("a", "special_price", 2, prices={MILK: 80})]
    assert applied([line(1, 100)], twice) == [("b", 20)]
    same = [offer("b", "special_price", prices={MILK: 80}), offer("a", "special_price", prices={MILK: 80})]
    assert applied([line(1, 100)], same) == [("a", 20)]


def test_d26_of_a_group_one_offer_is_applied() -> None:
    offers = [offer(id, "percent_off", percent=[part, 100], group="g") for id, part in (("a", 10), ("b", 20))]
    assert applied([line(1, 100)], offers) == [("b", 20)]


def test_d26_a_member_never_pays_more_than_a_guest() -> None:
    shared = offer("shared", "percent_off", percent=[10, 100])
    for tier in ("gold", None):
        assert answer(case([line(1, 100)], [shared], tier))["guest_net"] == 90


@pytest.mark.parametrize(
    ("kind", "rule", "taken"),
    [
        ("member_price", {"prices": {MILK: 90}}, 30),
        ("special_price", {"prices": {TEA: 999}}, 0),
        ("quantity_price", {"prices": [{"product": MILK, "at_least": 3, "unit_price": 60}]}, 120),
        ("quantity_price", {"prices": [{"product": MILK, "at_least": 4, "unit_price": 60}]}, 0),
        ("buy_get", {"buy": 1, "get": 1}, 60 + 100),  # 100 100, 100 60, 30: two blocks of the dearest
        ("buy_get", {"buy": 2, "get": 1, "percent": [1, 2]}, 50),
        ("buy_get", {"buy": 1, "get": 2, "get_products": [CAKE]}, 30),  # one cake for the cheapest other unit
        ("nth_unit", {"nth": 2, "percent": [1, 2]}, 80),
        ("cheapest_free", {"of": 5}, 30),
        ("cheapest_free", {"of": 6}, 0),
        (
            "bundle",
            {"parts": [{"quantity": 1, "products": [MILK]}, {"quantity": 1}], "price": 120},
            160 - 120 + 130 - 120,
        ),
        ("bundle", {"parts": [{"quantity": 1, "products": [TEA]}, {"quantity": 1}], "percent": [10, 100]}, 16),
        ("flash_sale", {"prices": {MILK: 95, CAKE: 20}}, 25),
        ("stamp_card", {"buys": 4}, 30),
        ("tier_percent", {}, 47),  # 12 % of 390 is 46.8
        ("category_percent", {"rates": [{"categories": ["drinks"], "percent": [1, 8]}]}, 8),  # 7.5 of 60
        ("percent_off", {"percent": [1, 2], "threshold": 391}, 0),
        ("percent_off", {"percent": [1, 2], "most": 40}, 40),
        ("spend_and_save", {"threshold": 100, "save": 10, "repeat": True}, 30),
        ("spend_and_save", {"steps": [{"threshold": 1, "save": 1}, {"threshold": 390, "save": 9}]}, 9),
        ("coupon_percent", {"percent": [1, 100]}, 4),
        ("coupon_amount", {"amount": 1000}, 390),
        ("coupon_item", {"quantity": 2}, 200),
        ("coupon_exchange", {"quantity": 4, "pay": 90}, 30),
    ],
)
def test_each_kind_alone(kind: str, rule: Rule, taken: int) -> None:
    """Three milks at 100, a tea at 60 and a cake at 30: 390."""
    lines = [line(1, 100, 3), line(2, 60, gtin=TEA, category="drinks"), line(3, 30, gtin=CAKE)]
    assert sum(amount for _, amount in applied(lines, [offer("it", kind, **rule)])) == taken


def test_a_unit_takes_part_in_one_item_offer() -> None:
    offers = [offer("pair", "nth_unit", nth=2, percent=[1, 2]), offer("three", "cheapest_free", of=3)]
    assert applied([line(1, 100, 3)], offers) == [("three", 100)]
    assert applied([line(1, 100, 5)], offers) == [("pair", 100)]  # as much as the other, and its id is lower
    assert applied([line(1, 100, 6)], offers) == [("pair", 150)]


def test_the_free_unit_is_paid_for_by_all_that_took_part() -> None:
    assert nets([line(1, 100), line(2, 50)], [offer("pair", "buy_get", buy=1, get=1)]) == [67, 33]


def test_limits_bound_an_offer() -> None:
    pair = offer("pair", "nth_unit", nth=2, percent=[1, 2], limits=[{"scope": "order", "measure": "times", "most": 1}])
    assert applied([line(1, 100, 4)], [pair]) == [("pair", 50)]
    units = pair | {"limits": [{"scope": "store", "measure": "units", "most": 9}]}
    leased = [{"offer": "pair", "limit": 0, "amount": 3}]
    assert applied([line(1, 100, 4)], [units], leased=leased) == [("pair", 50)]
    assert applied([line(1, 100, 4)], [units]) == []  # nothing was placed here
    money = pair | {"limits": [{"scope": "terminal", "measure": "money", "most": 70}]}
    used = [{"offer": "pair", "limit": 0, "amount": 1}]
    assert applied([line(1, 100, 4)], [money], used=used) == [("pair", 69)]


def test_only_goods_take_part() -> None:
    lines = [line(1, 100), line(2, 10, kind="freight"), line(3, -5, kind="deposit")]
    found = answer(case(lines, [offer("half", "percent_off", percent=[1, 2])], points=100))
    assert list(found["nets"].values()) == [50, 10, -5]
    assert found["use"]["limited_by"] == "cap"


def test_a_weighed_line_is_one_unit() -> None:
    weighed = line(1, 999, grams=333)  # 332.667
    assert nets([weighed], []) == [333]
    assert nets([weighed, line(2, 400)], [offer("pair", "nth_unit", nth=2, percent=[1, 1])]) == [182, 218]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"hours": [["12:00", "12:01"]]}, True),
        ({"hours": [["11:00", "12:00"]]}, False),
        ({"weekdays": [7]}, True),
        ({"days": ["2026-03-02"]}, False),
        ({"from": "2026-03-01", "until": "2026-03-01"}, True),
        ({"tiers": ["half"]}, False),
        ({"groups": ["vip"]}, False),
        ({"birthday": True}, False),
        ({"first_purchase": True}, False),
        ({"stores": ["s09"]}, False),
        ({"members_only": True}, True),
    ],
)
def test_conditions(condition: Rule, holds: bool) -> None:
    assert bool(applied([line(1, 100)], [offer("it", "percent_off", percent=[1, 2], **condition)])) is holds
