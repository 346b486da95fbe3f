"""The offers of the sample chain beside member prices, tiers and spend-and-save: what a neighbourhood market has."""

from __future__ import annotations

from typing import Any

from samples.goods import Product

Document = dict[str, Any]
TOBACCO = "tobacco"
SPECIAL_EVERY = 5  # of the fresh goods every fifth has a special price


def named(zh: str, taiwanese: str, en: str) -> Document:
    """A name in all languages that a terminal speaks."""
    return {"zh-CN": zh, "zh-TW": taiwanese, "en": en}


def _offer(kind: str, offer: str, priority: int, name: Document, **keys: Any) -> Document:
    return {"id": offer, "kind": kind, "priority": priority, "name": name, **keys}


def special_price(products: list[Product]) -> Document:
    """A fifth off some fresh goods, for everyone, to a price that ends in 0."""
    fresh = [product for product in products if product.category == "produce"][::SPECIAL_EVERY]
    prices = {product.gtin: product.price * 80 // 1000 * 10 for product in fresh}
    return _offer(
        "special_price",
        "fresh",
        5,
        named("生鲜特价", "生鮮特價", "Fresh specials"),
        prices=dict(sorted(prices.items())),
    )


def item_offers() -> list[Document]:
    """Second unit, breakfast and stamp card; the first two compete for the same milk."""
    return [
        _offer(
            "nth_unit",
            "dairy-second",
            6,
            named("乳品第二件半价", "乳品第二件半價", "Dairy: the second at half price"),
            categories=["dairy"],
            price_below=2000,
            nth=2,
            percent=[1, 2],
        ),
        _offer(
            "bundle",
            "breakfast",
            7,
            named("早餐组合", "早餐超值組合", "Breakfast together"),
            parts=[
                {"quantity": 1, "categories": ["bakery"], "price_below": 1500},
                {"quantity": 1, "categories": ["dairy"], "price_below": 1000},
            ],
            price=990,
        ),
        _offer(
            "stamp_card",
            "tea-card",
            8,
            named("茶咖集点卡", "茶與咖啡集點卡", "Tea and coffee card"),
            categories=["tea-coffee"],
            price_below=4000,
            buys=5,
        ),
    ]


def occasions() -> list[Document]:
    """Rates by category, a birthday, and the last hours of the bread; of the last two only one is applied."""
    return [
        _offer(
            "category_percent",
            "care-rates",
            9,
            named("洗护8折、家清9折", "洗沐用品 8 折、居家清潔 9 折", "Care 20% off, household 10% off"),
            rates=[
                {"categories": ["personal-care"], "percent": [1, 5]},
                {"categories": ["household"], "percent": [1, 10]},
            ],
        ),
        _offer(
            "percent_off",
            "birthday",
            10,
            named("生日礼遇", "壽星優惠", "Happy birthday"),
            birthday=True,
            members_only=True,
            percent=[1, 10],
            most=3000,
            excluded_categories=[TOBACCO],
            group="occasion",
        ),
        _offer(
            "percent_off",
            "evening-bread",
            11,
            named("晚市面包7折", "晚間麵包 7 折", "Evening bread, 30% off"),
            hours=[["19:00", "21:30"]],
            categories=["bakery"],
            percent=[3, 10],
            group="occasion",
        ),
    ]
