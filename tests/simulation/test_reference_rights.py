"""The world's own count of rights: a coupon is used once, a limit so often, and a copied disk bounds the rest."""

from __future__ import annotations

import json
from typing import Any

from loyalty.limits import Scope
from terminal.bench.simulation.chain import MOST, member_limit, shared_limits
from terminal.bench.simulation.leased import Leased
from terminal.bench.simulation.reference import Fact, Reference
from terminal.bench.simulation.reference_rights import RightsUsed
from tests.simulation.test_reference import broken

CHAIN, STORE = shared_limits("s01")
BOUNDS = (MOST[Scope.CHAIN], MOST[Scope.STORE], MOST[Scope.MEMBER])


def use(asset: str, lot: str, amount: int = 1) -> dict[str, Any]:
    account = {"coupon": "redeemed", "limit": "used"}[asset]
    posting = {"account": account, "asset": asset, "lot": lot, "amount": amount}
    return {"member": "m001", "postings": [posting]}


def found(rights: RightsUsed, *operations: dict[str, Any]) -> list[str]:
    return [invariant for operation in operations for invariant, _, _ in rights.record(operation)]


def test_a_coupon_is_used_once() -> None:
    rights = RightsUsed()
    assert found(rights, use("coupon", "C1"), use("coupon", "C2")) == []
    assert found(rights, use("coupon", "C1")) == ["coupons_used_once"]


def test_one_that_came_back_is_used_again() -> None:
    assert found(RightsUsed(), use("coupon", "C1"), use("coupon", "C1", -1), use("coupon", "C1")) == []


def test_each_limit_has_its_own_bound() -> None:
    for key, most in zip((CHAIN, STORE, member_limit("m001")), BOUNDS, strict=True):
        rights = RightsUsed()
        assert found(rights, use("limit", key, most)) == []
        assert found(rights, use("limit", key)) == ["limits_kept"]


def test_what_is_counted_in_another_way_has_none_here() -> None:
    assert found(RightsUsed(), use("limit", "copyable:2026-11-20", 10**6)) == []


def test_a_copied_disk_may_use_what_lay_on_it() -> None:
    reference = Reference({})
    reference.disk_copied("s01-1:1", Leased({}, {("coupon", "C1"): 1}))
    once, twice, again = (_shown(seq) for seq in (1, 2, 3))
    assert broken(reference, once, twice) == []
    assert broken(reference, again) == ["coupons_used_once"]


def _shown(seq: int) -> Fact:
    whole = use("coupon", "C1") | {"intent": f"i{seq}", "kind": "pay_out", "detail": {}}
    return Fact(("s01-1", 1, seq), json.dumps(whole).encode())
