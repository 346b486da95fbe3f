"""What a sale earns: kinds of rules, sets, events, and one floor for each rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty import Earned, Line, Programme
from loyalty.audience import Shopper
from loyalty.basket import LineKind
from loyalty.earning import earn, rules_for
from tests.loyalty.material import NAME, line, programme

RULES = settings(derandomize=True, max_examples=300, deadline=None)
MONDAY = date(2026, 3, 2)
COLA, TEA, WINE = "10000001", "10000002", "10000003"


def rule(id: str = "base", **keys: Any) -> dict[str, Any]:
    return {"id": id, "name": NAME, "points": 1, "per": 1000, **keys}


def unit_rule(points: int, **keys: Any) -> dict[str, Any]:
    return {"id": "units", "name": NAME, "kind": "per_unit", "points": points, **keys}


def order_rule(points: int, **keys: Any) -> dict[str, Any]:
    return {"id": "order", "name": NAME, "kind": "per_order", "points": points, **keys}


def event(top: int, bottom: int = 1, id: str = "event", **keys: Any) -> dict[str, Any]:
    return {"id": id, "name": NAME, "factor": [top, bottom], **keys}


def rules(*earning: dict[str, Any], events: tuple[Any, ...] = (), sets: tuple[Any, ...] = ()) -> Programme:
    return programme(format=2, earning=list(earning), earning_events=list(events), earning_sets=list(sets))


def shopper(tier: str = "regular", **facts: Any) -> Shopper:
    return Shopper(**{"tier": programme().tier(tier), "today": MONDAY, "minute": 12 * 60, "store": "s01", **facts})


def points(programme: Programme, *lines: Line, bases: tuple[int, ...] = (), who: Shopper | None = None) -> int:
    """All points of lines that cost what they say, unless `bases` says otherwise."""
    bases = bases or tuple(each.gross for each in lines)
    return sum(each.points for each in earn(lines, bases, programme, who or shopper()))


def test_d03_points_are_floored_once_over_the_sum_of_the_rule() -> None:
    thrice = [line(no, 1500) for no in (1, 2, 3)]
    assert points(rules(rule()), *thrice) == 4
    assert points(rules(rule()), *thrice) != 3 * points(rules(rule()), thrice[0]), "each line floored: 3"


def test_d03_for_each_full_amount_is_another_kind_of_rule() -> None:
    goods = line(1, 19900)
    assert points(rules(rule(points=5, per=10000)), goods) == 9, "5 per 100.00 is the exact rate: 9.95"
    assert points(rules(rule(points=5, per=10000, kind="each_full")), goods) == 5, "for each full 100.00: once"
    assert points(rules(rule(points=5, per=10000, kind="each_full")), line(1, 9999)) == 0
    assert points(rules(rule(kind="rate", points=5, per=10000)), goods) == 9, "the kind of a rule without one"


def test_d03_all_coefficients_multiply_before_the_one_floor() -> None:
    twice = rules(rule(by_tier=True), events=(event(2, id="double"), event(3, 2, id="evening")))
    assert points(twice, line(1, 1999), who=shopper("gold")) == 8, "1.999 × 3/2 × 2 × 3/2 = 8.9955"
    assert points(twice, line(1, 1999), who=shopper("gold")) != 1 * 3 // 2 * 2 * 3 // 2, "floored at each step: 3"
    assert points(rules(rule()), line(1, 1999), who=shopper("gold")) == 1, "without by_tier the tier changes nothing"


def test_points_for_units_of_a_product_or_category() -> None:
    drinks = rules(unit_rule(3, products=[COLA], categories=["wine"]))
    bought = [line(1, 300, 4, COLA), line(2, 300, 5, TEA), line(3, 5000, 2, WINE, "wine")]
    assert points(drinks, *bought) == 18
    assert points(drinks, *bought, bases=(0, 1500, 10000)) == 6, "what cost nothing earns nothing"
    assert points(drinks, replace(bought[0], quantity=1)) == 3, "after a return: what is left of the line"


def test_a_weighed_line_is_one_unit() -> None:
    fish = Line(1, COLA, 1, 4000, "fish", grams=2350)
    assert points(rules(unit_rule(7)), fish) == 7


def test_goods_that_cost_one_minor_unit_earn_and_goods_for_nothing_do_not() -> None:
    assert points(rules(unit_rule(5)), line(1, 100, 3), bases=(1,)) == 15
    assert points(rules(unit_rule(5)), line(1, 100, 3), bases=(0,)) == 0


def test_points_once_for_an_order_that_reaches_the_threshold() -> None:
    order = rules(order_rule(50, threshold=10000, by_tier=True))
    assert points(order, line(1, 9999)) == 0
    assert points(order, line(1, 5000), line(2, 5000)) == 50
    assert points(order, line(1, 90000)) == 50
    assert points(order, line(1, 10000), who=shopper("gold")) == 75
    assert points(rules(order_rule(50)), line(1, 100), bases=(0,)) == 0, "an order that cost nothing earns nothing"


def test_threshold_and_quota_by_category_and_price_band() -> None:
    dear = rules(rule(per=100, categories=["wine"], price_from=10000, price_below=50000, threshold=30000, most=450))
    wines = [line(no, price, category="wine") for no, price in enumerate((9999, 10000, 20000, 50000), 1)]
    assert points(dear, *wines) == 300, "two bottles in the band, 300.00 together"
    assert points(dear, *wines[:2]) == 0, "less than the threshold in the band"
    assert points(dear, *wines, line(5, 30000, category="wine")) == 450, "600, and at most 450 for an order"
    assert points(dear, *wines, line(5, 30000)) == 300


def test_only_goods_earn() -> None:
    freight = Line(2, TEA, 1, 5000, "snacks", LineKind.FREIGHT)
    everything = rules(rule(), unit_rule(1))
    assert points(everything, line(1, 1000), freight, bases=(1000, 5000)) == points(everything, line(1, 1000)) == 2


def test_a_guest_earns_nothing() -> None:
    assert earn([line(1, 10**6)], [10**6], rules(rule(), order_rule(5)), Shopper(None, MONDAY)) == ()


def test_each_rule_is_listed_in_the_order_of_the_programme_unless_it_gives_nothing() -> None:
    many = rules(rule("b"), rule("rare", per=10**6), order_rule(5), rule("a"))
    assert earn([line(1, 2000)], [2000], many, shopper()) == (Earned("b", 2), Earned("order", 5), Earned("a", 2))


@pytest.mark.parametrize(
    ("who", "earned"),
    [
        (shopper(groups=frozenset({"staff", "vip"})), ["all", "staff"]),
        (shopper(groups=frozenset({"vip"})), ["all", "vip"]),
        (shopper(), ["all", "rest"]),
    ],
)
def test_a_member_gets_the_common_rules_and_those_of_the_first_set_that_fits(who: Shopper, earned: list[str]) -> None:
    def a_set(id: str, priority: int, **keys: Any) -> dict[str, Any]:
        return {"id": id, "name": NAME, "priority": priority, **keys}

    sets = (a_set("rest", 9), a_set("vip", 2, groups=["vip"]), a_set("staff", 1, groups=["staff"]))
    chosen = rules(rule("all"), *(rule(each["id"], set=each["id"]) for each in sets), sets=sets)
    assert [each.id for each in rules_for(chosen, who)] == sorted(earned)


def test_without_a_set_that_fits_only_the_common_rules_count() -> None:
    sets = ({"id": "vip", "name": NAME, "priority": 1, "groups": ["vip"]},)
    assert [each.id for each in rules_for(rules(rule("all"), rule("more", set="vip"), sets=sets), shopper())] == ["all"]


def test_a_rule_has_an_audience_of_its_own() -> None:
    morning = rules(rule(), rule("early", hours=[["06:00", "10:00"]]), rule("elsewhere", stores=["s02"]))
    assert [each.id for each in rules_for(morning, shopper(minute=7 * 60))] == ["base", "early"]
    assert [each.id for each in rules_for(morning, shopper(minute=10 * 60))] == ["base"]


def test_an_event_counts_while_it_holds_and_only_on_what_it_covers() -> None:
    double = rules(rule(), events=(event(2, categories=["wine"], weekdays=[1], hours=[["12:00", "14:00"]]),))
    goods = (line(1, 10000), line(2, 10000, category="wine"))
    assert points(double, *goods) == 30
    assert points(double, *goods, who=shopper(minute=14 * 60)) == 20
    assert points(double, *goods, who=shopper(today=date(2026, 3, 3))) == 20


def test_a_coefficient_may_lower_and_even_stop_earning() -> None:
    assert points(rules(rule(), events=(event(1, 2),)), line(1, 5000)) == 2
    assert points(rules(rule(), events=(event(0),)), line(1, 5000)) == 0


def test_an_event_on_each_full_amount_counts_the_goods_with_the_highest_coefficient_first() -> None:
    triple = rules(rule(kind="each_full", points=1, per=10000), events=(event(3, categories=["wine"]),))
    plain, wine = line(1, 5000), line(2, 10000, category="wine")
    assert points(triple, plain, wine) == 3, "one full 100.00, and it is the wine's"
    assert points(triple, wine) == 3, "so the return of the other line takes nothing"
    assert points(triple, line(1, 15000), replace(wine, unit_price=5000)) == 3, "0.5 × 3 + 1.5 × 1, and not 2 × 3"


def test_an_event_bound_to_goods_leaves_the_points_of_an_order_as_they_are() -> None:
    goods = line(1, 10000, category="wine")
    assert points(rules(order_rule(10), events=(event(2, categories=["wine"]),)), goods) == 10
    assert points(rules(order_rule(10), events=(event(2),)), goods) == 20


def test_units_take_the_coefficient_of_their_line() -> None:
    double = rules(unit_rule(5), events=(event(3, 2, products=[COLA]),))
    assert points(double, line(1, 300, 3, COLA), line(2, 300, 1, TEA)) == 27, "5 × (3 × 3/2 + 1) = 27.5"


def test_d11_the_order_rule_falls_to_what_the_rest_reaches_and_not_by_share() -> None:
    own = [rule("a", points=10, per=800, products=[COLA]), rule("b", points=20, per=1600, products=[TEA])]
    order = [*own, rule("order", points=1, per=100)]
    lines = [line(1, 800, 1, COLA), line(2, 1600, 1, TEA), line(3, 1600, 1, WINE)]
    assert points(rules(*order), *lines) == 70
    rest = points(rules(*order), *lines[:2])
    assert rest == 54
    assert 70 - rest == 16, "not 28, its share of 70, and not 35"


# ---------------------------------------------------------------- what holds for every rule and sale

CATEGORIES = st.sampled_from(["snacks", "wine", "tobacco"])
KINDS = st.sampled_from(["rate", "each_full", "per_unit", "per_order"])


@st.composite
def some_goods(draw: st.DrawFn) -> tuple[Line, ...]:
    shapes = st.tuples(st.integers(0, 5000), st.integers(1, 4), st.sampled_from([COLA, TEA]), CATEGORIES)
    return tuple(line(no, *shape) for no, shape in enumerate(draw(st.lists(shapes, min_size=1, max_size=5)), 1))


@st.composite
def some_rules(draw: st.DrawFn) -> Programme:
    earning = []
    for number in range(draw(st.integers(1, 3))):
        kind = draw(KINDS)
        keys = {"per": draw(st.integers(1, 3000))} if kind in ("rate", "each_full") else {}
        wanted = draw(st.dictionaries(st.sampled_from(["threshold", "most"]), st.integers(1, 9000)))
        covered = {"categories": draw(st.lists(CATEGORIES, min_size=1))} if draw(st.booleans()) else {}
        about = {"kind": kind, "points": draw(st.integers(1, 50)), "by_tier": draw(st.booleans())}
        earning.append({"id": f"r{number}", "name": NAME, **about, **keys, **wanted, **covered})
    factors = st.tuples(st.integers(0, 4), st.integers(1, 3), st.lists(CATEGORIES, max_size=1))
    events = [
        event(top, bottom, f"e{number}", **({"categories": goods} if goods else {}))
        for number, (top, bottom, goods) in enumerate(draw(st.lists(factors, max_size=2)))
    ]
    return rules(*earning, events=tuple(events))


@RULES
@given(some_rules(), some_goods(), st.data())
def test_what_is_left_after_a_return_never_earns_more(
    rules: Programme, lines: tuple[Line, ...], data: st.DataObject
) -> None:
    left = tuple(replace(each, quantity=data.draw(st.integers(0, each.quantity))) for each in lines)
    rest = tuple(each for each in left if each.quantity)
    whole, part = (
        {each.rule: each.points for each in earn(some, [one.gross for one in some], rules, shopper("gold"))}
        for some in (lines, rest)
    )
    assert all(points <= whole.get(rule, 0) for rule, points in part.items())


@RULES
@given(some_rules(), some_goods())
def test_the_order_of_the_lines_does_not_matter(rules: Programme, lines: tuple[Line, ...]) -> None:
    answers = {earn(some, [one.gross for one in some], rules, shopper()) for some in permutations(lines[:4])}
    assert len(answers) == 1
