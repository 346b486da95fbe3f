"""The steps tier, order and coupon, by the book: what comes off a sum, and coupons for single units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.loyalty.oracle.effect import NOTHING, Effect, Facts, over_lines, within
from tests.loyalty.oracle.exact import divide, fraction, half_up, parts
from tests.loyalty.oracle.item_offers import covered_by
from tests.loyalty.oracle.table import Table, Unit, units_of

Rule = dict[str, Any]
Off = Callable[[Rule, int, Facts], int]


def off_sum(amount: Off) -> Callable[[Rule, Table, Facts], Effect]:
    """An offer that takes `amount` off the sum of what it covers."""

    def apply(offer: Rule, table: Table, facts: Facts) -> Effect:
        covered = covered_by(offer, table)
        off = amount(offer, sum(table.amounts[i] for i in covered), facts)
        return over_lines(table, covered, off, facts.allowance(offer).money)

    return apply


def tier_percent(offer: Rule, total: int, facts: Facts) -> int:
    return half_up(total * fraction(facts.tier["percent_off"])) if facts.tier else 0


def percent_off(offer: Rule, total: int, facts: Facts) -> int:
    if total < offer.get("threshold", 0):
        return 0
    return within(half_up(total * fraction(offer["percent"])), offer.get("most"))


def spend_and_save(offer: Rule, total: int, facts: Facts) -> int:
    reached = [step for step in offer.get("steps", [offer]) if total >= step["threshold"]]
    if not reached:
        return 0
    best = max(reached, key=lambda step: int(step["threshold"]))
    times = total // best["threshold"] if offer.get("repeat") else 1
    return times * int(best["save"])


def coupon_amount(offer: Rule, total: int, facts: Facts) -> int:
    return int(offer["amount"]) if total >= offer.get("threshold", 0) else 0


def category_percent(offer: Rule, table: Table, facts: Facts) -> Effect:
    """Each rate is fixed once on the sum of its categories; a line belongs to the first rate that names it.

    A budget or the order's cap is used up by the rates in their order.
    """
    left, takes = set(covered_by(offer, table)), [0] * len(table.lines)
    for rate in offer["rates"]:
        own = {i for i in left if table.lines[i]["category"] in rate["categories"]}
        left -= own
        weights = [amount if i in own else 0 for i, amount in enumerate(table.amounts)]
        off = half_up(sum(weights) * fraction(rate["percent"]))
        off = within(sum(takes) + off, facts.allowance(offer).money, table.room) - sum(takes)
        takes = [take + share for take, share in zip(takes, divide(off, weights), strict=True)]
    return Effect(tuple(takes)) if any(takes) else NOTHING


def coupon_item(offer: Rule, table: Table, facts: Facts) -> Effect:
    """A percentage off the dearest units, fixed once on their sum."""
    units = _dearest(offer, table)
    off = half_up(sum(unit.cost for unit in units) * fraction(offer.get("percent", [1, 1])))
    return _off_units(offer, table, facts, units, off)


def coupon_exchange(offer: Rule, table: Table, facts: Facts) -> Effect:
    """The dearest units cost what is paid for an exchange; what they cost beyond it comes off."""
    beyond = [Unit(unit.line, max(0, unit.cost - offer["pay"])) for unit in _dearest(offer, table)]
    return _off_units(offer, table, facts, beyond, sum(unit.cost for unit in beyond))


def _dearest(offer: Rule, table: Table) -> list[Unit]:
    """The dearest units at their current amount, ties to the lower line number."""
    covered = covered_by(offer, table)
    units = [Unit(i, worth) for i in covered for worth in parts(table.amounts[i], units_of(table.lines[i]))]
    return sorted(units, key=lambda unit: (-unit.cost, unit.line))[: offer.get("quantity", 1)]


def _off_units(offer: Rule, table: Table, facts: Facts, units: list[Unit], off: int) -> Effect:
    """`off` divided over the lines of these units, in proportion to the units."""
    weights = [sum(unit.cost for unit in units if unit.line == i) for i in range(len(table.lines))]
    off = within(off, facts.allowance(offer).money, table.room)
    return Effect(tuple(divide(off, weights))) if off > 0 else NOTHING
