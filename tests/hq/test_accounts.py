"""An account never goes below zero anywhere, and its sum always holds."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from hq.account_rows import load, save
from hq.accounts import POOL, Account, LotFacts, last_copyable, lease_holder
from hq.audit import audit
from hq.headquarters import Headquarters
from hq.schema import holding, member, operation
from loyalty.ledger import Asset
from tests.hq.tiny_chain import TODAY


def account(points: int = 100, debt: int = 0) -> Account:
    old = LotFacts("old", "2025-01-01", "2026-12-31")
    new = LotFacts("new", "2026-01-01", "2028-12-31")
    gone = LotFacts("gone", "2024-01-01", "2026-11-19")
    lots = {(Asset.POINTS, lot.id): lot for lot in (old, new, gone)}
    held = {"old": points, "new": 50, "gone": 30}
    holdings = {(POOL, Asset.POINTS, lot): amount for lot, amount in held.items()}
    fields = {"name": "A", "phone": "", "birthday": None, "language": "en", "tier": "regular", "state": "active"}
    places = {"home_store": "s01", "second_store": None, "last_seen": TODAY}
    total = points + 80 - debt
    return Account(member="m", **fields, **places, balance=total, debt=debt, holdings=holdings, lots=lots)


def test_a_lease_takes_what_expires_soonest_and_nothing_expired() -> None:
    one = account()
    moved = one.lease("s01-1:1", 120, TODAY)
    assert [(lot.id, lot.points) for lot in moved] == [("old", 100), ("new", 20)]
    assert one.held("s01-1:1") == 120
    assert one.held(POOL) == 60


def test_a_lease_takes_all_or_nothing() -> None:
    one = account()
    with pytest.raises(ValueError, match="the lots hold 150"):
        one.lease("s01-1:1", 151, TODAY)
    assert one.held(POOL) == 180


def test_a_holding_below_zero_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="would hold -1"):
        account().add(POOL, Asset.POINTS, "old", -101)


def test_a_sum_that_does_not_hold_is_a_bug() -> None:
    one = account()
    one.add("s01-1:1", Asset.POINTS, "old", 5)
    with pytest.raises(AssertionError, match="≠"):
        one.check()


def test_debt_is_paid_from_the_pool() -> None:
    one = account(debt=120)
    one.net_debt()
    assert (one.debt, one.held(POOL)) == (0, 60)
    one.check()


def test_debt_takes_no_more_than_there_is() -> None:
    one = account(debt=500)
    one.net_debt()
    assert (one.debt, one.held(POOL)) == (320, 0)
    one.check()


def test_the_newest_copyable_day_is_not_after_tomorrow() -> None:
    one = account()
    assert last_copyable(one, TODAY) is None
    one.limits = {"copyable:2026-11-19": 1, "copyable:2026-11-20": 2, "copyable:2031-01-01": 3, "other": 4}
    assert last_copyable(one, TODAY) == ("2026-11-20", 2)


def test_what_was_saved_is_loaded(hq: Headquarters) -> None:
    with hq.database.transaction() as connection:
        (one,) = load(connection, ["m1"]).values()
        one.lease(lease_holder("s01-1", 1), 400, TODAY)
        one.limits["copyable:2026-11-20"] = 5
        save(connection, [one])
        (again,) = load(connection, ["m1", "nobody"]).values()
    assert (again.holdings, again.limits, again.balance) == (one.holdings, one.limits, 1000)


def test_the_table_itself_refuses_a_holding_below_zero(hq: Headquarters) -> None:
    row = {"member": "m1", "holder": "s01-1:1", "asset": "points", "lot": "open.m1", "amount": -1}
    with pytest.raises(IntegrityError, match="available_not_negative"), hq.database.transaction() as connection:
        connection.execute(insert(holding).values(**row))
    with hq.database.transaction() as connection:
        connection.execute(insert(holding).values(**row | {"amount": 0}))


def test_the_audit_finds_points_out_of_nowhere(hq: Headquarters) -> None:
    """The control of every test that asks the audit."""
    with hq.database.transaction() as connection:
        assert audit(connection) == []
        connection.execute(update(holding).where(holding.c.member == "m1").values(amount=1001))
        told = "m1: 1001 points held, but the postings fold to 1000"
        assert audit(connection) == ["m1: balance 1000, but 1001 held less 0 debt", told]
        connection.execute(update(member).where(member.c.id == "m1").values(balance=1001))
        assert audit(connection) == [told]
        connection.execute(update(operation).where(operation.c.member == "m2").values(data=b"{}"))
        assert "hq 1 2: its hash does not follow from its bytes" in audit(connection)
