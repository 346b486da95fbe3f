"""What a sale earns: every rule floored once over all its lines, after all coefficients (D03)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from math import prod

from loyalty.audience import Shopper
from loyalty.basket import Line
from loyalty.earning_rules import ALL_GOODS, Covered, EarningEvent, EarningRule
from loyalty.programme import Programme
from loyalty.quote import Earned
from loyalty.tiers import Tier

ONE = Fraction(1)


def earn(lines: Sequence[Line], bases: Sequence[int], programme: Programme, shopper: Shopper) -> tuple[Earned, ...]:
    """The points of each rule that gives any, in the order of the programme. A guest earns nothing.

    `bases` are the points bases of `lines` (D04). After a return give what is left of both, under the programme and
    with the shopper of the sale (D11): each line with its remaining quantity, and the base of those units. The order
    of the lines does not matter, and fewer goods never earn more.
    """
    tier = shopper.tier
    if tier is None:
        return ()
    events = [event for event in programme.earning_events if event.audience.barred(shopper) is None]
    factors = [_factor(line, events) for line in lines]
    order_factor = prod((event.factor for event in events if event.goods == ALL_GOODS), start=ONE)
    earned = []
    for rule in rules_for(programme, shopper):
        points = _points(rule, _covered(rule, lines, bases, factors), order_factor, tier)
        if points:
            earned.append(Earned(rule.id, points))
    return tuple(earned)


def rules_for(programme: Programme, shopper: Shopper) -> tuple[EarningRule, ...]:
    """The rules of no set and those of the first set whose audience holds, each with its own audience (F065)."""
    sets = programme.earning_sets
    chosen = next((each.id for each in sets if each.audience.barred(shopper) is None), None)
    return tuple(
        rule for rule in programme.earning if rule.set in (None, chosen) and rule.audience.barred(shopper) is None
    )


def _factor(line: Line, events: Sequence[EarningEvent]) -> Fraction:
    """The coefficients of all events that cover the line multiply."""
    return prod((event.factor for event in events if event.goods.covers(line)), start=ONE)


def _covered(
    rule: EarningRule, lines: Sequence[Line], bases: Sequence[int], factors: Sequence[Fraction]
) -> list[Covered]:
    """The goods of the rule that something was paid for, by coefficient, the highest first."""
    sums: dict[Fraction, list[int]] = defaultdict(lambda: [0, 0])
    for line, base, factor in zip(lines, bases, factors, strict=True):
        if base > 0 and rule.goods.covers(line):
            sums[factor][0] += base
            sums[factor][1] += line.quantity
    return [Covered(factor, *sums[factor]) for factor in sorted(sums, reverse=True)]


def _points(rule: EarningRule, covered: Sequence[Covered], order_factor: Fraction, tier: Tier) -> int:
    base = sum(part.base for part in covered)
    if base == 0 or base < rule.threshold:
        return 0
    exact = rule.award.exact(covered, order_factor) * (tier.earn if rule.by_tier else ONE)
    return min(exact.numerator // exact.denominator, rule.most)
