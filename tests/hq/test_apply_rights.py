"""Stamps, limits, coupons and value in a sale: kept in the books, and flagged where HQ gave out none."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from hq.accounts import PENDING
from hq.headquarters import Headquarters
from hq.schema import operation
from loyalty.ledger import Account, Asset
from protocol.operation import LotRecord, Operation, PostingRecord
from tests.hq.devices import Device, join
from tests.hq.looking import balance, broken, held, row_of
from tests.hq.test_apply import reason
from tests.protocol.examples import posting

CAKE = "birthday:2026:cake:m1"


def move(out_of: Account, into: Account, asset: Asset, lot: str, amount: int = 1) -> tuple[PostingRecord, ...]:
    return posting(out_of, lot, -amount, asset), posting(into, lot, amount, asset)


def booked(hq: Headquarters, asset: Asset, lot: str, account: Account, member: str = "m1") -> int:
    """What the postings at HQ say."""
    where = operation.c.outcome != "parked"
    with hq.database.transaction() as connection:
        facts = [Operation.decode(data) for data in connection.scalars(select(operation.c.data).where(where))]
    moved = [p for fact in facts if (fact.member or "") == member for p in fact.postings]
    return sum(p.amount for p in moved if (p.asset, p.lot, p.account) == (asset, lot, account))


STAMPS = move(Account.ISSUED, Account.LEASE, Asset.STAMP, "coffee", 9)
COUPON = move(Account.LEASE, Account.REDEEMED, Asset.COUPON, "K7Q2")
CARD = move(Account.LEASE, Account.REDEEMED, Asset.PRINCIPAL, "g1", 4900)
BONUS = (
    *move(Account.LEASE, Account.EXPIRED, Asset.BONUS, "v1", 100),
    *move(Account.LEASE, Account.REDEEMED, Asset.PRINCIPAL, "v1", 50),
)
HERE = move(Account.LIMIT, Account.USED, Asset.LIMIT, "terminal:times:ever:deal")
LEASED = move(Account.LEASE, Account.USED, Asset.LIMIT, "member:times:ever:deal:m1")


def test_stamps_are_kept_with_points_and_balance_by_their_postings(hq: Headquarters, device: Device) -> None:
    lot = LotRecord(id="s01-1.1.1", points=5, earned_on="2026-11-20")
    device.sell("m1", lots=(lot,), postings=(*move(Account.ISSUED, Account.LEASE, Asset.POINTS, lot.id, 5), *STAMPS))
    assert reason(hq, device) == "applied"
    device.sell("m1", postings=move(Account.LEASE, Account.REDEEMED, Asset.STAMP, "coffee", 4))
    assert reason(hq, device) == "applied"
    assert booked(hq, Asset.STAMP, "coffee", Account.LEASE) == 5
    assert balance(hq, "m1") == (1005, 0)
    assert broken(hq) == []


@pytest.mark.parametrize(
    ("postings", "told"),
    [
        (COUPON, "flagged right_not_given"),
        (CARD, "flagged right_not_given"),
        (BONUS, "flagged right_not_given"),
        (LEASED, "flagged right_not_given"),
        (HERE, "applied"),
        ((*HERE, *STAMPS), "applied"),
    ],
    ids=["coupon", "gift card", "value", "leased limit", "own limit", "stamps"],
)
def test_what_hq_gave_to_nobody_is_booked_and_flagged(
    hq: Headquarters, device: Device, postings: tuple[PostingRecord, ...], told: str
) -> None:
    device.sell("m1", postings=postings)
    assert reason(hq, device) == told
    for each in postings:
        assert booked(hq, each.asset, each.lot, each.account) == each.amount
    assert balance(hq, "m1") == (1000, 0)
    assert broken(hq) == []


@pytest.mark.parametrize(("postings", "told"), [(HERE, "applied"), (COUPON, "flagged right_not_given")])
def test_a_guest_moves_what_a_bearer_has(
    hq: Headquarters, device: Device, postings: tuple[PostingRecord, ...], told: str
) -> None:
    device.sell(None, postings=postings)
    assert reason(hq, device) == told
    assert booked(hq, postings[0].asset, postings[0].lot, postings[0].account, member="") == -1
    assert broken(hq) == []


WRONG_WAY: dict[str, dict[str, Any]] = {
    "a coupon comes from nowhere": {"postings": move(Account.REDEEMED, Account.LEASE, Asset.COUPON, "K7Q2")},
    "value is topped up by a sale": {"postings": move(Account.ISSUED, Account.LEASE, Asset.PRINCIPAL, "v1", 10**6)},
    "stamps at the pool": {"postings": move(Account.ISSUED, Account.POOL, Asset.STAMP, "coffee")},
    "a use is taken back": {"postings": move(Account.USED, Account.LIMIT, Asset.LIMIT, CAKE)},
    "uses of a card": {"postings": move(Account.LEASE, Account.REDEEMED, Asset.COUNT, "gym")},
    "a debt comes back": {"postings": move(Account.DEBT, Account.LEASE, Asset.POINTS, "open.m1", 5)},
}


@pytest.mark.parametrize("name", sorted(WRONG_WAY))
def test_what_no_sale_does_is_parked_whole(hq: Headquarters, device: Device, name: str) -> None:
    device.sell("m1", **WRONG_WAY[name])
    assert reason(hq, device) == "parked postings_unknown"
    device.sell("m1", earn=5)
    assert reason(hq, device) == "applied"
    assert balance(hq, "m1") == (1005, 0)
    assert broken(hq) == []


def test_a_guests_odd_move_is_parked_too(hq: Headquarters, device: Device) -> None:
    device.sell(None, **WRONG_WAY["a coupon comes from nowhere"])
    assert reason(hq, device) == "parked postings_unknown"


def test_limits_of_tills_and_stores_are_not_the_members(hq: Headquarters, device: Device) -> None:
    for scope in ("terminal", "store", "chain"):
        device.sell("m1", postings=move(Account.LIMIT, Account.USED, Asset.LIMIT, f"{scope}:times:ever:deal"))
        assert reason(hq, device) == "applied"
    with hq.database.transaction() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM limit_use").scalar_one() == 0


def test_a_birthday_is_told_to_every_till_and_flagged_when_it_was_kept_twice_d19(
    hq: Headquarters, device: Device
) -> None:
    other, used = join(hq, "s02", "1"), move(Account.LIMIT, Account.USED, Asset.LIMIT, CAKE)
    device.sell("m1", postings=used)
    assert reason(hq, device) == "applied"
    assert row_of(hq, "member", "m1")["used"] == {CAKE: 1}
    other.sell("m1", postings=used)
    assert reason(hq, other) == "flagged birthday_twice"
    assert row_of(hq, "member", "m1")["used"] == {CAKE: 2}


def pays(device: Device, lot: str, points: int, debt: int) -> dict[str, Any]:
    record = LotRecord(id=lot, points=points, earned_on="2026-11-20")
    moves = [posting(Account.ISSUED, lot, -points), posting(Account.DEBT, lot, debt)]
    rest = [posting(Account.LEASE, lot, points - debt)] if points > debt else []
    return {"lots": (record,), "postings": (*moves, *rest)}


def test_new_points_pay_the_debt_that_the_till_knew_d12(hq: Headquarters, device: Device) -> None:
    device.sell("m2", use=[("open.m2", 500)])
    reason(hq, device)
    assert balance(hq, "m2") == (-180, 180)
    device.sell("m2", **pays(device, "new-1", 100, 100))
    assert reason(hq, device) == "applied"
    assert balance(hq, "m2") == (-80, 80)
    device.sell("m2", **pays(device, "new-2", 130, 80))
    assert reason(hq, device) == "applied"
    assert (balance(hq, "m2"), held(hq, "m2", device.holder)) == ((50, 0), 50)
    assert broken(hq) == []


def test_pending_points_wait_outside_the_balance_and_are_never_leased_d13(hq: Headquarters, device: Device) -> None:
    lot = LotRecord(id="new-1", points=70, earned_on="2026-11-20")
    device.sell("m5", lots=(lot,), postings=move(Account.ISSUED, Account.PENDING, Asset.POINTS, lot.id, 70))
    assert reason(hq, device) == "applied"
    assert (balance(hq, "m5"), held(hq, "m5", PENDING), held(hq, "m5")) == ((0, 0), 70, 0)
    row = row_of(hq, "member", "m5")
    assert (row["pending"], row["lots"]) == (70, [])
    assert broken(hq) == []


def test_a_debt_that_was_paid_meanwhile_leaves_the_points_at_the_pool_d12(hq: Headquarters, device: Device) -> None:
    device.sell("m1", **pays(device, "new-1", 100, 60))
    assert reason(hq, device) == "applied"
    assert (balance(hq, "m1"), held(hq, "m1"), held(hq, "m1", device.holder)) == ((1100, 0), 1060, 40)
    assert broken(hq) == []
