"""A wish is granted when all of it came, of whatever kind."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.lease import Grant, GrantAsk, GrantLot, GrantPage, RefundRight
from protocol.sale_records import CouponRecord
from terminal.sync.asks import is_granted
from tests.protocol.movement_examples import SALE, value_lot

LOT = GrantLot(lot="l", points=5, earned_on="2026-01-01")
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "points": ({"points": 5}, {"lots": (LOT,)}),
    "value": ({"value": 12000}, {"value": (value_lot(),)}),
    "limits": ({"limits": {"room": 3}}, {"limits": {"room": 3}}),
    "coupons": ({"coupons": ("K",)}, {"coupons": (CouponRecord(code="K", rule="ten"),)}),
    "sale": ({"sale": SALE}, {"refunds": (RefundRight(sale=SALE, operation="{}", so_far={}),)}),
}
MORE: dict[str, Any] = {
    "points": 6,
    "value": 12001,
    "limits": {"room": 4},
    "coupons": ("K", "L"),
    "sale": SALE.model_copy(update={"seq": 43}),
}


def page(**given: Any) -> GrantPage:
    return GrantPage(device="d", epoch=1, grants=(Grant(number=1, member="m1", **given),), head=1)


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_it_or_not(kind: str) -> None:
    asked, given = KINDS[kind]
    assert is_granted(GrantAsk(member="m1", after=0, **asked), page(**given))
    assert not is_granted(GrantAsk(member="m1", after=0, **asked), page())
    assert not is_granted(GrantAsk(member="m1", after=0, **{kind: MORE[kind]}), page(**given))


def test_what_another_member_was_granted_does_not_count() -> None:
    assert not is_granted(GrantAsk(member="m2", points=5, after=0), page(lots=(LOT,)))
