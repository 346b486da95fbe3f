"""Random members, moments and tills: who buys when, and what is left of limits, stamps, points and coupons."""

from __future__ import annotations

from random import Random
from typing import Any

Rule = dict[str, Any]

DAY, WEEKDAY = "2026-03-01", 7  # most cases are on this Sunday
NOON_MS = 1_772_337_600_000  # 2026-03-01 12:00 in Shanghai
HOUR_MS = 3_600_000
STORES = ("s01", "s02")
GROUPS = ("vip", "staff")


def moment(draw: Random) -> Rule:
    """Mostly noon; also the ends of spans of hours, and a night on which the days differ (D20)."""
    hours = draw.choice((0, 0, 0, -1, 1, 5, 6, -13, 24))
    return {"utc_ms": NOON_MS + hours * HOUR_MS, "zone": "Asia/Shanghai", "cutoff_hours": 4}


def member(draw: Random) -> Rule | None:
    if draw.random() < 0.25:
        return None
    found: Rule = {"id": "m1", "tier": draw.choice(("regular", "gold", "gold", "unknown")), "groups": []}
    if draw.random() < 0.6:
        found["birthday"] = draw.choice(("1990-03-01", "1990-02-26", "1990-03-05", "1988-02-29", "2026-03-01"))
    if draw.random() < 0.2:
        found["birthday_changed_on"] = draw.choice(("2026-01-30", "2026-01-31", "2025-06-01"))
    if draw.random() < 0.5:
        found["groups"] = sorted(draw.sample(GROUPS, draw.randint(1, 2)))
    if draw.random() < 0.7:
        found["purchases"] = draw.choice((0, 0, 3))
    return found


def state(draw: Random, programme: Rule, who: Rule | None, at: Rule) -> tuple[Rule, list[str]]:
    """What the till knows, and the codes of the coupons chosen."""
    used, leased = _counters(draw, programme["offers"])
    coupons = [_coupon(draw, rule["id"], place) for place, rule in enumerate(programme["coupons"])]
    coupons += [_coupon(draw, rule["id"], 10 + place) for place, rule in enumerate(programme["coupons"][:1])]
    chosen = [coupon["code"] for coupon in coupons if draw.random() < 0.85]
    cards = [offer["id"] for offer in programme["offers"] if offer["kind"] == "stamp_card"]
    found = {
        "store": draw.choice(STORES),
        "assurance": draw.choice(("P4", "P4", "P3", "P1", "P0")),
        "copyable_used": draw.choice((0, 0, 50, 3000)),
        "lots": [_lot(draw, place) for place in range(draw.choice((0, 1, 2)))],
        "used": used,
        "leased": leased,
        "coupons": coupons,
        "stamps": {id: draw.choice((0, 1, 2, 3, 10, 25)) for id in cards},
    }
    return found, chosen


def _lot(draw: Random, place: int) -> Rule:
    expires = draw.choice((None, "2026-02-28", DAY, "2026-12-31"))
    return {
        "id": f"lot{place}",
        "points": draw.choice((1, 30, 99, 100, 1000)),
        "earned_on": "2026-01-01",
        "expires_on": expires,
    }


def _coupon(draw: Random, rule: str, place: int) -> Rule:
    """Mostly good: of this member or of its bearer, in its days, not used."""
    found: Rule = {"code": f"code{place}", "rule": rule, "holder": draw.choice((None, "m1", "m1", "m1", "other"))}
    if draw.random() < 0.2:
        found["starts_on"] = draw.choice((DAY, "2026-02-01", "2026-03-02"))
    if draw.random() < 0.2:
        found["expires_on"] = draw.choice((DAY, "2026-12-31", "2026-02-28"))
    if draw.random() < 0.08:
        found["state"] = draw.choice(("used", "expired", "cancelled"))
    return found


def _counters(draw: Random, offers: list[Rule]) -> tuple[list[Rule], list[Rule]]:
    """What this till has used, and what HQ has placed here; mostly so that something is left."""
    used, leased = [], []
    for offer in offers:
        for place, limit in enumerate(offer.get("limits", [])):
            counter = {"offer": offer["id"], "limit": place}
            if limit["scope"] == "terminal":
                used.append({**counter, "amount": draw.choice((0, 0, 1, 2, 100))})
            elif limit["scope"] != "order" and draw.random() < 0.8:
                leased.append({**counter, "amount": draw.choice((0, 1, 2, 5, 100, 500))})
        if offer.get("birthday") and draw.random() < 0.2:
            used.append({"offer": offer["id"], "birthday": draw.choice((2025, 2026)), "amount": 1})
    return used, leased
