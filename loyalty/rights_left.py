"""Whether the rights that a quote would use are still there when it is settled (D29)."""

from __future__ import annotations

from loyalty.basket import MemberFacts, TillState
from loyalty.coupons import COUPON, find_coupon, unusable
from loyalty.limit_keys import LIMIT, is_leased, limit_key
from loyalty.limits import Scope
from loyalty.moment import Moment
from loyalty.programme import Programme
from loyalty.quote import Quote, RightUse
from loyalty.sale import Refused, Verdict
from loyalty.stamps import STAMP

ONCE = 1  # a birthday right (D19)


def rights_refused(
    quote: Quote, member: MemberFacts | None, state: TillState, programme: Programme, at: Moment
) -> Refused | None:
    """The first right that this till does not have any more, or None: a quote that has grown old burns nothing."""
    counted = _counted_here(quote, programme, at, state)
    for right in quote.rights:
        if right.kind == COUPON:
            coupon = find_coupon(right.key, state)
            why = unusable(coupon, member, programme, at) if coupon else Verdict.COUPON_UNKNOWN
            if why is not None:
                return Refused(why, {"code": right.key})
        elif right.amount > (held := _held(right, state, counted)):
            verdict = Verdict.STAMPS_NOT_AVAILABLE if right.kind == STAMP else Verdict.LIMIT_NOT_AVAILABLE
            return Refused(verdict, {"asked": right.amount, "available": max(0, held)})
    return None


def _held(right: RightUse, state: TillState, counted: dict[str, int]) -> int:
    """What this till has of a right: stamps, a lease, or what is left of a limit that it counts for itself."""
    if right.kind == STAMP:
        return state.stamps.get(right.key, 0)
    if right.kind == LIMIT and is_leased(right.key):
        return state.leased.get(right.key, 0)
    return counted.get(right.key, ONCE) - state.used.get(right.key, 0)


def _counted_here(quote: Quote, programme: Programme, at: Moment, state: TillState) -> dict[str, int]:
    """The terminal limits of the offers applied, by their keys."""
    if not quote.rights:
        return {}
    applied = {reason.offer for reason in quote.reasons}
    return {
        limit_key(offer.id, limit, at.business_date(), None, state.store): limit.most
        for offer in programme.offers
        if offer.id in applied
        for limit in offer.limits
        if limit.scope is Scope.TERMINAL
    }
