"""The oracle's whole answer to a case: what the basket costs, why, and what is earned."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from tests.loyalty.oracle import points
from tests.loyalty.oracle.coupons import chosen_offers
from tests.loyalty.oracle.effect import Facts
from tests.loyalty.oracle.exact import divide, fraction
from tests.loyalty.oracle.search import KINDS, Outcome, best
from tests.loyalty.oracle.selection import Buyer, holds, is_goods
from tests.loyalty.oracle.shopper import allowance, buyer
from tests.loyalty.oracle.table import Table, gross

Rule = dict[str, Any]


def answer(case: Rule) -> dict[str, Any]:
    """What the case must give, in the terms of the quote's JSON; only what the oracle can judge."""
    guest, own = outcome(case, None), outcome(case, case.get("member"))
    chosen = min(own, guest, key=lambda each: each.preference)
    nets = _nets(case, chosen)
    goods = sum(chosen.table.amounts)
    use = points.use(case, goods)
    paid = dict(zip(_numbers(chosen), divide(use["money"], chosen.table.amounts), strict=True))
    return {
        "gross": sum(gross(line) for line in case["basket"]["lines"]),
        "net": sum(nets.values()),
        "due": sum(nets.values()) - use["money"],
        "guest_net": sum(_nets(case, guest).values()),
        "reasons": [[each.offer["id"], KINDS[each.offer["kind"]][0], each.effect.amount] for each in chosen.applied],
        "nets": nets,
        "bases": {no: net - paid[no] for no, net in nets.items() if no in paid},
        "takes": _takes(chosen),
        "use": use,
        "earned": earned(case, {no: nets[no] - paid[no] for no in paid}),
    }


def outcome(case: Rule, member: Rule | None) -> Outcome:
    """The best outcome for this member, or for a guest."""
    who, cap = buyer(case, member), case["programme"].get("order_cap")
    table, facts = Table.laid(case["basket"]["lines"]), facts_of(case, member, who)
    offers = [offer for offer in case["programme"]["offers"] if _competes(offer, case, who, facts)]
    return best(table, offers, facts, None if cap is None else fraction(cap))


def facts_of(case: Rule, member: Rule | None, who: Buyer) -> Facts:
    offers = case["programme"]["offers"]
    return Facts(
        tier=who.tier,
        stamps=dict(case["state"].get("stamps", {})) if member else {},
        allowances={offer["id"]: allowance(offer, case, member, who) for offer in offers},
        chosen=frozenset(chosen_offers(case, member, who)),
    )


def _competes(offer: Rule, case: Rule, who: Buyer, facts: Facts) -> bool:
    """Whether the offer may be applied at all. A coupon's offer needs its coupon."""
    chosen = KINDS[offer["kind"]][0] != "coupon" or offer["id"] in facts.chosen
    removed = offer["id"] in case["basket"].get("removed", [])
    return chosen and not removed and holds(offer, who) and not facts.allowance(offer).exhausted


def _numbers(outcome: Outcome) -> list[int]:
    return [int(line["no"]) for line in outcome.table.lines]


def _nets(case: Rule, outcome: Outcome) -> dict[int, int]:
    """By line number, all lines; what is no goods is added unchanged."""
    others = {int(line["no"]): gross(line) for line in case["basket"]["lines"] if not is_goods(line)}
    return dict(sorted({**others, **dict(zip(_numbers(outcome), outcome.table.amounts, strict=True))}.items()))


def _takes(outcome: Outcome) -> dict[str, dict[int, int]]:
    """What each applied offer took off each line."""
    numbers = _numbers(outcome)
    return {
        each.offer["id"]: {no: take for no, take in zip(numbers, each.effect.takes, strict=True) if take}
        for each in outcome.applied
    }


def earned(case: Rule, bases: dict[int, int]) -> dict[str, int]:
    """Points of each rule, floored once over its lines (D03). A guest earns nothing."""
    member = case.get("member")
    if member is None:
        return {}
    tier = buyer(case, member).tier or {}
    categories = {int(line["no"]): line["category"] for line in case["basket"]["lines"]}
    found = {}
    for rule in case["programme"]["earning"]:
        excluded = rule.get("excluded_categories", [])
        base = sum(amount for no, amount in bases.items() if categories[no] not in excluded)
        rate = Fraction(rule["points"], rule["per"]) * (fraction(tier["earn"]) if rule.get("by_tier") else 1)
        found[rule["id"]] = floor(base * rate)
    return {rule: many for rule, many in found.items() if many}
