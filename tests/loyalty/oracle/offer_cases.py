"""Random offers of every kind, with conditions that mostly hold and goods that mostly are there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.loyalty.oracle.search import KINDS
from tests.loyalty.oracle.state_cases import DAY, GROUPS, STORES, WEEKDAY

Rule = dict[str, Any]

NAME = {"zh-CN": "名", "en": "Name"}
GTINS = ("10000000", "10000001", "10000002")
CATEGORIES = ("snacks", "drinks", "tobacco")
PERCENTS = ([1, 2], [1, 3], [10, 100], [10, 100], [12, 100], [20, 100], [25, 1000], [1, 7], [88, 100], [1, 1])
WITHOUT_GOODS = ("bundle", "category_percent")  # they name their goods in their own way
MEASURES = {"item_price": ("times",), "item_offer": ("times", "units", "money")}


@dataclass(frozen=True)
class Shelf:
    """What prices and thresholds are near to: the goods of the basket and one of its units, at shelf price."""

    goods: int
    unit: int


def offer(draw: Random, id: str, shelf: Shelf, kind: str | None = None) -> Rule:
    """An offer of this kind, or of any."""
    kind = kind or draw.choice(list(KINDS))
    rule = {"id": id, "kind": kind, "name": NAME, "priority": draw.randint(1, 3), **_OWN[kind](draw, shelf)}
    if kind not in WITHOUT_GOODS:
        rule |= selection(draw, products="prices" not in rule)
    if draw.random() < 0.25:
        rule |= audience(draw)
    if draw.random() < 0.25:
        rule["group"] = draw.choice(("g1", "g2"))
    if draw.random() < 0.2:
        rule["limits"] = limits(draw, MEASURES.get(KINDS[kind][0], ("times", "money")))
    return rule


def of_one_step(draw: Random, offers: list[Rule], shelf: Shelf) -> list[Rule]:
    """Up to five offers, all of one step, so that they compete and may be ordered."""
    step = draw.choice(sorted({step for step, _ in KINDS.values()}))
    kinds = [kind for kind in KINDS if KINDS[kind][0] == step]
    return [offer(draw, each["id"], shelf, draw.choice(kinds)) for each in offers[:5]]


def selection(draw: Random, products: bool = True) -> Rule:
    """Which goods: mostly all of them."""
    rule: Rule = {}
    if products and draw.random() < 0.12:
        rule["products"] = draw.sample(GTINS, draw.randint(1, 2))
    if products and draw.random() < 0.12:
        rule["categories"] = draw.sample(CATEGORIES, draw.randint(1, 2))
    if draw.random() < 0.12:
        rule["excluded_categories"] = [draw.choice(CATEGORIES)]
    if draw.random() < 0.05:
        rule["excluded_products"] = [draw.choice(GTINS)]
    if draw.random() < 0.05:
        rule["price_from"] = draw.choice((1, 3, 200))
    if draw.random() < 0.05:
        rule["price_below"] = draw.choice((201, 500))
    return rule


def conditions(draw: Random) -> list[Rule]:
    """One of each kind; they mostly hold."""
    return [
        {"members_only": True},
        {"tiers": [draw.choice(("regular", "gold", "gone"))]},
        {"groups": [draw.choice(GROUPS)]},
        {"stores": draw.sample(STORES, draw.randint(1, 2))},
        {"from": draw.choice(("2026-01-01", DAY, "2026-12-01"))},
        {"until": draw.choice(("2026-02-01", DAY, "2026-12-01"))},
        {"weekdays": draw.choice(([WEEKDAY], [1, 2, 3, 4, 5, 6, 7], [WEEKDAY % 7 + 1]))},
        {"days": draw.choice(([DAY], ["2026-10-01"]))},
        {"hours": draw.choice(([["00:00", "24:00"]], [["12:00", "13:00"]], [["17:00", "19:30"], ["09:00", "12:00"]]))},
        {"birthday": True},
        {"first_purchase": True},
    ]


def audience(draw: Random) -> Rule:
    """One or two conditions."""
    found: Rule = {}
    for condition in draw.sample(conditions(draw), draw.choice((1, 1, 2))):
        found = with_condition(found, condition)
    return found


def with_condition(rule: Rule, condition: Rule) -> Rule:
    """The rule with one more condition; its first day is never after its last."""
    both = {**rule, **condition}
    if both.get("from", "") > both.get("until", "9"):
        both["until"] = both["from"]
    return both


def limits(draw: Random, measures: tuple[str, ...]) -> list[Rule]:
    """One or two limits, of different measures."""
    found = []
    for measure in draw.sample(measures, min(len(measures), draw.choice((1, 1, 2)))):
        limit: Rule = {"scope": draw.choice(("order", "member", "terminal", "store", "chain")), "measure": measure}
        limit["most"] = draw.choice((1, 2, 3, 5)) if measure != "money" else draw.choice((1, 10, 100, 500))
        if limit["scope"] != "order" and draw.random() < 0.5:
            limit["period"] = draw.choice(("ever", "day", "month", "year"))
        found.append(limit)
    return found


def _price(draw: Random, shelf: Shelf) -> int:
    near = [0, 1, 99, shelf.unit // 2, shelf.unit - 1, shelf.unit]
    near += [shelf.unit * share // 100 for share in (67, 80, 88, 90, 95)]
    return max(0, draw.choice(near))


def _prices(draw: Random, shelf: Shelf) -> Rule:
    return {"prices": {gtin: _price(draw, shelf) for gtin in draw.sample(GTINS, draw.choice((1, 2, 3, 3)))}}


def _steps_of_quantity(draw: Random, shelf: Shelf) -> Rule:
    prices = []
    for gtin in draw.sample(GTINS, draw.randint(1, 2)):
        steps = sorted(draw.sample(range(1, 6), draw.randint(1, 2)))
        own = sorted((_price(draw, shelf) for _ in steps), reverse=True)
        prices += [
            {"product": gtin, "at_least": step, "unit_price": price} for step, price in zip(steps, own, strict=True)
        ]
    return {"prices": prices}


def _buy_get(draw: Random, shelf: Shelf) -> Rule:
    rule: Rule = {"buy": draw.choice((1, 1, 1, 2, 3)), "get": draw.choice((1, 1, 1, 2))}
    if draw.random() < 0.5:
        rule["percent"] = draw.choice(PERCENTS)
    if draw.random() < 0.2:
        rule["get_products"] = [draw.choice(GTINS)]
    if draw.random() < 0.2:
        rule["get_categories"] = [draw.choice(CATEGORIES)]
    return rule


def _bundle(draw: Random, shelf: Shelf) -> Rule:
    parts = [{"quantity": draw.choice((1, 1, 2)), **selection(draw)} for _ in range(draw.choice((1, 1, 2, 2, 3)))]
    if draw.random() < 0.5:
        return {"parts": parts, "percent": draw.choice(PERCENTS)}
    return {
        "parts": parts,
        "price": _price(draw, replace(shelf, unit=shelf.unit * sum(part["quantity"] for part in parts))),
    }


def _threshold(draw: Random, shelf: Shelf) -> int:
    goods = shelf.goods
    near = (0, goods, goods, goods + 1, goods - 1, goods // 2, goods // 3, goods * 3 // 4, goods * 88 // 100)
    return max(0, draw.choice(near))


def _percent(draw: Random, shelf: Shelf) -> Rule:
    rule: Rule = {"percent": draw.choice(PERCENTS)}
    if draw.random() < 0.5:
        rule["threshold"] = _threshold(draw, shelf)
    if draw.random() < 0.3:
        rule["most"] = draw.choice((1, 10, 100, 500))
    return rule


def _category_percent(draw: Random, shelf: Shelf) -> Rule:
    categories = [draw.sample(CATEGORIES, draw.randint(1, 2)) for _ in range(draw.choice((1, 2, 2, 3)))]
    return {"rates": [{"categories": each, "percent": draw.choice(PERCENTS)} for each in categories]}


def _spend_and_save(draw: Random, shelf: Shelf) -> Rule:
    threshold = max(1, _threshold(draw, shelf))
    save = max(1, draw.choice((threshold, threshold // 2, threshold // 5, threshold // 10, threshold // 20, 1)))
    if draw.random() < 0.3:
        higher = threshold + draw.randint(1, 300)
        return {"steps": [_step(threshold, save), _step(higher, min(higher, save + draw.randint(1, 200)))]}
    if draw.random() < 0.4:
        threshold = max(1, threshold // 3)
        return {**_step(threshold, max(1, threshold // 4)), "repeat": True}
    return _step(threshold, save)


def _step(threshold: int, save: int) -> Rule:
    return {"threshold": threshold, "save": save}


def _coupon_amount(draw: Random, shelf: Shelf) -> Rule:
    rule: Rule = {
        "amount": draw.choice((1, 10, 100, max(1, shelf.goods // 10), max(1, shelf.goods // 5), max(1, shelf.goods)))
    }
    return rule if draw.random() < 0.5 else {**rule, "threshold": _threshold(draw, shelf)}


def _coupon_item(draw: Random, shelf: Shelf) -> Rule:
    rule: Rule = {} if draw.random() < 0.5 else {"quantity": draw.randint(1, 3)}
    return rule if draw.random() < 0.5 else {**rule, "percent": draw.choice(PERCENTS)}


def _coupon_exchange(draw: Random, shelf: Shelf) -> Rule:
    rule: Rule = {} if draw.random() < 0.5 else {"quantity": draw.randint(1, 3)}
    return {**rule, "pay": _price(draw, shelf)}


_OWN: dict[str, Callable[[Random, Shelf], Rule]] = {
    "member_price": _prices,
    "special_price": _prices,
    "quantity_price": _steps_of_quantity,
    "buy_get": _buy_get,
    "nth_unit": lambda draw, shelf: {"nth": draw.choice((1, 2, 2, 2, 3)), "percent": draw.choice(PERCENTS)},
    "cheapest_free": lambda draw, shelf: {"of": draw.choice((1, 2, 3, 4))},
    "bundle": _bundle,
    "flash_sale": _prices,
    "stamp_card": lambda draw, shelf: {"buys": draw.choice((1, 2, 3, 10))},
    "tier_percent": lambda draw, shelf: {},
    "category_percent": _category_percent,
    "percent_off": _percent,
    "spend_and_save": _spend_and_save,
    "coupon_percent": _percent,
    "coupon_amount": _coupon_amount,
    "coupon_item": _coupon_item,
    "coupon_exchange": _coupon_exchange,
}
