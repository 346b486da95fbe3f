"""Tax, fixed once for each rate on what its lines cost, half up (D07)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.loyalty.oracle.exact import divide, fraction, half_up

Rule = dict[str, Any]
BEYOND_DEFAULT = ("tip", "gift_card")  # no turnover, so a rate must name their category


def rate_of(line: Rule, rules: Rule) -> str:
    """The id of the rate of a line, "" for none."""
    named = [rate["id"] for rate in rules["rates"] if line["category"] in rate.get("categories", [])]
    if named:
        return str(named[0])
    return "" if line.get("kind") in BEYOND_DEFAULT else str(rules.get("default") or "")


def totals(lines: list[Rule], nets: dict[int, int], rules: Rule | None) -> list[list[Any]]:
    """For each rate that has lines: its id, the sum without tax, the tax."""
    found = []
    for rate in (rules or {"rates": []})["rates"]:
        own = [int(line["no"]) for line in lines if rate_of(line, rules or {}) == rate["id"]]
        if own:
            total = sum(nets[no] for no in own)
            tax = _of(total, rate, rules or {})
            found.append([rate["id"], total - tax if _inside(rules or {}) else total, tax])
    return found


def by_line(lines: list[Rule], nets: dict[int, int], rules: Rule | None) -> dict[int, list[Any]]:
    """The rate and the tax of each line. What comes back at a rate has its tax fixed once, below zero; the lines above
    zero carry the rest."""
    found = {int(line["no"]): ["", 0] for line in lines}
    for rate in (rules or {"rates": []})["rates"]:
        own = sorted(int(line["no"]) for line in lines if rate_of(line, rules or {}) == rate["id"])
        given, back = [max(0, nets[no]) for no in own], [max(0, -nets[no]) for no in own]
        tax, tax_back = (_of(total, rate, rules or {}) for total in (sum(given) - sum(back), sum(back)))
        shares = zip(divide(tax + tax_back, given), divide(tax_back, back), strict=True)
        found |= {no: [rate["id"], one - other] for no, (one, other) in zip(own, shares, strict=True)}
    return found


def on_top(rates: list[list[Any]], rules: Rule | None) -> int:
    return 0 if rules is None or _inside(rules) else sum(tax for _, _, tax in rates)


def _inside(rules: Rule) -> bool:
    return bool(rules["mode"] == "inclusive")


def _of(total: int, rate: Rule, rules: Rule) -> int:
    """The part of `total` that is tax, a half rounded away from zero."""
    part = fraction(rate["rate"])
    exact = abs(total) * (part / (1 + part) if _inside(rules) else part)
    return half_up(Fraction(exact)) * (1 if total >= 0 else -1)
