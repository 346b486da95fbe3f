"""Coupons at the till: which of the chosen ones are good, and what use, gift, cancelling and return do to one.

One coupon is one unit of the asset `coupon`, its code the lot. It lies in the lease of one till or in HQ's pool, so
it cannot be used twice: the account must hold it. A refund brings it back with its old dates, or not at all (D05).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from loyalty.basket import MemberFacts, TillState
from loyalty.coupon import Coupon, CouponState
from loyalty.coupon_rule import CouponRule
from loyalty.ledger import Account, Asset, Posting
from loyalty.moment import Moment
from loyalty.offers import Offer
from loyalty.programme import Programme
from loyalty.quote import CouponAnswer, RightUse, Step
from loyalty.sale import Refused, Verdict

COUPON = "coupon"  # the kind of a `RightUse` that is a coupon
_GONE = {
    CouponState.USED: Verdict.COUPON_USED,
    CouponState.CANCELLED: Verdict.COUPON_CANCELLED,
    CouponState.EXPIRED: Verdict.COUPON_EXPIRED,
}


@dataclass(frozen=True)
class ChosenCoupons:
    """`chosen`: by the id of its offer, the coupon that may be used; `refused`: an answer for each of the others."""

    chosen: Mapping[str, Coupon]
    refused: tuple[CouponAnswer, ...] = ()

    def answers(self, applied: Sequence[str]) -> tuple[CouponAnswer, ...]:
        """One answer for each code. A good coupon whose offer was not `applied` stays with its holder."""
        used = [
            CouponAnswer(coupon.code, offer in applied, None if offer in applied else Verdict.COUPON_NOT_NEEDED)
            for offer, coupon in self.chosen.items()
        ]
        return (*used, *self.refused)

    def uses(self, applied: Sequence[str]) -> tuple[RightUse, ...]:
        """The coupons that a sale with these offers uses up."""
        return tuple(RightUse(COUPON, coupon.code, 1) for offer, coupon in self.chosen.items() if offer in applied)


@dataclass(frozen=True)
class CouponMove:
    """The coupon as it is afterwards, and the postings that took it there; they sum to zero for each asset."""

    coupon: Coupon
    postings: tuple[Posting, ...]


@dataclass(frozen=True)
class GivenCoupon:
    """The coupon with its new holder. Each member's postings balance, so that each is an operation of its own."""

    coupon: Coupon
    giver: tuple[Posting, ...]
    receiver: tuple[Posting, ...]


def choose_coupons(
    codes: Sequence[str], member: MemberFacts | None, state: TillState, programme: Programme, at: Moment
) -> ChosenCoupons:
    """Which of the coupons with these codes may be used on one order. `member` None is a guest.

    At most one coupon of one offer is used in an order: the first code given stands. A code given twice counts once.
    Whether the offer then takes something off is for `price` to say. `why` of a refusal is a `Verdict`.
    """
    known = {coupon.code: coupon for coupon in state.coupons}
    chosen: dict[str, Coupon] = {}
    refused = []
    for code in dict.fromkeys(codes):
        offer = _offer_of(known.get(code), member, programme, at)
        if not isinstance(offer, Verdict) and offer.id in chosen:
            offer = Verdict.COUPON_SAME_OFFER
        if isinstance(offer, Verdict):
            refused.append(CouponAnswer(code, False, offer))
        else:
            chosen[offer.id] = known[code]
    return ChosenCoupons(chosen, tuple(refused))


def _offer_of(coupon: Coupon | None, member: MemberFacts | None, programme: Programme, at: Moment) -> Offer | Verdict:
    """The offer that a coupon is for, or why it cannot be used on a basket."""
    if coupon is None:
        return Verdict.COUPON_UNKNOWN
    rule = usable_rule(coupon, member, programme, at)
    if isinstance(rule, Verdict):
        return rule
    if rule.offer is None:
        return Verdict.COUPON_FOR_SERVICE
    offer = programme.offer(rule.offer)
    return offer if offer is not None and offer.step is Step.COUPON else Verdict.COUPON_OFFER_UNKNOWN


def usable_rule(coupon: Coupon, member: MemberFacts | None, programme: Programme, at: Moment) -> CouponRule | Verdict:
    """The rule of a coupon that this member may use now, or why not: its state, its days, its rule, its holder."""
    gone = _GONE.get(coupon.state)
    if gone is not None:
        return gone
    today = at.local().date()
    if coupon.starts_on is not None and today < date.fromisoformat(coupon.starts_on):
        return Verdict.COUPON_NOT_YET
    if _is_over(coupon, today):
        return Verdict.COUPON_EXPIRED
    rule = programme.coupon(coupon.rule)
    if rule is None:
        return Verdict.COUPON_OFFER_UNKNOWN
    if coupon.holder is None or rule.transferable or (member is not None and member.id == coupon.holder):
        return rule
    return Verdict.COUPON_NOT_YOURS


