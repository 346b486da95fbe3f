"""What the pricing bench prices: programmes of many offers, and random baskets from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from loyalty import Basket, Line

Offers = list[dict[str, Any]]

CATEGORIES = ("food", "drink", "tobacco", "home")
_NAME = {"en": "Offer"}


def document(offers: Offers) -> dict[str, Any]:
    """A programme with these offers, a lowest tier and one with 12 % off, and one earning rule."""
    return {
        "format": 2,
        "id": "bench",
        "version": 1,
        "currency": "CNY",
        "zone": "Asia/Shanghai",
        "valid_from": "2026-01-01",
        "valid_until": "2027-12-31",
        "tiers": [
            {"id": "regular", "name": _NAME, "rank": 1, "percent_off": [0, 1], "earn": [1, 1]},
            {"id": "gold", "name": _NAME, "rank": 2, "percent_off": [12, 100], "earn": [3, 2]},
        ],
        "earning": [
            {"id": "base", "name": _NAME, "points": 1, "per": 1000, "by_tier": True, "excluded_categories": ["tobacco"]}
        ],
        "points_as_money": {"points": 100, "money": 100, "cap": [1, 2], "lifetime_months": 24},
        "offers": offers,
        "limits": {"copyable_daily_points": 2000},
        "cash_rounding": 0,
    }


def calm(count: int) -> Offers:
    """`count` offers of which none keeps another from being applied: prices and second units of single products, a tier
    percentage, an amount off the order, and some for other goods and other days. They name about `3 × count` products.
    """
    offers = [
        _offer("tier_percent", 0, excluded_categories=["tobacco"]),
        _offer("spend_and_save", 1, threshold=20000, save=1500),
    ]
    return [*offers, *(_calm(number) for number in range(2, count))]


def _calm(number: int) -> dict[str, Any]:
    turn, own = number % 10, gtin(3 * number)
    if turn < 5:
        return _offer("member_price", number, prices={gtin(3 * number + more): 300 for more in range(3)})
    if turn < 7:
        return _offer("special_price", number, prices={own: 280})
    if turn == 7:
        return _offer("nth_unit", number, products=[own], nth=2, percent=[1, 2])
    if turn == 8:
        return _offer("percent_off", number, percent=[5, 100], **{"from": "2026-05-01", "until": "2026-05-10"})
    return _offer("spend_and_save", number, threshold=5000, save=500, categories=[f"cat{number}"])


def rivals() -> Offers:
    """Twelve offers that compete for the same goods: groups, thresholds, percentages, and item offers that overlap."""
    steps = [{"threshold": 10000, "save": 600}, {"threshold": 50000, "save": 4000}]
    rates = [{"categories": ["food"], "percent": [20, 100]}, {"categories": ["home"], "percent": [10, 100]}]
    parts = [{"categories": ["food"], "quantity": 1}, {"categories": ["drink"], "quantity": 1}]
    return [
        _offer("tier_percent", 0, excluded_categories=["tobacco"], group="percent"),
        _offer("category_percent", 1, rates=rates, group="percent"),
        _offer("spend_and_save", 2, threshold=20000, save=1500, group="save"),
        _offer("spend_and_save", 3, steps=steps, group="save"),
        _offer("spend_and_save", 4, threshold=30000, save=2000, categories=["food"], repeat=True),
        _offer("percent_off", 5, percent=[5, 100], group="save"),
        _offer("percent_off", 6, percent=[8, 100], categories=["drink"]),
        _offer("nth_unit", 7, categories=["food"], nth=2, percent=[1, 2], group="food"),
        _offer("buy_get", 8, categories=["food"], buy=2, get=1, group="food"),
        _offer("cheapest_free", 9, categories=["drink"], of=3),
        _offer("bundle", 10, parts=parts, percent=[15, 100]),
        _offer("special_price", 11, prices={gtin(7 * number): 320 for number in range(40)}),
    ]


def idle(count: int) -> Offers:
    """`count` offers for products that no basket here has."""
    return [_offer("member_price", 1000 + number, prices={gtin(100_000 + number): 5}) for number in range(count)]


def baskets(seed: int, lines: int, products: int, count: int) -> Sequence[Basket]:
    """`count` baskets of `lines` different products of the first `products`, one to four units of each."""
    draw = Random(f"{seed}/{lines}/{products}")
    return [
        Basket(tuple(_line(draw, no, number) for no, number in enumerate(draw.sample(range(products), lines), 1)))
        for _ in range(count)
    ]


def _line(draw: Random, no: int, number: int) -> Line:
    return Line(no, gtin(number), draw.randint(1, 4), draw.randint(350, 6000), draw.choice(CATEGORIES))


def gtin(number: int) -> str:
    """The product with this number."""
    return f"{69_000_000 + number:08d}"


def _offer(kind: str, number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"{kind}-{number}", "kind": kind, "priority": number % 50 + 1, "name": _NAME, **more}
