"""What the sale would use up: coupons, counted limits, birthdays and stamps (D19, D29)."""

from __future__ import annotations

from typing import Any

from tests.loyalty.oracle.coupons import chosen_coupons
from tests.loyalty.oracle.item_offers import covered_by
from tests.loyalty.oracle.search import KINDS, Applied, Outcome
from tests.loyalty.oracle.selection import Buyer, holds
from tests.loyalty.oracle.table import units_of

Rule = dict[str, Any]


def used(case: Rule, outcome: Outcome, who: Buyer) -> dict[str, int]:
    """By a plain name of the right: `coupon CODE`, `limit ID PLACE`, `birthday ID YEAR`, and `stamp ID`, which is below
    zero where stamps are collected."""
    applied = {each.offer["id"] for each in outcome.applied}
    found = {f"coupon {code}": 1 for id, code in chosen_coupons(case, case["member"], who).items() if id in applied}
    for each in outcome.applied:
        for place, limit in enumerate(each.offer.get("limits", [])):
            if limit["scope"] != "order":
                found[f"limit {each.offer['id']} {place}"] = _amount(each, limit["measure"])
        if each.offer.get("birthday"):
            found[f"birthday {each.offer['id']} {who.birthday}"] = 1
    for offer in case["programme"]["offers"]:
        if offer["kind"] == "stamp_card" and holds(offer, who) and offer["id"] not in case["basket"].get("removed", []):
            found[f"stamp {offer['id']}"] = -stamps_gained(offer, outcome)
    return {name: amount for name, amount in found.items() if amount}


def _amount(each: Applied, measure: str) -> int:
    return {"times": each.effect.times, "units": sum(each.effect.used), "money": each.effect.amount}[measure]


def stamps_gained(offer: Rule, outcome: Outcome) -> int:
    """An applied card: n units of which f are free leave s + (n − f) − buys × f; else a stamp for each unit that no
    other item offer used."""
    for each in outcome.applied:
        if each.offer["id"] == offer["id"]:
            free = each.effect.times
            return sum(each.effect.used) - free - int(offer["buys"]) * free
    taken = [
        sum(each.effect.used[i] for each in outcome.applied if _is_item_offer(each))
        for i in range(len(outcome.table.lines))
    ]
    return sum(units_of(outcome.table.lines[i]) - taken[i] for i in covered_by(offer, outcome.table))


def _is_item_offer(each: Applied) -> bool:
    return KINDS[each.offer["kind"]][0] == "item_offer"
