"""Why an offer was not applied, as far as that depends on no other offer: the first condition that fails (D27)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.loyalty.oracle.effect import Facts
from tests.loyalty.oracle.search import KINDS, Outcome
from tests.loyalty.oracle.selection import MEMBERS_KINDS, PERSONAL, Buyer, covers, holds, is_goods

Rule = dict[str, Any]


def missed(case: Rule, outcome: Outcome, who: Buyer) -> dict[str, str]:
    """By the id of each offer that was not applied, the name of its miss; "" where the other offers decide."""
    applied = {each.offer["id"] for each in outcome.applied}
    return {
        offer["id"]: _first(offer, case, outcome.facts, who)
        for offer in case["programme"]["offers"]
        if offer["id"] not in applied and (KINDS[offer["kind"]][0] != "coupon" or offer["id"] in outcome.facts.chosen)
    }


def _first(offer: Rule, case: Rule, facts: Facts, who: Buyer) -> str:
    if offer["id"] in case["basket"].get("removed", []):
        return "removed"
    for name, keys in CONDITIONS:
        if not holds({key: offer[key] for key in keys if key in offer}, who):
            return "members_only" if who.tier is None and set(keys) & set(PERSONAL) else name
    if offer["kind"] in MEMBERS_KINDS and who.tier is None:
        return "members_only"
    if offer["kind"] == "tier_percent" and who.tier and who.tier["percent_off"][0] == 0:
        return "tier_too_low"
    if not any(is_goods(line) and _looks_at(offer, line) for line in case["basket"]["lines"]):
        return "no_eligible_goods"
    return "limit_reached" if facts.allowance(offer).exhausted else ""


CONDITIONS = (
    ("not_here", ("stores",)),
    ("not_yet", ("from",)),
    ("ended", ("until",)),
    ("not_today", ("weekdays", "days")),
    ("not_now", ("hours",)),
    ("members_only", ("members_only",)),
    ("tier_too_low", ("tiers",)),
    ("not_in_group", ("groups",)),
    ("not_birthday", ("birthday",)),
    ("not_first_purchase", ("first_purchase",)),
)


def _looks_at(offer: Rule, line: Rule) -> bool:
    """Whether the line is among the goods of the offer, be it a gift of a set or a part of it."""
    gifts = {"products": offer.get("get_products", []), "categories": offer.get("get_categories", [])}
    if any(gifts.values()) and covers(gifts, line):
        return True
    return covers(offer, line) and _LOOKS.get(offer["kind"], covers)(offer, line)


def _priced(offer: Rule, line: Rule) -> bool:
    return line["gtin"] in offer["prices"]


def _priced_by_quantity(offer: Rule, line: Rule) -> bool:
    return any(step["product"] == line["gtin"] for step in offer["prices"])


def _in_a_part(offer: Rule, line: Rule) -> bool:
    return any(covers(part, line) for part in offer["parts"])


def _at_a_rate(offer: Rule, line: Rule) -> bool:
    return any(line["category"] in rate["categories"] for rate in offer["rates"])


_LOOKS: dict[str, Callable[[Rule, Rule], bool]] = {
    "member_price": _priced,
    "special_price": _priced,
    "flash_sale": _priced,
    "quantity_price": _priced_by_quantity,
    "bundle": _in_a_part,
    "category_percent": _at_a_rate,
}
