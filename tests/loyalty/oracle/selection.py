"""Which lines a rule of the document covers, and whether it holds for this shopper at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

Rule = dict[str, Any]
PERSONAL = ("members_only", "tiers", "groups", "birthday", "first_purchase")
MEMBERS_KINDS = ("member_price", "tier_percent", "stamp_card")


def is_goods(line: Rule) -> bool:
    return bool(line.get("kind", "goods") == "goods" and line["unit_price"] >= 0)


def covers(rule: Rule, line: Rule) -> bool:
    """Whether the goods of `line` are among those that `rule` selects (F076: the band goes by the shelf price)."""
    products, categories = rule.get("products", []), rule.get("categories", [])
    named = line["gtin"] in products or line["category"] in categories or not (products or categories)
    excluded = line["gtin"] in rule.get("excluded_products", []) or line["category"] in rule.get(
        "excluded_categories", []
    )
    price, low, high = line["unit_price"], rule.get("price_from"), rule.get("price_below")
    in_band = (low is None or price >= low) and (high is None or price < high)
    return is_goods(line) and named and not excluded and in_band


@dataclass(frozen=True)
class Buyer:
    """Who buys, where and when. `tier` is the tier of the document, None is a guest."""

    tier: Rule | None
    local: datetime
    store: str
    groups: tuple[str, ...] = ()
    birthday: int | None = None  # the year of the birthday that is kept, if it is near enough
    first_purchase: bool = False


def holds(rule: Rule, buyer: Buyer) -> bool:
    """Whether every condition that `rule` sets is met."""
    return _here(rule, buyer) and _now(rule, buyer) and _for(rule, buyer)


def _here(rule: Rule, buyer: Buyer) -> bool:
    return not rule.get("stores") or buyer.store in rule["stores"]


def _now(rule: Rule, buyer: Buyer) -> bool:
    day, minute = buyer.local.date().isoformat(), buyer.local.hour * 60 + buyer.local.minute
    spans = [(_minutes(first), _minutes(last)) for first, last in rule.get("hours", [])]
    return (
        (rule.get("from") or day) <= day <= (rule.get("until") or day)
        and (not rule.get("weekdays") or buyer.local.isoweekday() in rule["weekdays"])
        and (not rule.get("days") or day in rule["days"])
        and (not spans or any(first <= minute < last for first, last in spans))
    )


def _for(rule: Rule, buyer: Buyer) -> bool:
    if buyer.tier is None:
        return not any(rule.get(key) for key in PERSONAL) and rule.get("kind") not in MEMBERS_KINDS
    return (
        (not rule.get("tiers") or buyer.tier["id"] in rule["tiers"])
        and (not rule.get("groups") or any(group in rule["groups"] for group in buyer.groups))
        and (not rule.get("birthday") or buyer.birthday is not None)
        and (not rule.get("first_purchase") or buyer.first_purchase)
    )


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
