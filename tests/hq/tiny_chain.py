"""A chain of two stores and five members, written as the files that HQ reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NAMES = {"zh-CN": "柳岸店", "en": "Willow Bank"}
CHAIN: dict[str, Any] = {
    "id": "tiny",
    "name": {"zh-CN": "小店", "en": "Tiny"},
    "regions": [{"id": "east", "name": {"zh-CN": "东", "en": "East"}}],
    "stores": [
        {"id": store, "name": NAMES, "region": "east", "zone": "Asia/Shanghai", "cutoff_hours": 4}
        for store in ("s01", "s02")
    ],
}


def _tier(tier: str, rank: int, percent: int, earn: list[int]) -> dict[str, Any]:
    return {"id": tier, "name": NAMES, "rank": rank, "percent_off": [percent, 100], "earn": earn}


PROGRAMME: dict[str, Any] = {
    "format": 1,
    "id": "tiny",
    "version": 3,
    "currency": "CNY",
    "zone": "Asia/Shanghai",
    "valid_from": "2026-01-01",
    "valid_until": "2027-12-31",
    "tiers": [_tier("regular", 1, 0, [1, 1]), _tier("gold", 2, 12, [3, 2])],
    "earning": [
        {"id": "base", "name": NAMES, "points": 1, "per": 100, "by_tier": True, "excluded_categories": ["tobacco"]}
    ],
    "points_as_money": {"points": 100, "money": 100, "cap": [1, 2], "lifetime_months": 24},
    "offers": [{"id": "tier", "kind": "tier_percent", "priority": 2, "name": NAMES, "excluded_categories": []}],
    "limits": {"copyable_daily_points": 2000},
    "cash_rounding": 10,
}
PRODUCTS = """gtin,name_zh,name_en,price,category
6901234567892,面,Noodles,990,food
6901234567908,茶,Tea,2500,drinks
"""
MEMBERS = """\
id,name,phone,birthday,language,tier,state,home_store,second_store,last_seen,card_uid,card_state,points,points_earned_on,points_expires_on
m1,王小雨,13800001234,1991-05-17,zh-CN,gold,active,s01,s02,2026-11-18,04A1B2C3D4E5F6,active,1000,2026-07-20,2028-07-20
m2,Ada,,,en,regular,active,s01,,2026-11-15,04A1B2C3D4E5F7,active,320,2026-07-13,
m3,陈静怡,13800005678,,zh-CN,regular,blocked,s01,,2026-11-19,,,500,2026-05-17,2028-05-17
m4,Old,13800009999,,en,regular,active,s01,,2026-05-01,04A1B2C3D4E5F9,blocked,700,2026-05-17,2028-05-17
m5,无分,13800000000,,zh-CN,regular,active,s02,,2026-11-19,,,0,,
"""
TODAY = "2026-11-20"
NOW_MS = 1_795_147_200_000  # 2026-11-20 12:00 in Shanghai


def write_tiny_chain(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in (("chain.json", CHAIN), ("programme.json", PROGRAMME)):
        (folder / name).write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    (folder / "products.csv").write_text(PRODUCTS, "utf-8")
    (folder / "members.csv").write_text(MEMBERS, "utf-8")
    return folder
