"""The oracle's whole answer to a case: what the basket costs, why, and what is earned."""

from __future__ import annotations

from typing import Any

from tests.loyalty.oracle import earning, missed, points, rights, tax
from tests.loyalty.oracle.coupons import chosen_coupons
from tests.loyalty.oracle.effect import Facts
from tests.loyalty.oracle.exact import divide, fraction, parts
from tests.loyalty.oracle.search import KINDS, Choice, Outcome, best
from tests.loyalty.oracle.selection import Buyer, holds, is_goods
from tests.loyalty.oracle.shopper import allowance, buyer
from tests.loyalty.oracle.table import Table, gross, units_of

Rule = dict[str, Any]


def answer(case: Rule, choose: Choice = best) -> dict[str, Any]:
    """What the case must give; `choose` finds the best outcome."""
    guest, own = outcome(case, None, choose), outcome(case, case.get("member"), choose)
    who = buyer(case, case.get("member"))
    chosen = min(own, guest, key=lambda each: each.preference)
    lines, rules, nets = case["basket"]["lines"], case["programme"].get("tax"), _nets(case, chosen)
    others = sum(nets.values()) - sum(chosen.table.amounts)
    use = points.use(case, max(0, sum(chosen.table.amounts) + min(0, others)))
    paid = dict.fromkeys(nets, 0) | dict(zip(_numbers(chosen), divide(use["money"], chosen.table.amounts), strict=True))
    taxes = tax.by_line(lines, nets, rules)
    bases = {
        no: earning.base_of_line(case["programme"], nets[no], paid[no], taxes[no][1]) if no in _numbers(chosen) else 0
        for no in nets
    }
    rates = tax.totals(lines, nets, rules)
    return {
        "gross": sum(gross(line) for line in lines),
        "net": sum(nets.values()),
        "due": sum(nets.values()) + tax.on_top(rates, rules) - use["money"],
        "guest_net": sum(_nets(case, guest).values()),
        "reasons": [[each.offer["id"], KINDS[each.offer["kind"]][0], each.effect.amount] for each in chosen.applied],
        "nets": nets,
        "bases": bases,
        "paid": paid,
        "units": {int(line["no"]): _units(line, nets) for line in lines},
        "takes": _takes(chosen),
        "use": use,
        "earned": earning.earned(case["programme"], lines, bases, who),
        "taxes": rates,
        "tax of lines": taxes,
        "rights": rights.used(case, chosen, who),
        "missed": missed.missed(case, chosen, who),
    }


def _units(line: Rule, nets: dict[int, int]) -> list[int]:
    """What each unit of a line was reduced by, the first units first (D02)."""
    return parts(gross(line) - nets[int(line["no"])], units_of(line))


def outcome(case: Rule, member: Rule | None, choose: Choice = best) -> Outcome:
    """The best outcome for this member, or for a guest."""
    who, cap = buyer(case, member), case["programme"].get("order_cap")
    table, facts = Table.laid(case["basket"]["lines"]), facts_of(case, member, who)
    offers = [offer for offer in case["programme"]["offers"] if _competes(offer, case, who, facts)]
    return choose(table, offers, facts, None if cap is None else fraction(cap))


def facts_of(case: Rule, member: Rule | None, who: Buyer) -> Facts:
    offers = case["programme"]["offers"]
    return Facts(
        tier=who.tier,
        stamps=dict(case["state"].get("stamps", {})) if member else {},
        allowances={offer["id"]: allowance(offer, case, member, who) for offer in offers},
        chosen=frozenset(chosen_coupons(case, member, who)),
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
