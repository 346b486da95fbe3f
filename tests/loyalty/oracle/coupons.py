"""Which coupon offers a basket may use: the coupons chosen, those of them that are good here and now."""

from __future__ import annotations

from typing import Any

from tests.loyalty.oracle.selection import Buyer

Rule = dict[str, Any]


def chosen_offers(case: Rule, member: Rule | None, who: Buyer) -> set[str]:
    """The offers that a good coupon was chosen for. A bearer's coupon (no holder) is good for anyone."""
    rules = {rule["id"]: rule for rule in case["programme"].get("coupons", [])}
    known = {coupon["code"]: coupon for coupon in case["state"].get("coupons", [])}
    laid = [known[code] for code in case["basket"].get("coupons", []) if code in known]
    return {rules[coupon["rule"]]["offer"] for coupon in laid if coupon["rule"] in rules and _good(coupon, member, who)}


def _good(coupon: Rule, member: Rule | None, who: Buyer) -> bool:
    today = who.local.date().isoformat()
    holder = coupon.get("holder")
    return (
        coupon.get("state", "issued") == "issued"
        and (holder is None or (member is not None and holder == member["id"]))
        and (coupon.get("starts_on") or today) <= today <= (coupon.get("expires_on") or today)
    )
