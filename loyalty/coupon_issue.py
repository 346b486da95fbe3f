"""Issuing a coupon: by a purchase, for points, on reaching a tier, or by HQ (F116, F119)."""

from __future__ import annotations

from loyalty.basket import MemberFacts, TillState
from loyalty.coupon import Coupon
from loyalty.coupon_rule import CouponRule, IssuedBy
from loyalty.coupons import CouponMove
from loyalty.handed_out import HandedOut
from loyalty.ledger import Account, Asset, Posting
from loyalty.moment import Moment
from loyalty.programme import Programme
from loyalty.quote import Miss
from loyalty.reward_points import refuse_points, spend_points
from loyalty.right_postings import right_postings
from loyalty.sale import Refused, Verdict


def issue_coupon(
    rule: CouponRule,
    code: str,
    member: MemberFacts | None,
    state: TillState,
    programme: Programme,
    at: Moment,
    net: int = 0,
    into: Account = Account.LEASE,
) -> CouponMove | Refused:
    """The new coupon with this code, or why it is not issued (`not_issued`). `member` None gives it to its bearer.

    `net` is what the purchase came to after discounts, for a rule that issues by purchase. The coupon lies here in the
    lease, where it was made; HQ issues `into` its pool.
    """
    refused = not_issued(rule, member, state, programme, at, net)
    if refused is not None:
        return refused
    paid = spend_points(rule.issue.cost, programme, at, state)
    return hand_out_coupon(rule, code, member, state, programme, at, paid, into)


def not_issued(
    rule: CouponRule, member: MemberFacts | None, state: TillState, programme: Programme, at: Moment, net: int = 0
) -> Refused | None:
    """Why this rule issues no coupon now, or None: its audience, its limits, its last day, then its way of issue."""
    refused = barred_from_coupon(rule, member, state, programme, at)
    if refused is not None:
        return refused
    issue = rule.issue
    if issue.by is IssuedBy.TIER and member is None:
        return Refused(Verdict.COUPON_NOT_FOR_MEMBER, {"miss": Miss.MEMBERS_ONLY})
    if issue.tiers and member is not None and member.tier not in issue.tiers:
        return Refused(Verdict.COUPON_NOT_FOR_MEMBER, {"miss": Miss.TIER_TOO_LOW})
    if net < issue.threshold:
        return Refused(Verdict.COUPON_BELOW_THRESHOLD, {"distance_minor": issue.threshold - net})
    return refuse_points(issue.cost, member, programme, at, state) if issue.by is IssuedBy.POINTS else None


def barred_from_coupon(
    rule: CouponRule, member: MemberFacts | None, state: TillState, programme: Programme, at: Moment
) -> Refused | None:
    """Why nobody may hand this member a coupon of this rule here now, in whatever way, or None."""
    miss = _handed_out(rule).barred(member, state, programme, at)
    if miss is Miss.LIMIT_REACHED:
        return Refused(Verdict.COUPON_LIMIT)
    if miss is not None:
        return Refused(Verdict.COUPON_NOT_FOR_MEMBER, {"miss": miss})
    starts, ends = rule.dates(at.local().date())
    return Refused(Verdict.COUPON_OVER) if ends is not None and ends < starts else None


def purchase_coupons(
    net: int, member: MemberFacts | None, state: TillState, programme: Programme, at: Moment
) -> tuple[CouponRule, ...]:
    """The rules that issue a coupon for a purchase of `net` after discounts, in the order of the programme."""
    by_purchase = (rule for rule in programme.coupons if rule.issue.by is IssuedBy.PURCHASE)
    return tuple(rule for rule in by_purchase if not_issued(rule, member, state, programme, at, net) is None)


def hand_out_coupon(
    rule: CouponRule,
    code: str,
    member: MemberFacts | None,
    state: TillState,
    programme: Programme,
    at: Moment,
    paid: tuple[Posting, ...] = (),
    into: Account = Account.LEASE,
) -> CouponMove:
    """The new coupon with its dates, its postings after those that were `paid`, and its count against the limits."""
    starts, ends = rule.dates(at.local().date())
    holder = member.id if member else None
    coupon = Coupon(code, rule.id, holder, starts.isoformat(), ends.isoformat() if ends else None)
    made = (Posting(Account.ISSUED, Asset.COUPON, code, -1), Posting(into, Asset.COUPON, code, 1))
    uses = _handed_out(rule).uses(member, state, programme, at)
    return CouponMove(coupon, (*paid, *made, *right_postings(uses)))


def _handed_out(rule: CouponRule) -> HandedOut:
    return HandedOut(f"coupon/{rule.id}", rule.audience, rule.limits)
