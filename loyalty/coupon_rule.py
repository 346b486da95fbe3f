"""The rules by which coupons are issued: for which offer, to whom, in which way and for how long (F116 to F119)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from loyalty.audience import NONE, Audience
from loyalty.limit_keys import read_limits
from loyalty.limits import Limit, Measure, Scope
from loyalty.offers import Offer
from loyalty.quote import Step
from loyalty.section import Section, unique
from loyalty.tiers import Tier

MAX_RULES = 500
MAX_DAYS = 3660
ANYBODY = Audience()


class IssuedBy(StrEnum):
    PURCHASE = "purchase"  # of at least `threshold` minor units after discounts
    POINTS = "points"  # for `cost` points
    TIER = "tier"  # on reaching one of `tiers`, or any where none is named
    HQ = "hq"  # by a campaign or a complaint; nothing else is asked


@dataclass(frozen=True)
class Issue:
    """One way of coming to a coupon; only the field of its way says anything."""

    by: IssuedBy
    threshold: int = 0
    cost: int = 0
    tiers: frozenset[str] = NONE


@dataclass(frozen=True)
class CouponRule:
    """`offer` is the id of a coupon offer; None is a coupon for a service, used without a basket.

    A coupon starts `starts_after_days` after its issue and is good for `lifetime_days`, the first and the last
    included, and not beyond `good_until`; None is open. `limits` count issued coupons, by `times`.
    """

    id: str
    name: Mapping[str, str]
    issue: Issue
    offer: str | None = None
    audience: Audience = ANYBODY
    starts_after_days: int = 0
    lifetime_days: int | None = None
    good_until: date | None = None
    transferable: bool = False
    limits: tuple[Limit, ...] = ()

    def dates(self, issued_on: date) -> tuple[date, date | None]:
        """The first and the last good day of a coupon; the last may lie before the first: then none is to be had."""
        starts = issued_on + timedelta(days=self.starts_after_days)
        ends = [self.good_until] if self.good_until else []
        if self.lifetime_days is not None:
            ends.append(starts + timedelta(days=self.lifetime_days - 1))
        return starts, min(ends, default=None)


def read_coupons(section: Section, offers: Sequence[Offer], tiers: Sequence[Tier]) -> tuple[CouponRule, ...]:
    """The optional key `coupons`. Each `offer` must be a coupon offer of `offers`, each tier one of `tiers`."""
    if not section.has("coupons"):
        return ()
    entries = section.sections("coupons", 0, MAX_RULES)
    rules = tuple(_rule(entry) for entry in entries)
    unique(entries, "id", [rule.id for rule in rules])
    known = sorted(offer.id for offer in offers if offer.step is Step.COUPON)
    ranks = {tier.id for tier in tiers}
    for entry, rule in zip(entries, rules, strict=True):
        if not rule.issue.tiers <= ranks:
            entry.fault("issue", f"use tiers of the programme: {', '.join(sorted(ranks))}")
        if rule.offer is not None and rule.offer not in known:
            entry.fault("offer", f"use the id of a coupon offer ({', '.join(known[:5]) or 'there is none yet'})")
    return rules


def _rule(entry: Section) -> CouponRule:
    rule = CouponRule(
        id=entry.identifier("id"),
        name=entry.names("name"),
        issue=_issue(entry.section("issue")),
        offer=entry.identifier("offer") if entry.has("offer") else None,
        audience=Audience.read(entry),
        starts_after_days=entry.integer("starts_after_days", 0, MAX_DAYS) if entry.has("starts_after_days") else 0,
        lifetime_days=entry.integer("lifetime_days", 1, MAX_DAYS) if entry.has("lifetime_days") else None,
        good_until=entry.day("good_until") if entry.has("good_until") else None,
        transferable=entry.flag("transferable") if entry.has("transferable") else False,
        limits=read_handed_out(entry),
    )
    entry.close()
    return rule


def read_handed_out(entry: Section) -> tuple[Limit, ...]:
    """The limits on things handed out, counted by `times`: `limits`, and `most_per_member` for the commonest."""
    limits = read_limits(entry)
    if any(limit.scope is Scope.ORDER or limit.measure is not Measure.TIMES for limit in limits):
        entry.fault("limits", "count times here, for member, store, terminal or chain")
    if entry.has("most_per_member"):
        own = Limit(Scope.MEMBER, Measure.TIMES, entry.integer("most_per_member", 1))
        if any((limit.scope, limit.period) == (own.scope, own.period) for limit in limits):
            entry.fault("most_per_member", "'limits' already has one for each member; keep one of them")
        limits = (*limits, own)
    return limits


def _issue(entry: Section) -> Issue:
    issue = entry.variants("by", _WAYS)
    if issue is None:
        return Issue(IssuedBy.HQ)
    entry.close()
    return issue


def _by_purchase(entry: Section) -> Issue:
    return Issue(IssuedBy.PURCHASE, threshold=entry.integer("threshold", 1))


def _by_points(entry: Section) -> Issue:
    return Issue(IssuedBy.POINTS, cost=entry.integer("cost", 1))


def _by_tier(entry: Section) -> Issue:
    return Issue(IssuedBy.TIER, tiers=entry.identifiers("tiers"))


def _by_hq(entry: Section) -> Issue:
    return Issue(IssuedBy.HQ)


_WAYS: Mapping[str, Callable[[Section], Issue]] = {
    IssuedBy.PURCHASE: _by_purchase,
    IssuedBy.POINTS: _by_points,
    IssuedBy.TIER: _by_tier,
    IssuedBy.HQ: _by_hq,
}
