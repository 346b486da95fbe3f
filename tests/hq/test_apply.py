"""One operation onto one account: earned points credit the lease, redemptions debit it, nothing is rejected."""

from __future__ import annotations

from typing import Any

import pytest

from hq.headquarters import Headquarters
from loyalty.ledger import Account, Asset
from protocol.operation import LotRecord
from tests.hq.devices import Device, acknowledged, join, outcomes
from tests.hq.looking import balance, broken, held, row_of, stored
from tests.protocol.examples import posting


def reason(hq: Headquarters, device: Device) -> str:
    """What HQ says of the newest operation."""
    seq = len(device.operations)
    return outcomes(acknowledged(hq, device.batch(seq, seq))).get(seq, "applied")


def test_earned_points_credit_the_lease_of_the_device(hq: Headquarters, device: Device) -> None:
    device.sell("m1", earn=70)
    assert reason(hq, device) == "applied"
    assert (held(hq, "m1", device.holder), held(hq, "m1")) == (70, 1000)


def test_they_can_be_spent_there_at_once(hq: Headquarters, device: Device) -> None:
    device.sell("m1", earn=70)
    assert reason(hq, device) == "applied"
    device.sell("m1", use=[("s01-1.1.1", 50)])
    assert reason(hq, device) == "applied"
    assert balance(hq, "m1") == (1020, 0)
    assert held(hq, "m1", device.holder) == 20


def test_one_sale_may_earn_and_use(hq: Headquarters, device: Device) -> None:
    device.sell("m1", earn=70, use=[("s01-1.1.1", 70)])
    assert reason(hq, device) == "applied"
    assert balance(hq, "m1") == (1000, 0)


def test_a_redemption_beyond_the_lease_is_honoured_and_paid_by_the_pool(hq: Headquarters, device: Device) -> None:
    device.sell("m1", use=[("open.m1", 300)])
    assert reason(hq, device) == "flagged lease_exceeded"
    assert balance(hq, "m1") == (700, 0)
    assert held(hq, "m1") == 700
    assert broken(hq) == []


def test_what_the_pool_cannot_pay_is_debt(hq: Headquarters, device: Device) -> None:
    device.sell("m2", use=[("open.m2", 500)])
    assert reason(hq, device) == "flagged lease_exceeded"
    assert balance(hq, "m2") == (-180, 180)
    assert row_of(hq, "member", "m2")["debt"] == 180
    assert row_of(hq, "member", "m2")["lots"] == []
    assert broken(hq) == []


def test_debt_leaves_leases_alone(hq: Headquarters, device: Device) -> None:
    device.sell("m2", use=[("open.m2", 500)])
    reason(hq, device)
    device.sell("m2", earn=60)
    assert reason(hq, device) == "applied"
    assert held(hq, "m2", device.holder) == 60
    assert balance(hq, "m2") == (-120, 180)


def test_an_unknown_member_is_parked_and_the_queue_goes_on(hq: Headquarters, device: Device) -> None:
    device.sell("nobody", earn=70)
    device.sell("m1", earn=5)
    answer = acknowledged(hq, device.batch())
    assert outcomes(answer)[1] == "parked member_unknown"
    assert answer.acked_seq == 2
    assert stored(hq) == device.operations
    assert balance(hq, "m1") == (1005, 0)


def test_a_blocked_member_is_honoured_and_flagged(hq: Headquarters, device: Device) -> None:
    device.sell("m3", earn=5)
    assert reason(hq, device) == "flagged member_blocked"
    assert balance(hq, "m3") == (505, 0)


def test_copyable_use_is_counted_over_all_shops(hq: Headquarters, device: Device) -> None:
    other = join(hq, "s02", "1")
    for one in (device, other):
        one.sell("m1", earn=1500)
        reason(hq, one)
        one.sell("m1", use=[(f"{one.name}.1.1", 1200)], copyable=True)
    assert reason(hq, device) == "applied"
    assert row_of(hq, "member", "m1")["copyable_used"] == {"business_date": "2026-11-20", "points": 1200}
    assert reason(hq, other) == "flagged copyable_daily"
    assert row_of(hq, "member", "m1")["copyable_used"]["points"] == 2400


