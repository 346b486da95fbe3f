"""Offers as HQ writes them, and programmes made of them, for the test shop's tea, rice and wine."""

from __future__ import annotations

from typing import Any

from loyalty import Programme, read_programme
from tests.terminal.shops import PROGRAMME_DOCUMENT, RICE, TEA, WINE

SHARE = {"percent": [1, 5]}


def offer(kind: str, number: int = 1, **keys: Any) -> dict[str, Any]:
    """An offer named after its kind."""
    name = {"zh-CN": f"优惠{number}", "en": f"Offer {number}"}
    return {"id": f"{kind}-{number}", "kind": kind, "priority": number, "name": name, **keys}


def document(*offers: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """The test shop's programme with these offers instead of its own."""
    return {**PROGRAMME_DOCUMENT, "format": 2, "offers": list(offers), **keys}


def programme(*offers: dict[str, Any], **keys: Any) -> Programme:
    return read_programme(document(*offers, **keys))


ONE_OF_EACH = [
    offer("member_price", prices={WINE: 2000}),
    offer("special_price", prices={TEA: 900, WINE: 2500}),
    offer("quantity_price", prices=[{"product": TEA, "at_least": n, "unit_price": 1000 - n} for n in (3, 6)]),
    offer("flash_sale", prices={RICE: 100}),
    offer("buy_get", buy=2, get=1),
    offer("nth_unit", nth=2, percent=[1, 2]),
    offer("cheapest_free", of=3),
    offer("bundle", parts=[{"quantity": 1, "products": [TEA]}, {"quantity": 2, "products": [RICE]}], price=5000),
    offer("stamp_card", buys=10),
    offer("tier_percent"),
    offer("category_percent", rates=[{"categories": ["food"], **SHARE}]),
    offer("percent_off", **SHARE),
    offer("spend_and_save", threshold=15000, save=2000),
    offer("coupon_percent", **SHARE),
    offer("coupon_amount", amount=500),
    offer("coupon_item"),
    offer("coupon_exchange", pay=100),
]
