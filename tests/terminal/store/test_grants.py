"""Grants of every right, and recalls: each applied once, in order, and kept whole (sync.md, Leases 1, 5, 6, 7, 10)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from loyalty.coupon import Coupon
from loyalty.ledger import Asset
from protocol.lease import Grant, GrantLot, Recall
from protocol.operation import Kind
from protocol.sale_records import CouponRecord
from terminal.errors import LeaseShort, SpendingStopped
from terminal.store.audit import audit
from terminal.store.ledger import Ledger
from tests.terminal.store.material import ADA, BEN, DEVICE, EPOCH, FOREVER_MS, NOON_MS, append, open_ledger, posting
from tests.terminal.store.material_rights import act, back, grant, key, page, value_grant
from tests.terminal.store.test_rights import move

OWN, SHARED = "member:times:ever:deal:m-ada", "chain:times:ever:mug"
CAKE = CouponRecord(code="C-1", rule="cake", holder=ADA, expires_on="2026-12-31")
ANYONES = CouponRecord(code="C-2", rule="tea")


def everything(number: int = 1) -> tuple[Grant, ...]:
    return (
        grant(
            number,
            lots=(GrantLot(lot="g-1", points=100, earned_on="2026-01-01"),),
            limits={OWN: 2, SHARED: 3},
            coupons=(CAKE,),
        ),
        value_grant(number + 1),
        grant(number + 2, None, coupons=(ANYONES,)),
    )


def test_all_that_can_be_leased_lies_here_after_the_grant(ledger: Ledger) -> None:
    assert ledger.apply_grants(page(*everything())) == 3
    held = ledger.held(ADA)
    assert [(lot.id, lot.points) for lot in held.points] == [("g-1", 100)]
    assert held.limits == {OWN: 2}
    assert held.coupons == (Coupon("C-1", "cake", ADA, None, "2026-12-31"),)
    assert [lot.id for lot in held.value] == ["g-v"]
    assert ledger.bearer().limits == {SHARED: 3}, "what the chain counts is no member's"
    assert ledger.bearer().coupons == (Coupon("C-2", "tea"),)


def test_a_page_that_comes_twice_counts_once(ledger: Ledger) -> None:
    ledger.apply_grants(page(*everything()))
    before = (ledger.held(ADA), ledger.bearer())
    assert ledger.apply_grants(page(*everything())) == 0
    assert (ledger.held(ADA), ledger.bearer()) == before


def test_grants_are_kept_whole_so_that_a_restored_hq_hears_them_again(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.apply_grants(page(*everything()))
    with open_ledger(path) as ledger:
        assert ledger.grants_since(0).grants == everything()
        assert ledger.grants_since(2).grants == everything()[2:]
        assert ledger.grants_since(3).grants == ()


@pytest.mark.parametrize(("asset", "lot", "left"), [("limit", OWN, 2), ("limit", SHARED, 3), ("coupon", "C-1", 1)])
def test_no_right_is_used_beyond_what_lies_here(ledger: Ledger, asset: str, lot: str, left: int) -> None:
    ledger.apply_grants(page(*everything()))
    append(ledger, postings=move("lease", "used", asset, lot, left))
    with pytest.raises(LeaseShort) as caught:
        append(ledger, postings=move("lease", "used", asset, lot, 1))
    assert (caught.value.asset, caught.value.lot, caught.value.available) == (asset, lot, 0)


def test_a_coupon_is_used_once_by_whoever_brings_it_and_can_come_back(ledger: Ledger) -> None:
    ledger.apply_grants(page(*everything()))
    append(ledger, member=BEN, postings=move("lease", "redeemed", "coupon", "C-2", 1))
    assert ledger.bearer().coupons == ()
    with pytest.raises(LeaseShort):
        append(ledger, member=None, postings=move("lease", "redeemed", "coupon", "C-2", 1))
    act(ledger, Kind.REFUND, postings=move("redeemed", "lease", "coupon", "C-2", 1), detail={"sale": None})
    assert ledger.bearer().coupons == (Coupon("C-2", "tea"),), "its bearer's again, not the member's who paid"


@pytest.mark.parametrize("holder", [ADA, BEN, None])
def test_a_coupon_that_is_here_already_stays_one_and_later_grants_come(path: Path, holder: str | None) -> None:
    """Whomever HQ gives it to the second time."""
    again = CAKE.model_copy(update={"holder": holder})
    lots = (GrantLot(lot="g-9", points=5, earned_on="2026-01-01", expires_on=None),)
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        ledger.apply_grants(page(grant(1, coupons=(CAKE,))))
        ledger.apply_grants(page(grant(2, coupons=(again, again)), grant(3, lots=lots)))
        assert ledger.grants_applied() == 3
        assert [lot.points for lot in ledger.held(ADA).points] == [5]
        assert ledger.held(ADA).coupons == (Coupon("C-1", "cake", ADA, None, "2026-12-31"),)
        assert (ledger.bearer().coupons, ledger.held(BEN).coupons) == ((), ())
        append(ledger, postings=move("lease", "redeemed", "coupon", "C-1", 1))
        with pytest.raises(LeaseShort):
            append(ledger, postings=move("lease", "redeemed", "coupon", "C-1", 1))
        assert ledger.grants_since(0).grants[1].coupons == (again, again)  # HQ hears what it said
    assert audit(path) == []


def test_a_coupon_that_was_used_can_be_granted_again(path: Path) -> None:
    """The control: only what lies here is left out; one that came back at HQ meanwhile is good once more."""
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        ledger.apply_grants(page(grant(1, coupons=(CAKE,))))
        append(ledger, postings=move("lease", "redeemed", "coupon", "C-1", 1))
        ledger.apply_grants(page(grant(2, coupons=(CAKE,))))
        assert [coupon.code for coupon in ledger.held(ADA).coupons] == ["C-1"]
    assert audit(path) == []


def test_nothing_that_was_placed_here_is_spent_after_the_time_and_all_of_it_can_go_back(path: Path) -> None:
    """Leases 4 and 8: returns, releases, expiry and earning never stop."""
    with open_ledger(path) as ledger:
        ledger.apply_grants(page(*everything()))
        ledger.note_spend_until(NOON_MS - 1)
        for asset, lot in (("points", "g-1"), ("limit", OWN), ("coupon", "C-1")):
            with pytest.raises(SpendingStopped):
                append(ledger, postings=move("lease", "redeemed", asset, lot, 1))
            act(ledger, Kind.LEASE_RETURN, postings=back(asset, lot, 1))
        act(ledger, Kind.EXPIRE, postings=move("lease", "expired", "points", "g-1", 5))
        act(ledger, Kind.RELEASE, member=None, detail={"through": 3})
        append(ledger, earn=7)
        assert [lot.points for lot in ledger.held(ADA).points] == [7, 94]
    assert audit(path) == []


def test_spending_stops_by_the_time_it_is_counted_by(ledger: Ledger) -> None:
    """Not by that of the operation: a clock that jumped moves only that (Leases 4)."""
    ledger.apply_grants(page(*everything()))
    counted = FOREVER_MS
    ledger.count_by(lambda: counted)
    append(ledger, postings=move("lease", "redeemed", "points", "g-1", 1), at_ms=FOREVER_MS + 10**12)
    counted = FOREVER_MS + 1
    assert ledger.spending_stopped(0)
    with pytest.raises(SpendingStopped):
        append(ledger, postings=move("lease", "redeemed", "points", "g-1", 1), at_ms=NOON_MS)


def test_a_recall_waits_until_the_operation_with_its_intent_is_written(path: Path) -> None:
    asked = (Recall(asset=Asset.POINTS, lot="g-1", amount=30), Recall(sale=key(1)))
    with open_ledger(path) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        ledger.apply_grants(page(*everything()))
        ledger.apply_grants(page(grant(4, ADA, recalls=asked)))
    with open_ledger(path) as ledger:
        first, second = ledger.recalls()
        assert (first.number, first.line, first.member, first.recall) == (4, 0, ADA, asked[0])
        assert (second.line, second.recall) == (1, asked[1])
        text = f"recall|{DEVICE}|{EPOCH}|4|0"
        assert first.intent == hashlib.sha256(text.encode()).hexdigest()[:32]
        answer = back("points", "g-1", 30)
        act(ledger, Kind.LEASE_RETURN, intent=first.intent, postings=answer, detail={"recall": 4})
        assert [each.line for each in ledger.recalls()] == [1]
        assert ledger.apply_grants(page(grant(4, ADA, recalls=asked))) == 0
        assert [each.line for each in ledger.recalls()] == [1], "applied once"
    assert audit(path) == []


def test_points_that_come_back_to_a_lot_that_is_here_add_to_it(ledger: Ledger) -> None:
    """A refund names every lot that points go back to, with its dates (D14)."""
    ledger.apply_grants(page(*everything()))
    append(ledger, draw={"g-1": 40})
    lot = {"id": "g-1", "points": 40, "earned_on": "2026-01-01"}
    returned = (posting("redeemed", "g-1", -40), posting("lease", "g-1", 40))
    act(ledger, Kind.REFUND, postings=returned, lots=(lot,), detail={"sale": None})
    assert [(each.id, each.points) for each in ledger.held(ADA).points] == [("g-1", 100)]
