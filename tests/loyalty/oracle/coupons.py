"""Which coupon offers a basket may use: the coupons chosen, those of them that are good here and now."""

from __future__ import annotations

from typing import Any

from tests.loyalty.oracle.selection import Buyer

Rule = dict[str, Any]


def chosen_coupons(case: Rule, member: Rule | None, who: Buyer) -> dict[str, str]:
    """By the id of its offer, the code of the first good coupon that was chosen for it."""
    rules = {rule["id"]: rule for rule in case["programme"].get("coupons", [])}
    known = {coupon["code"]: coupon for coupon in case["state"].get("coupons", [])}
    found: dict[str, str] = {}
    for code in case["basket"].get("coupons", []):
        coupon = known.get(code)
        rule = rules.get(coupon["rule"]) if coupon else None
        if coupon and rule and _good(coupon, rule, member, who):
            found.setdefault(rule["offer"], code)
    return found


def _good(coupon: Rule, rule: Rule, member: Rule | None, who: Buyer) -> bool:
    """Not used, in its days, and of this member; a bearer's coupon (no holder) and a transferable one are anyone's."""
    today = who.local.date().isoformat()
    holder = coupon.get("holder")
    return (
        coupon.get("state", "issued") == "issued"
        and (holder is None or rule.get("transferable", False) or (member is not None and holder == member["id"]))
        and (coupon.get("starts_on") or today) <= today <= (coupon.get("expires_on") or today)
    )
