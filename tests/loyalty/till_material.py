"""A basket at the till, for the tests of the parts of the engine."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty import Line, MemberFacts, Programme, TillState
from loyalty.checkout import Checkout, Contender
from loyalty.conditions import Conditions, buyer_of
from loyalty.moment import Moment
from tests.loyalty.material import NOON


def conditions(
    rules: Programme,
    lines: Sequence[Line],
    who: MemberFacts | None = None,
    *,
    state: TillState | None = None,
    removed: Sequence[str] = (),
    coupons: Sequence[str] = (),
    at: Moment = NOON,
) -> Conditions:
    buyer = buyer_of(who, rules, at, state or TillState(), frozenset(removed), frozenset(coupons))
    return Conditions(rules.index, buyer, rules.index.touched(lines))


def checkout(rules: Programme, lines: Sequence[Line], tier: str | None = None) -> Checkout:
    return Checkout(lines, rules.tier(tier) if tier else None, rules.order_cap)


def contenders(rules: Programme, lines: Sequence[Line], who: MemberFacts | None = None) -> list[Contender]:
    """The offers that compete, in the order of the pipeline; coupons count as chosen."""
    ids = [offer.id for offer in rules.offers]
    return conditions(rules, lines, who, coupons=ids).contenders(checkout(rules, lines, who.tier if who else None))
