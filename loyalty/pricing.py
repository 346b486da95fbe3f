"""`price`: from a basket to a quote, by the declared pipeline (D06) and the best lawful combination (D26)."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty.basket import Basket, Line, MemberFacts, TillState
from loyalty.checks import check_inputs
from loyalty.combination import Combination, best_combination
from loyalty.conditions import Shopper
from loyalty.explain import line_reasons, missed_offers, reasons
from loyalty.moment import Moment
from loyalty.money import allocate, split_units
from loyalty.pipeline import Run, gross_of
from loyalty.points import earn, rights, use_points
from loyalty.programme import Programme
from loyalty.quote import Quote, QuoteLine

ENGINE = "1"  # changes whenever the same inputs may give another result (D21)


def price(basket: Basket, member: MemberFacts | None, programme: Programme, at: Moment, state: TillState) -> Quote:
    """The quote for `basket`, for a member or a guest (None). Same inputs, same quote; line order does not matter.

    Guarantees: no line below zero; a member never pays more than a guest; every amount has its reasons.
    Raises ValueError for inputs that a counter must have refused (`checks`).
    """
    check_inputs(basket, at, state)
    lines = sorted(basket.lines, key=lambda line: line.no)
    tier = programme.tier(member.tier) if member else None
    shopper = Shopper(tier, at.local().date(), basket.removed)
    chosen, guest_net = _choose(lines, programme, shopper)
    net = chosen.run.net
    use = use_points(basket.points, net, rights(member, state, programme, at), programme.points_as_money)
    bases = [
        line_net - paid for line_net, paid in zip(chosen.run.nets, allocate(use.money, chosen.run.nets), strict=True)
    ]
    return Quote(
        currency=programme.currency,
        gross=sum(gross_of(lines)),
        net=net,
        due=net - use.money,
        guest_net=guest_net,
        lines=_quote_lines(lines, chosen.run, bases),
        reasons=reasons(chosen.run),
        missed=missed_offers(lines, programme.offers, shopper, chosen.run),
        use=use,
        earned=earn(lines, bases, programme.earning, tier),
        proven=chosen.proven,
        programme=programme.id,
        version=programme.version,
        engine=ENGINE,
    )


def _choose(lines: Sequence[Line], programme: Programme, shopper: Shopper) -> tuple[Combination, int]:
    """The combination to apply, and what a guest would pay: the guest's basket is always a candidate (D26)."""
    guest = best_combination(lines, programme.offers, Shopper(None, shopper.today, shopper.removed))
    if shopper.tier is None:
        return guest, guest.run.net
    own = best_combination(lines, programme.offers, shopper)
    if guest.run.preference < own.run.preference:  # only where the member's own search is best effort
        own = Combination(guest.run, own.proven)
    return own, guest.run.net


def _quote_lines(lines: Sequence[Line], done: Run, bases: Sequence[int]) -> tuple[QuoteLine, ...]:
    quoted = []
    for index, (line, gross, net) in enumerate(zip(lines, gross_of(lines), done.nets, strict=True)):
        units = split_units(gross - net, line.quantity)
        why = line_reasons(done, index)
        quoted.append(QuoteLine(line.no, line.gtin, line.quantity, gross, net, bases[index], units, why))
    return tuple(quoted)
