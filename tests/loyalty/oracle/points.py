"""Points as money (D08), and what the member may use of them here and now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.loyalty.oracle.exact import fraction

Rule = dict[str, Any]


def use(case: Rule, payable: int) -> dict[str, Any]:
    """How many points pay how much of `payable`, and why not more: the first bound that the wish exceeds."""
    rule, asked = case["programme"]["points_as_money"], case["basket"].get("points", 0)
    bounds = [*_rights(case), *_of_order(rule, payable)]
    available = whole(min(points for _, points in bounds), rule)
    points = min(whole(asked, rule), available)
    stopped = [name for name, most in bounds if asked > most] or ["whole_units"]
    return {
        "asked": asked,
        "points": points,
        "money": points // rule["points"] * rule["money"],
        "available": available,
        "limited_by": None if points == asked else stopped[0],
    }


def whole(points: int, rule: Rule) -> int:
    """Whole units only."""
    return points // int(rule["points"]) * int(rule["points"])


def _rights(case: Rule) -> list[tuple[str, int]]:
    state, programme = case["state"], case["programme"]
    instant = datetime.fromtimestamp(case["moment"]["utc_ms"] // 1000, UTC)
    today = instant.astimezone(ZoneInfo(programme["zone"])).date().isoformat()
    good = [lot["points"] for lot in state.get("lots", []) if (lot.get("expires_on") or today) >= today]
    assurance = state.get("assurance", "P0")
    found = [("available", sum(good))]
    if assurance == "P0":
        found.insert(0, ("assurance", 0))
    if case.get("member") is None:
        found.insert(0, ("not_a_member", 0))
    if assurance in ("P1", "P2"):
        left = programme["limits"]["copyable_daily_points"] - state.get("copyable_used", 0)
        found.append(("copyable_daily", max(0, left)))
    return found


def _of_order(rule: Rule, payable: int) -> list[tuple[str, int]]:
    cap = fraction(rule["cap"])
    share = payable * cap
    order = ("order", payable // rule["money"] * rule["points"])
    if cap >= 1:
        return [order]
    return [("cap", share.numerator // share.denominator // rule["money"] * rule["points"]), order]