def unusable(coupon: Coupon, member: MemberFacts | None, programme: Programme, at: Moment) -> Verdict | None:
    """Why this coupon cannot be used by this member now, or None."""
    rule = usable_rule(coupon, member, programme, at)
    return rule if isinstance(rule, Verdict) else None


def _is_over(coupon: Coupon, today: date) -> bool:
    return coupon.expires_on is not None and today > date.fromisoformat(coupon.expires_on)


def use_coupon(
    code: str, member: MemberFacts | None, state: TillState, programme: Programme, at: Moment
) -> CouponMove | Refused:
    """Use a coupon for a service, without a basket. One that is for an offer needs its basket, so it is refused."""
    coupon = find_coupon(code, state)
    if coupon is None:
        return _refused(Verdict.COUPON_UNKNOWN, code)
    rule = usable_rule(coupon, member, programme, at)
    if isinstance(rule, Verdict):
        return _refused(rule, code)
    if rule.offer is not None:
        return _refused(Verdict.COUPON_FOR_BASKET, code)
    return CouponMove(replace(coupon, state=CouponState.USED), use_postings(code))


def give_coupon(
    code: str, giver: MemberFacts, receiver_id: str, state: TillState, programme: Programme, at: Moment
) -> GivenCoupon | Refused:
    """Hand a coupon over to another member for good; its dates stay. Only its holder can, and only if its rule lets
    it; what a bearer gives is the receiver's from then on.

    Raises ValueError if the receiver is the giver.
    """
    if receiver_id == giver.id:
        raise ValueError(f"coupon {code}: its holder and its receiver are the same member")
    coupon = find_coupon(code, state)
    if coupon is None:
        return _refused(Verdict.COUPON_UNKNOWN, code)
    rule = usable_rule(replace(coupon, starts_on=None), giver, programme, at)  # one that is good later can go now
    if isinstance(rule, Verdict):
        return _refused(rule, code)
    if coupon.holder not in (None, giver.id):
        return _refused(Verdict.COUPON_NOT_YOURS, code)
    if not rule.transferable:
        return _refused(Verdict.COUPON_NOT_TRANSFERABLE, code)
    out, into = (_move(code, Account.LEASE, Account.MOVED), _move(code, Account.MOVED, Account.LEASE))
    return GivenCoupon(replace(coupon, holder=receiver_id), out, into)


def cancel_coupon(coupon: Coupon) -> CouponMove | Refused:
    """Take a coupon back that was issued by mistake or whose purchase was returned. Only an unused one can be."""
    if coupon.state is not CouponState.ISSUED:
        return _refused(_GONE[coupon.state], coupon.code)
    return CouponMove(
        replace(coupon, state=CouponState.CANCELLED), _move(coupon.code, Account.LEASE, Account.CANCELLED)
    )


def coupon_after_refund(coupon: Coupon, *, full: bool, at: Moment) -> CouponMove | None:
    """The used coupon comes back only on full return, with its old expiry; one that has expired comes back expired.

    None: it stays used, as after a return of a part (D05). Raises ValueError if the coupon was not used.
    """
    if coupon.state is not CouponState.USED:
        raise ValueError(f"coupon {coupon.code} is {coupon.state}: only a used one can come back")
    if not full:
        return None
    over = _is_over(coupon, at.local().date())
    back = replace(coupon, state=CouponState.EXPIRED if over else CouponState.ISSUED)
    return CouponMove(back, _move(coupon.code, Account.REDEEMED, Account.EXPIRED if over else Account.LEASE))


def expire_coupon(coupon: Coupon, at: Moment) -> CouponMove | None:
    """End an unused coupon after its last day; None while it may still be used, or when it is gone already."""
    if coupon.state is not CouponState.ISSUED or not _is_over(coupon, at.local().date()):
        return None
    return CouponMove(replace(coupon, state=CouponState.EXPIRED), _move(coupon.code, Account.LEASE, Account.EXPIRED))


def find_coupon(code: str, state: TillState) -> Coupon | None:
    return next((coupon for coupon in state.coupons if coupon.code == code), None)


def use_postings(code: str) -> tuple[Posting, ...]:
    """What the use of a coupon does, in a sale or alone."""
    return _move(code, Account.LEASE, Account.REDEEMED)


def _move(code: str, out_of: Account, into: Account) -> tuple[Posting, ...]:
    return (Posting(out_of, Asset.COUPON, code, -1), Posting(into, Asset.COUPON, code, 1))


def _refused(why: Verdict, code: str) -> Refused:
    return Refused(why, {"code": code})
