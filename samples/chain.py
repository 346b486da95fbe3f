"""The sample organisation and its loyalty programme, as the documents that HQ reads."""

from __future__ import annotations

from random import Random

from samples.goods import Product
from samples.offers import TOBACCO, Document, item_offers, named, occasions, special_price

MEMBER_PRICES = 30

CHAIN: Document = {
    "id": "stillpoint-sample",
    "name": named("静点生活超市", "靜點生活超市", "Stillpoint Market"),
    "regions": [
        {"id": "east", "name": named("华东", "華東", "East")},
        {"id": "west", "name": named("西部", "西部", "West")},
    ],
    "stores": [
        {"id": store, "name": named(*names), "region": region, "zone": zone, "cutoff_hours": 4}
        for store, names, region, zone in (
            ("s01", ("柳岸店", "柳岸門市", "Willow Bank"), "east", "Asia/Shanghai"),
            ("s02", ("北桥店", "北橋門市", "North Bridge"), "east", "Asia/Shanghai"),
            ("s03", ("西山店", "西山門市", "West Hill"), "west", "Asia/Urumqi"),
        )
    ],
}

TIERS = [
    {"id": tier, "name": named(*names), "rank": rank, "percent_off": [percent, 100], "earn": earn}
    for rank, (tier, names, percent, earn) in enumerate(
        (
            ("regular", ("普通", "一般", "Regular"), 0, [1, 1]),
            ("silver", ("银卡", "銀卡", "Silver"), 5, [6, 5]),
            ("gold", ("金卡", "金卡", "Gold"), 12, [3, 2]),
            ("diamond", ("钻石", "鑽石", "Diamond"), 15, [2, 1]),
        ),
        start=1,
    )
]


def make_programme(products: list[Product], random: Random) -> Document:
    """One programme with the offers of a neighbourhood market, points as money and a daily cap for copyable cards."""
    return {
        "format": 2,
        "id": "stillpoint-sample",
        "version": 3,
        "currency": "CNY",
        "zone": "Asia/Shanghai",
        "valid_from": "2026-01-01",
        "valid_until": "2027-12-31",
        "tiers": TIERS,
        "earning": [
            {
                "id": "base",
                "name": named("消费积分", "消費點數", "Points on purchases"),
                "points": 1,
                "per": 100,
                "by_tier": True,
                "excluded_categories": [TOBACCO],
            }
        ],
        "points_as_money": {"points": 100, "money": 100, "cap": [1, 2], "lifetime_months": 24},
        "offers": [
            _member_price(products, random),
            _tier(),
            *_spend_and_save(),
            special_price(products),
            *item_offers(),
            *occasions(),
        ],
        "limits": {"copyable_daily_points": 2000},
        "cash_rounding": 10,
    }


def _member_price(products: list[Product], random: Random) -> Document:
    """Ten to twenty per cent off the shelf price of some goods, to a price that ends in 0."""
    chosen = random.sample([product for product in products if product.category != TOBACCO], MEMBER_PRICES)
    prices = {product.gtin: product.price * random.randrange(80, 91) // 1000 * 10 for product in chosen}
    name = named("会员价", "會員價", "Member price")
    return {
        "id": "member-price",
        "kind": "member_price",
        "priority": 1,
        "name": name,
        "prices": dict(sorted(prices.items())),
    }


def _tier() -> Document:
    name = named("会员等级折扣", "會員等級折扣", "Tier discount")
    return {"id": "tier", "kind": "tier_percent", "priority": 2, "name": name, "excluded_categories": [TOBACCO]}


def _spend_and_save() -> list[Document]:
    return [
        {
            "id": f"save-{save // 100}",
            "kind": "spend_and_save",
            "priority": priority,
            "name": name,
            "threshold": threshold,
            "save": save,
            "members_only": members_only,
            "from": "2026-01-01",
            "until": "2027-12-31",
            "excluded_categories": [TOBACCO],
        }
        for priority, threshold, save, members_only, name in (
            (3, 15000, 2000, False, named("满150减20", "滿 150 折 20", "Spend 150, save 20")),
            (4, 30000, 5000, True, named("会员满300减50", "會員滿 300 折 50", "Members: spend 300, save 50")),
        )
    ]