POISON: dict[str, dict[str, Any]] = {
    "pool": {"postings": (posting(Account.POOL, "open.m1", -5), posting(Account.LEASE, "open.m1", 5))},
    "wrong way": {"postings": (posting(Account.ISSUED, "open.m1", 5), posting(Account.LEASE, "open.m1", -5))},
    "unknown lot": {"postings": (posting(Account.ISSUED, "x", -5), posting(Account.LEASE, "x", 5))},
    "absurd": {"postings": (posting(Account.ISSUED, "open.m1", -(2**62)), posting(Account.LEASE, "open.m1", 2**62))},
    "old lot made again": {"lots": (LotRecord(id="open.m1", points=5, earned_on="2026-11-20"),)},
    "no such day": {"business_date": "2026-99-99"},
    "no such lot day": {"lots": (LotRecord(id="new", points=5, earned_on="2026-02-30"),)},
    "another day's limit": {
        "postings": (
            posting(Account.USED, "copyable:2027-01-01", 5, Asset.LIMIT),
            posting(Account.LIMIT, "copyable:2027-01-01", -5, Asset.LIMIT),
        )
    },
    "no day's limit": {
        "postings": (
            posting(Account.USED, "copyable:", 5, Asset.LIMIT),
            posting(Account.LIMIT, "copyable:", -5, Asset.LIMIT),
        )
    },
}


@pytest.mark.parametrize("name", sorted(POISON))
def test_what_hq_does_not_understand_is_parked_whole(hq: Headquarters, device: Device, name: str) -> None:
    device.sell("m1", **POISON[name])
    assert reason(hq, device) == "parked postings_unknown"
    assert balance(hq, "m1") == (1000, 0)
    device.sell("m1", earn=5)
    assert reason(hq, device) == "applied"
    assert broken(hq) == []


@pytest.mark.parametrize("data", [b"{}", b"not json", b"\xff\x00", b"[" * 5000, b'{"v":2}'])
def test_bytes_that_are_no_operation_are_parked_and_kept(hq: Headquarters, device: Device, data: bytes) -> None:
    device.operations.append(data)
    device.sell("m1", earn=5)
    answer = acknowledged(hq, device.batch())
    assert outcomes(answer)[1] == "parked unreadable"
    assert stored(hq) == device.operations
    assert balance(hq, "m1") == (1005, 0)


@pytest.mark.parametrize("change", [{"device": "s09-1"}, {"epoch": 2}, {"seq": 7}])
def test_an_operation_in_another_place_is_parked(hq: Headquarters, device: Device, change: dict[str, Any]) -> None:
    device.sell("m1", earn=5, **change)
    assert outcomes(acknowledged(hq, device.batch()))[1] == "parked misaddressed"
    assert balance(hq, "m1") == (1000, 0)


def test_a_clock_years_ahead_changes_nothing_for_others(hq: Headquarters, device: Device) -> None:
    device.sell("m1", earn=5, business_date="2031-01-01", at_ms=2**62)
    assert reason(hq, device) == "applied"
    with hq.database.transaction() as connection:
        seen = connection.exec_driver_sql("SELECT last_seen FROM member WHERE id = 'm1'").scalar_one()
    assert seen == "2026-11-20"
    assert "copyable_used" in row_of(hq, "member", "m1")


def test_where_a_member_was_last(hq: Headquarters, device: Device) -> None:
    other = join(hq, "s02", "1")
    other.sell("m2", earn=5)
    acknowledged(hq, other.batch())
    with hq.database.transaction() as connection:
        second = connection.exec_driver_sql("SELECT second_store FROM member WHERE id = 'm2'").scalar_one()
    assert second == "s02"


def test_the_row_merges_pool_and_leases(hq: Headquarters, device: Device) -> None:
    device.sell("m1", earn=5)
    reason(hq, device)
    lots = {lot["id"]: lot["points"] for lot in row_of(hq, "member", "m1")["lots"]}
    assert lots == {"open.m1": 1000, "s01-1.1.1": 5}
