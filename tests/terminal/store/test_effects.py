"""What own operations did, for the overlay on HQ's row: every asset, and cheap with weeks of operations."""

from __future__ import annotations

from pathlib import Path

from protocol.operation import Kind
from terminal.store.effects import Effects
from terminal.store.ledger import Ledger
from tests.terminal.store.material import ADA, BEN, append, grants, open_ledger, posting
from tests.terminal.store.material_rights import PURSE, act, back, grant, moved, page, value_grant
from tests.terminal.store.test_grants import CAKE, OWN
from tests.terminal.store.test_rights import move, stamps


def test_every_asset_is_in_the_overlay(ledger: Ledger) -> None:
    ledger.apply_grants(grants(100))
    ledger.apply_grants(page(value_grant(2), grant(3, limits={OWN: 2}, coupons=(CAKE,))))
    append(ledger, draw={"g-1": 30}, earn=5)
    spent = PURSE.spend(1_200)
    append(ledger, postings=moved(PURSE, spent))
    append(ledger, postings=(*move("lease", "used", "limit", OWN, 1), *move("lease", "redeemed", "coupon", "C-1", 1)))
    append(ledger, postings=stamps(3))
    effects = ledger.effects(ADA, 0)
    assert (effects.points, effects.by_lot) == (-25, {"g-1": -30, "s01-1-aa.1.1": 5})
    assert effects.value == {"g-v": -1_200}
    assert effects.coupons == {"C-1": -1}
    assert effects.stamps == {"coffee": 3}
    assert effects.used == {"copyable:2026-09-21": 30, OWN: 1}
    assert effects.copyable == {"2026-09-21": 30}
    assert effects.sales == 4
    assert ledger.effects(ADA, 3) == Effects(stamps={"coffee": 3}, sales=1)
    assert ledger.effects(ADA, 4) == ledger.effects(BEN, 0) == Effects()


def test_what_goes_back_to_hq_changes_nothing_of_what_the_member_has(ledger: Ledger) -> None:
    ledger.apply_grants(grants(100))
    ledger.apply_grants(page(value_grant(2)))
    act(ledger, Kind.LEASE_RETURN, postings=back("points", "g-1", 40))
    returned = (*back("principal", PURSE.id, 10_000), *back("bonus", PURSE.id, 2_000))
    act(ledger, Kind.LEASE_RETURN, postings=returned)
    assert ledger.effects(ADA, 0) == Effects()


def test_what_expired_here_is_gone(ledger: Ledger) -> None:
    ledger.apply_grants(grants(100))
    act(ledger, Kind.EXPIRE, postings=move("lease", "expired", "points", "g-1", 40))
    effects = ledger.effects(ADA, 0)
    assert (effects.points, effects.by_lot, effects.sales) == (-40, {"g-1": -40}, 0)


def test_a_refund_gives_back_takes_back_and_may_leave_a_debt(ledger: Ledger) -> None:
    ledger.apply_grants(grants(100))
    append(ledger, draw={"g-1": 30}, earn=5)
    lot = "s01-1-aa.1.1"
    postings = (
        *move("redeemed", "lease", "points", "g-1", 30),
        posting("lease", lot, -5),
        posting("debt", lot, -7),
        posting("cancelled", lot, 12),
    )
    act(ledger, Kind.REFUND, postings=postings, detail={"sale": None})
    effects = ledger.effects(ADA, 0)
    assert (effects.points, effects.by_lot, effects.debt_paid, effects.sales) == (0, {}, -7, 1)


def test_the_overlay_reads_the_members_own_operations_alone(path: Path) -> None:
    """35 days of other people's sales cost nothing: SQLite goes by the index on the member, and walks few rows."""
    with open_ledger(path) as ledger:
        append(ledger, earn=5)
        few = steps_of(ledger)
        for n in range(300):
            append(ledger, member=f"m-{n}", earn=1)
        assert steps_of(ledger) <= few + 20
        assert ledger.effects(ADA, 0).points == 5


def steps_of(ledger: Ledger) -> int:
    """How many instructions of SQLite's machine the overlay of one member takes."""
    seen = 0

    def count() -> bool:
        nonlocal seen
        seen += 1
        return False

    connection = ledger._file.connection
    connection.set_progress_handler(count, 1)
    ledger.effects(ADA, 0)
    connection.set_progress_handler(None)
    return seen
