"""Who stands at the till: tier, wall clock, birthday (D19), and what the limits leave to each offer (D29)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.loyalty.oracle.effect import Allowance
from tests.loyalty.oracle.selection import Buyer

Rule = dict[str, Any]


def local_time(moment: Rule) -> datetime:
    """The shop's wall clock (D20)."""
    instant = datetime.fromtimestamp(moment["utc_ms"] // 1000, UTC)
    return instant.astimezone(ZoneInfo(moment["zone"])).replace(tzinfo=None)


def buyer(case: Rule, member: Rule | None) -> Buyer:
    """The shopper of a case; `member` None prices it for a guest."""
    local, store = local_time(case["moment"]), str(case["state"].get("store", ""))
    if member is None:
        return Buyer(None, local, store)
    policy = case["programme"].get("birthday") or {}
    return Buyer(
        tier_of(case["programme"], member["tier"]),
        local,
        store,
        tuple(member.get("groups", ())),
        kept_birthday(member, local.date(), policy),
        member.get("purchases") == 0,
    )


def tier_of(programme: Rule, tier_id: str) -> Rule:
    """The tier with this id; one that is not known counts as the lowest."""
    tiers: list[Rule] = programme["tiers"]
    known = [tier for tier in tiers if tier["id"] == tier_id]
    return known[0] if known else min(tiers, key=lambda tier: int(tier["rank"]))


def kept_birthday(member: Rule, today: date, policy: Rule) -> int | None:
    """The year of the birthday within ± n days of today (D19)."""
    if member.get("birthday") is None:
        return None
    changed = member.get("birthday_changed_on")
    wait = timedelta(days=policy.get("change_opens_after_days", 30))
    if changed is not None and today < date.fromisoformat(changed) + wait:
        return None
    born = date.fromisoformat(member["birthday"])
    window = policy.get("window_days", 3)
    near = [today + timedelta(days=days) for days in range(-window, window + 1)]
    kept = [day for day in near if _is_birthday(born, day, policy.get("leap_day", "02-28")) and day.year > born.year]
    return kept[0].year if kept else None


def _is_birthday(born: date, day: date, leap_day: str) -> bool:
    month_and_day = f"{born:%m-%d}"
    common = day.year % 4 != 0 or (day.year % 100 == 0 and day.year % 400 != 0)
    if month_and_day == "02-29" and common:
        month_and_day = leap_day
    return f"{day:%m-%d}" == month_and_day


def allowance(offer: Rule, case: Rule, member: Rule | None, who: Buyer) -> Allowance:
    """What is left of the offer's limits on this order, the least in each measure."""
    lefts: dict[str, int] = {}
    for index, limit in enumerate(offer.get("limits", [])):
        left = _left(offer, index, limit, case["state"], member)
        lefts[limit["measure"]] = min(left, lefts.get(limit["measure"], left))
    if offer.get("birthday") and counted(case["state"].get("used", []), offer, "birthday", who.birthday):
        lefts["times"] = 0  # the right was used on another order
    return Allowance(lefts.get("times"), lefts.get("units"), lefts.get("money"))


def _left(offer: Rule, index: int, limit: Rule, state: Rule, member: Rule | None) -> int:
    if limit["scope"] == "order":
        return int(limit["most"])
    if limit["scope"] == "terminal":
        return max(0, int(limit["most"]) - counted(state.get("used", []), offer, "limit", index))
    if limit["scope"] == "member" and member is None:
        return 0  # nobody counts for a guest
    return counted(state.get("leased", []), offer, "limit", index)


def counted(counters: list[Rule], offer: Rule, what: str, number: int | None) -> int:
    """What the counters of a case hold: each names an offer, a `limit` by its place or a `birthday` by its year."""
    return sum(each["amount"] for each in counters if each["offer"] == offer["id"] and each.get(what) == number)
