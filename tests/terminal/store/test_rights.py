"""Stamps, coupons, counted limits and value in the ledger: kept whole, and never taken for points."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyalty.ledger import Asset
from protocol.operation import PostingRecord
from terminal.errors import LeaseShort, SpendingStopped
from terminal.store.audit import audit
from terminal.store.effects import Effects
from terminal.store.ledger import Ledger
from terminal.store.rights import Rights
from tests.terminal.store.material import ADA, BEN, FOREVER_MS, append, open_ledger, posting

DAILY, EVER = "terminal:units:2026-09-21:flash", "terminal:times:ever:deal"
CAKE = "birthday:2026:cake:m-ada"


def move(out_of: str, into: str, asset: str, lot: str, amount: int) -> tuple[PostingRecord, ...]:
    return posting(out_of, lot, -amount, asset), posting(into, lot, amount, asset)


def stamps(amount: int, offer: str = "coffee") -> tuple[PostingRecord, ...]:
    return move("issued", "lease", "stamp", offer, amount)


def counted(key: str, amount: int) -> tuple[PostingRecord, ...]:
    return move("limit", "used", "limit", key, amount)


def test_stamps_add_up_by_member_and_offer(ledger: Ledger) -> None:
    append(ledger, postings=stamps(9))
    append(ledger, postings=(*stamps(2), *stamps(1, "tea")))
    append(ledger, postings=move("lease", "redeemed", "stamp", "coffee", 10))
    append(ledger, member=BEN, postings=stamps(3))
    assert ledger.rights(ADA).stamps == {"coffee": 1, "tea": 1}
    assert ledger.rights(BEN).stamps == {"coffee": 3}
    assert ledger.rights("m-nobody") == Rights({}, {})


def test_what_a_member_used_is_counted_over_all_operations(ledger: Ledger) -> None:
    append(ledger, postings=counted(CAKE, 1))
    ledger.acknowledge(*(ledger.head().seq, ledger.head().hash))
    assert ledger.rights(ADA).used == {CAKE: 1}
    assert ledger.rights(BEN).used == {}


def test_this_terminals_own_limits_are_counted_whoever_bought(path: Path) -> None:
    with open_ledger(path) as ledger:
        append(ledger, postings=counted(DAILY, 3))
        append(ledger, member=None, postings=(*counted(DAILY, 2), *counted(EVER, 1)))
        append(ledger, postings=(*counted(CAKE, 1), *counted("member:times:ever:x:m-ada", 1)))
        assert ledger.counted() == {DAILY: 5, EVER: 1}
    with open_ledger(path) as ledger:
        assert ledger.counted() == {DAILY: 5, EVER: 1}, "as before the restart"
    assert audit(path) == []


def test_a_sale_that_was_not_written_counts_nothing(ledger: Ledger) -> None:
    with pytest.raises(LeaseShort):
        append(ledger, postings=(*counted(DAILY, 3), *move("lease", "redeemed", "points", "g-1", 5)))
    assert ledger.counted() == {}


@pytest.mark.parametrize("asset", [asset for asset in Asset if asset is not Asset.POINTS])
def test_other_assets_are_kept_and_never_taken_for_points(ledger: Ledger, asset: Asset) -> None:
    append(ledger, postings=move("issued", "lease", asset, "g-1", 1))
    append(ledger, postings=move("lease", "redeemed", asset, "g-1", 1))
    assert ledger.lease(ADA) == ()
    assert ledger.effects(ADA, 0) == Effects(sales=2)
    written = ledger.operation(2)
    assert written is not None
    assert [p.asset for p in written.postings] == [asset, asset]


@pytest.mark.parametrize("asset", ["stamp", "coupon", "principal", "limit"])
def test_the_end_of_the_right_to_spend_holds_for_every_asset(path: Path, asset: str) -> None:
    with open_ledger(path) as ledger:
        append(ledger, postings=move("issued", "lease", asset, "x", 1))
        with pytest.raises(SpendingStopped):
            append(ledger, postings=move("lease", "redeemed", asset, "x", 1))
        ledger.note_spend_until(FOREVER_MS)
        append(ledger, postings=move("lease", "redeemed", asset, "x", 1))


def test_points_that_pay_a_debt_are_no_lease_d12(ledger: Ledger) -> None:
    lot = "s01-1-aa.1.1"
    append(ledger, earn=70, postings=(posting("issued", lot, -70), posting("debt", lot, 20), posting("lease", lot, 50)))
    assert [lot.points for lot in ledger.lease(ADA)] == [50]
    effects = ledger.effects(ADA, 0)
    assert (effects.points, effects.debt_paid) == (50, 20)
    assert [lot.points for lot in effects.new_lots] == [50]
    assert ledger.effects(ADA, 1) == Effects()
