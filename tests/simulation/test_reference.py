"""The world's own ledger: what a fact means for a member, and which facts cannot all be true."""

from __future__ import annotations

import json
from typing import Any

from terminal.bench.simulation.leased import Leased
from terminal.bench.simulation.reference import Fact, Reference

ADA = "m001"
Posting = tuple[str, str, int]  # account, asset, amount


def fact(seq: int, postings: list[Posting] | None = None, device: str = "s01-1", **fields: Any) -> Fact:
    moves = [{"account": account, "asset": asset, "amount": amount} for account, asset, amount in postings or []]
    whole = {"member": ADA, "intent": f"{device}-{seq}", "kind": "sale", "postings": moves}
    whole["detail"] = {"basket": {"lines": [{"no": 1, "quantity": 2}]}}
    return Fact((device, 1, seq), json.dumps(whole | fields).encode())


def spend(seq: int, points: int, device: str = "s01-1") -> Fact:
    return fact(seq, [("lease", "points", -points), ("redeemed", "points", points)], device)


def bring_back(seq: int, quantity: int, device: str = "s01-1", kind: str = "refund") -> Fact:
    detail = {"sale": {"device": "s01-1", "epoch": 1, "seq": 1}, "request": [{"no": 1, "quantity": quantity}]}
    return fact(seq, [], device, kind=kind, detail=detail)


def broken(reference: Reference, *facts: Fact) -> list[str]:
    return [invariant for each in facts for invariant, _, _ in reference.record(each)]


def test_spending_what_there_is_is_fine() -> None:
    reference = Reference({ADA: 100})
    assert broken(reference, spend(1, 60), spend(2, 40)) == []
    assert reference.balance[ADA, "points"] == 0


def test_spending_at_two_shops_what_was_there_once_is_not() -> None:
    reference = Reference({ADA: 100})
    assert broken(reference, spend(1, 60), spend(1, 60, "s02-1")) == ["nothing_overspent"]
    assert reference.overspent == 20


def test_a_copied_disk_may_cost_what_was_leased_to_it_and_no_more() -> None:
    reference = Reference({ADA: 100})
    reference.record(spend(1, 100))
    reference.disk_put_back("s01-1:1", 0, Leased({(ADA, "points"): 60}))
    assert broken(reference, spend(1, 60, "s02-1")) == []
    assert broken(reference, spend(2, 1, "s02-1")) == ["nothing_overspent"]


def test_value_is_principal_and_bonus_together() -> None:
    reference = Reference({ADA: 0})
    up = fact(1, [("issued", "principal", -50), ("lease", "principal", 50), ("issued", "bonus", -5)])
    down = fact(2, [("redeemed", "principal", 50), ("redeemed", "bonus", 6)])
    assert broken(reference, up, down) == ["nothing_overspent"]


def test_what_a_return_left_owing_is_no_overspending() -> None:
    reference = Reference({ADA: 100})
    owing = fact(1, [("issued", "points", 80), ("debt", "points", -80)])
    assert broken(reference, owing, spend(2, 100)) == []


def test_goods_come_back_once() -> None:
    reference = Reference({ADA: 0})
    assert broken(reference, fact(1), bring_back(2, 1), bring_back(3, 1)) == []
    assert broken(reference, bring_back(1, 1, "s02-1")) == ["nothing_refunded_twice"]


def test_a_void_takes_everything_back() -> None:
    reference = Reference({ADA: 0})
    assert broken(reference, fact(1), bring_back(2, 0, kind="void")) == []
    assert broken(reference, bring_back(3, 1)) == ["nothing_refunded_twice"]


def test_one_intent_is_one_operation_of_a_terminal() -> None:
    reference = Reference({ADA: 0})
    same = {"intent": "a"}
    assert broken(reference, fact(1, **same), fact(1, device="s02-1", **same)) == []
    assert broken(reference, fact(2, **same)) == ["one_intent_one_operation"]


def test_both_histories_of_a_number_are_kept() -> None:
    reference = Reference({ADA: 0})
    first, second = fact(1), fact(1, member=None)
    broken(reference, first, second)
    assert list(reference.every()) == [first, second]


def test_what_a_restored_hq_and_a_gone_disk_have_forgotten_may_happen_once_more() -> None:
    reference = Reference({ADA: 100})
    assert broken(reference, fact(1, device="s01-1"), spend(1, 40, "s02-1"), spend(2, 60, "s02-1")) == []
    assert broken(reference, bring_back(3, 2, "s02-1")) == []
    for _ in range(2):
        reference.forgotten_at_hq("s02-1:1", 1)
    assert broken(reference, spend(2, 60), bring_back(3, 2)) == []
    assert broken(reference, bring_back(4, 1), spend(5, 1)) == ["nothing_refunded_twice", "nothing_overspent"]
