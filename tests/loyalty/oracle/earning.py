"""Points earned, by the book: the base of each line (D04), and each rule floored once over all its lines (D03)."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from tests.loyalty.oracle.exact import fraction, half_up
from tests.loyalty.oracle.selection import Buyer, covers, holds
from tests.loyalty.oracle.table import units_of

Rule = dict[str, Any]
GOODS_KEYS = ("products", "categories", "excluded_products", "excluded_categories", "price_from", "price_below")


def base_of_line(programme: Rule, net: int, paid: int, tax: int) -> int:
    """What was really paid for a line of goods: with its tax, or without it where the policy says so."""
    inside = (programme.get("tax") or {"mode": "inclusive"})["mode"] == "inclusive"
    with_tax = programme.get("points", {}).get("base", "gross") == "gross"
    if net == 0 or with_tax == inside:
        return net - paid
    return net - paid + tax if with_tax else net - paid - half_up(Fraction(tax * (net - paid), net))


def earned(programme: Rule, lines: list[Rule], bases: dict[int, int], who: Buyer) -> dict[str, int]:
    """The points of each rule that gives any. A guest earns nothing."""
    if who.tier is None:
        return {}
    events = [event for event in programme.get("earning_events", []) if holds(event, who)]
    sets = sorted(programme.get("earning_sets", []), key=lambda each: (each["priority"], each["id"]))
    own = next((each["id"] for each in sets if holds(each, who)), None)
    found = {}
    for rule in programme["earning"]:
        if rule.get("set") in (None, own) and holds(rule, who):
            paid = [line for line in lines if covers(rule, line) and bases[int(line["no"])] > 0]
            found[rule["id"]] = _points(rule, paid, bases, events, who.tier)
    return {rule: points for rule, points in found.items() if points}


def _points(rule: Rule, lines: list[Rule], bases: dict[int, int], events: list[Rule], tier: Rule) -> int:
    total = sum(bases[int(line["no"])] for line in lines)
    if total == 0 or total < rule.get("threshold", 0):
        return 0
    worth = [(_factor(line, events), bases[int(line["no"])], units_of(line)) for line in lines]
    exact = _award(rule, worth, _product(event for event in events if not any(key in event for key in GOODS_KEYS)))
    points = floor(exact * (fraction(tier["earn"]) if rule.get("by_tier") else 1))
    return min(points, int(rule.get("most", points)))


def _award(rule: Rule, worth: list[tuple[Fraction, int, int]], of_order: Fraction) -> Fraction:
    """`worth` has the coefficient, the base and the units of each line."""
    points = Fraction(rule["points"])
    kind = rule.get("kind", "rate")
    if kind == "per_order":
        return points * of_order
    if kind == "per_unit":
        return points * sum((factor * units for factor, _, units in worth), Fraction(0))
    if kind == "rate":
        return points / int(rule["per"]) * sum((factor * base for factor, base, _ in worth), Fraction(0))
    each = sorted((factor for factor, base, _ in worth for _ in range(base)), reverse=True)
    return points / int(rule["per"]) * sum(each[: len(each) - len(each) % rule["per"]], Fraction(0))


def _factor(line: Rule, events: list[Rule]) -> Fraction:
    """The coefficients of all events that cover the line multiply."""
    return _product(event for event in events if covers(event, line))


def _product(events: Any) -> Fraction:
    product = Fraction(1)
    for event in events:
        product *= fraction(event["factor"])
    return product
