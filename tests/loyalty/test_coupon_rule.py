"""The rules of coupons: how they are read, and for how long a coupon is good."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loyalty import ProgrammeError
from loyalty.coupon_rule import ANYBODY, CouponRule, Issue, IssuedBy
from loyalty.limits import Limit, Measure, Period, Scope
from tests.loyalty.material import NAME, programme, tier_percent
from tests.loyalty.rights_material import coupon_rule, rules

HQ = Issue(IssuedBy.HQ)


def rule(**more: Any) -> CouponRule:
    found = rules(coupon_rule(**more)).coupon("welcome")
    assert found is not None
    return found


def faults(*coupons: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(ProgrammeError) as caught:
        rules(*coupons, **more)
    return [(fault.path, fault.remedy) for fault in caught.value.faults]


def test_all_that_is_optional_has_its_default() -> None:
    book = rules({"id": "wash", "name": NAME, "issue": {"by": "hq"}})
    assert book.coupons == (CouponRule("wash", NAME, HQ, None, ANYBODY, 0, None, None, False, ()),)
    assert book.coupon("other") is None
    assert programme().coupons == ()


def test_every_key_is_read() -> None:
    found = rule(
        starts_after_days=1,
        lifetime_days=30,
        good_until="2026-12-31",
        transferable=True,
        tiers=["gold"],
        until="2026-06-30",
        most_per_member=2,
        limits=[{"scope": "chain", "measure": "times", "most": 1000}],
    )
    assert (found.starts_after_days, found.lifetime_days, found.good_until) == (1, 30, date(2026, 12, 31))
    assert found.transferable
    assert (found.audience.tiers, found.audience.ends) == (frozenset({"gold"}), date(2026, 6, 30))
    assert found.limits == (Limit(Scope.CHAIN, Measure.TIMES, 1000), Limit(Scope.MEMBER, Measure.TIMES, 2))


@pytest.mark.parametrize(
    ("issue", "expected"),
    [
        ({"by": "purchase", "threshold": 10000}, Issue(IssuedBy.PURCHASE, threshold=10000)),
        ({"by": "points", "cost": 500}, Issue(IssuedBy.POINTS, cost=500)),
        ({"by": "tier", "tiers": ["gold"]}, Issue(IssuedBy.TIER, tiers=frozenset({"gold"}))),
        (
            {"by": "tier", "tiers": ["regular", "gold", "half"]},
            Issue(IssuedBy.TIER, tiers=frozenset({"regular", "gold", "half"})),
        ),
        ({"by": "hq"}, HQ),
    ],
)
def test_each_way_of_issue_has_its_own_keys(issue: dict[str, Any], expected: Issue) -> None:
    assert rule(issue=issue).issue == expected


@pytest.mark.parametrize(
    ("changes", "path", "remedy"),
    [
        ({"offer": "none"}, "coupons[0].offer", "use the id of a coupon offer (ten)"),
        ({"issue": {"by": "post"}}, "coupons[0].issue.by", "did you mean 'points'?"),
        ({"issue": {"by": "hq", "cost": 5}}, "coupons[0].issue.cost", "use one of by"),
        ({"issue": {"by": "purchase", "threshold": 0}}, "coupons[0].issue.threshold", "use a whole number from 1"),
        ({"issue": {"by": "points"}}, "coupons[0].issue.cost", "use a whole number from 1"),
        ({"issue": {"by": "tier", "tiers": ["king"]}}, "coupons[0].issue", "use tiers of the programme: gold, half"),
        ({"issue": {"by": "tier"}}, "coupons[0].issue.tiers", "use a list of ids"),
        ({"lifetime_days": 0}, "coupons[0].lifetime_days", "use a whole number from 1 to 3660"),
        ({"good_until": "2026-02-30"}, "coupons[0].good_until", "use a day of the calendar"),
        ({"most": 1}, "coupons[0].most", ""),
        (
            {"limits": [{"scope": "order", "measure": "times", "most": 1}]},
            "coupons[0].limits",
            "count times here, for member, store, terminal or chain",
        ),
        ({"limits": [{"scope": "store", "measure": "money", "most": 1}]}, "coupons[0].limits", "count times here"),
        (
            {"most_per_member": 1, "limits": [{"scope": "member", "measure": "times", "most": 1}]},
            "coupons[0].most_per_member",
            "'limits' already has one for each member",
        ),
    ],
)
def test_what_is_wrong_is_one_fault_with_its_way_out(changes: dict[str, Any], path: str, remedy: str) -> None:
    ((found, way_out),) = faults(coupon_rule(**changes))
    assert found == path
    assert way_out.startswith(remedy)


def test_a_member_may_have_so_many_a_day_and_so_many_in_all() -> None:
    daily = {"scope": "member", "measure": "times", "most": 1, "period": "day"}
    periods = [each.period for each in rule(limits=[daily], most_per_member=5).limits]
    assert periods == [Period.DAY, Period.EVER]


def test_an_offer_that_is_not_for_coupons_cannot_be_handed_out_as_one() -> None:
    with pytest.raises(ProgrammeError, match=r"use the id of a coupon offer \(there is none yet\)"):
        programme(tier_percent(), format=2, coupons=[coupon_rule(offer="tier")])


def test_two_rules_have_two_ids() -> None:
    assert faults(coupon_rule(), coupon_rule())[0][0] == "coupons[1].id"


DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("changes", "starts", "ends"),
    [
        ({}, DAY, None),
        ({"starts_after_days": 0, "lifetime_days": 1}, DAY, DAY),
        ({"lifetime_days": 30}, DAY, date(2026, 3, 30)),
        ({"lifetime_days": 30, "starts_after_days": 1}, date(2026, 3, 2), date(2026, 3, 31)),
        ({"good_until": "2026-03-15"}, DAY, date(2026, 3, 15)),
        ({"good_until": "2026-03-15", "lifetime_days": 30}, DAY, date(2026, 3, 15)),
        ({"good_until": "2026-12-31", "lifetime_days": 30}, DAY, date(2026, 3, 30)),
        ({"good_until": "2026-03-01", "starts_after_days": 1}, date(2026, 3, 2), DAY),
    ],
)
def test_both_the_first_and_the_last_day_count(changes: dict[str, Any], starts: date, ends: date | None) -> None:
    assert rule(**changes).dates(DAY) == (starts, ends)
