"""What each point of a quote is for: the rule, the base that it was earned on, and every coefficient."""

from __future__ import annotations

from collections.abc import Iterator

from loyalty import EarningRule, Quote
from loyalty.audience import Shopper
from loyalty.conditions import buyer_of
from loyalty.currency import amount_text
from loyalty.earning_rules import ByRate, ForEachFull, PerOrder, PerUnit
from terminal.commands.quote_case import Case
from terminal.commands.quote_words import counted, lines_text, name_text


def earned_sentences(quote: Quote, case: Case) -> Iterator[str]:
    """One sentence for each rule that gives points, and one for each event that multiplies them."""
    rules = {rule.id: rule for rule in case.programme.earning}
    for earned in quote.earned:
        rule = rules[earned.rule]
        bases = _bases(rule, quote, case)
        on = f"{amount_text(sum(bases.values()), quote.currency)} really paid for {lines_text(bases)}"
        yield f"{name_text(rule.name)} [{rule.id}]: {counted(earned.points, 'point')} on {on}; {_rate(rule, case)}"
    if quote.earned:
        shopper = buyer_of(case.member, case.programme, case.at, case.state, frozenset(), frozenset()).shopper
        yield from _events(shopper, case)


def _bases(rule: EarningRule, quote: Quote, case: Case) -> dict[int, int]:
    """The base of each line that the rule covers (D04)."""
    covered = {line.no for line in case.basket.lines if rule.goods.covers(line)}
    return {line.no: line.base for line in quote.lines if line.no in covered and line.base > 0}


def _rate(rule: EarningRule, case: Case) -> str:
    """`1 point for 10.00, times 3/2 for Gold, floored once`."""
    tier = case.programme.tier(case.member.tier) if case.member else None
    by_tier = f", times {tier.earn} for {name_text(tier.name)}" if rule.by_tier and tier else ""
    return f"{_award(rule, case.programme.currency)}{by_tier}, floored once"


def _award(rule: EarningRule, currency: str) -> str:
    award = rule.award
    if isinstance(award, ByRate):
        points, per = award.rate.as_integer_ratio()
        return f"{counted(points, 'point')} for {amount_text(per, currency)}"
    if isinstance(award, ForEachFull):
        return f"{counted(award.points, 'point')} for each full {amount_text(award.per, currency)}"
    if isinstance(award, PerUnit):
        return f"{counted(award.points, 'point')} for each unit"
    assert isinstance(award, PerOrder)
    return f"{counted(award.points, 'point')} for the order"


def _events(shopper: Shopper, case: Case) -> Iterator[str]:
    for event in case.programme.earning_events:
        if event.audience.barred(shopper) is None:
            yield f"{name_text(event.name)} [{event.id}]: times {event.factor} on the goods that it covers"
