"""The sample organisation and its loyalty programme, as the documents that HQ reads."""

from __future__ import annotations

from random import Random

from samples.goods import Product
from samples.offers import TOBACCO, Document, item_offers, occasions, special_price

MEMBER_PRICES = 30

CHAIN: Document = {
    "id": "stillpoint-sample",
    "name": {"zh-CN": "静点生活超市", "en": "Stillpoint Market"},
    "regions": [
        {"id": "east", "name": {"zh-CN": "华东", "en": "East"}},
        {"id": "west", "name": {"zh-CN": "西部", "en": "West"}},
    ],
    "stores": [
        {"id": store, "name": {"zh-CN": zh, "en": en}, "region": region, "zone": zone, "cutoff_hours": 4}
        for store, zh, en, region, zone in (
            ("s01", "柳岸店", "Willow Bank", "east", "Asia/Shanghai"),
            ("s02", "北桥店", "North Bridge", "east", "Asia/Shanghai"),
            ("s03", "西山店", "West Hill", "west", "Asia/Urumqi"),
        )
    ],
}

TIERS = [
    {"id": tier, "name": {"zh-CN": zh, "en": en}, "rank": rank, "percent_off": [percent, 100], "earn": earn}
    for rank, (tier, zh, en, percent, earn) in enumerate(
        (
            ("regular", "普通", "Regular", 0, [1, 1]),
            ("silver", "银卡", "Silver", 5, [6, 5]),
            ("gold", "金卡", "Gold", 12, [3, 2]),
            ("diamond", "钻石", "Diamond", 15, [2, 1]),
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
                "name": {"zh-CN": "消费积分", "en": "Points on purchases"},
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
    name = {"zh-CN": "会员价", "en": "Member price"}
    return {
        "id": "member-price",
        "kind": "member_price",
        "priority": 1,
        "name": name,
        "prices": dict(sorted(prices.items())),
    }


def _tier() -> Document:
    name = {"zh-CN": "会员等级折扣", "en": "Tier discount"}
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
            (3, 15000, 2000, False, {"zh-CN": "满150减20", "en": "Spend 150, save 20"}),
            (4, 30000, 5000, True, {"zh-CN": "会员满300减50", "en": "Members: spend 300, save 50"}),
        )
    ]
