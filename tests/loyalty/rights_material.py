"""Coupons, rewards and limits for the tests of the core."""

from __future__ import annotations

from typing import Any

from loyalty import MemberFacts, Moment, Programme, TillState
from loyalty.coupon import Coupon
from loyalty.limits import Limit, Measure, Period, Scope
from loyalty.reward import Reward
from tests.loyalty.material import NAME, NOON, programme, till

DAY_MS = 86_400_000
ANN, BEN = MemberFacts("ann", "regular"), MemberFacts("ben", "gold")


def days_later(days: int) -> Moment:
    """Noon in Shanghai, so many days after 2026-03-01."""
    return Moment(NOON.utc_ms + days * DAY_MS)


def ten_percent(id: str = "ten", **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": "coupon_percent", "priority": 5, "name": NAME, "percent": [10, 100], **more}


def coupon_rule(id: str = "welcome", **more: Any) -> dict[str, Any]:
    """The rule of a coupon for 10 % off; `offer=None` makes it one for a service."""
    return {"id": id, "name": NAME, "offer": "ten", "issue": {"by": "hq"}, **more}


def reward(id: str = "mug", cost: int = 300, **more: Any) -> dict[str, Any]:
    goods = {"kind": "goods", "product": "6901234567892", "value": 2500} if "kind" not in more else {}
    return {"id": id, "name": NAME, "cost": cost, **goods, **more}


def rules(
    *coupons: dict[str, Any], rewards: tuple[dict[str, Any], ...] = (), offers: tuple[str, ...] = ("ten",), **more: Any
) -> Programme:
    """A programme with these coupon rules and rewards, and a coupon offer of each of these names."""
    named = [ten_percent(id) for id in offers]
    return programme(*named, format=2, coupons=list(coupons), rewards=list(rewards), **more)


def the_reward(book: Programme, id: str = "mug") -> Reward:
    found = book.reward(id)
    assert found is not None
    return found


def coupon(code: str = "c1", rule: str = "welcome", holder: str | None = "ann", **more: Any) -> Coupon:
    return Coupon(code, rule, holder, **more)


def holding(*coupons: Coupon, points: tuple[int, ...] = (), assurance: str = "P4", **more: Any) -> TillState:
    """A till that knows these coupons, with one undated lot for each number of points."""
    return TillState(till(*points).lots, assurance, coupons=coupons, **more)


def limit(scope: Scope, most: int = 5, measure: Measure = Measure.TIMES, period: Period = Period.EVER) -> Limit:
    return Limit(scope, measure, most, period)
