"""The ledger: one commit is the sale, facts never change, a lease is never overspent."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from loyalty.lots import Lot
from protocol import chain
from protocol.operation import Operation
from terminal.errors import ChainDiverged, IntentConflict, LeaseShort, SpendingStopped, StoreError
from terminal.store.audit import audit
from terminal.store.ledger import Head, Ledger, Outbox
from tests.terminal.store.material import (
    ADA,
    BEN,
    DEVICE,
    DIGEST,
    EPOCH,
    FOREVER_MS,
    NOON_MS,
    append,
    grants,
    intent,
    open_ledger,
    posting,
    sale,
)

BODY, OTHER = DIGEST, "f" * 64
GENESIS = chain.genesis(DEVICE, EPOCH)


def raw(path: Path) -> apsw.Connection:
    return apsw.Connection(str(path))


def test_an_operation_becomes_the_head_of_the_chain(ledger: Ledger) -> None:
    assert ledger.head() == Head(0, GENESIS)
    operation = append(ledger)
    assert ledger.head() == Head(1, chain.link(GENESIS, operation.encode()))
    assert ledger.operation(1) == operation
    assert ledger.operation(2) is None


def test_what_was_appended_is_there_after_reopening(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.apply_grants(grants(100))
        ledger.note_spend_until(FOREVER_MS)
        append(ledger, draw={"g-1": 40}, earn=7)
        ledger.acknowledge(1, ledger.head().hash)
        ledger.note("anchor", {"utc_ms": 5})
        before = (ledger.head(), ledger.lease(ADA), ledger.grants_applied(), ledger.outbox(), ledger.spend_until())
    with open_ledger(path) as ledger:
        after = (ledger.head(), ledger.lease(ADA), ledger.grants_applied(), ledger.outbox(), ledger.spend_until())
        assert after == before
        assert ledger.noted("anchor") == {"utc_ms": 5}
        assert ledger.noted("draft") is None


def test_the_settings_of_the_file(path: Path, ledger: Ledger) -> None:
    connection = ledger._file.connection
    asked = ("journal_mode", "synchronous", "mmap_size", "foreign_keys", "user_version")
    values = {name: connection.execute(f"PRAGMA {name}").fetchall() for name in asked}
    assert values == {
        "journal_mode": [("wal",)],
        "synchronous": [(2,)],
        "mmap_size": [(0,)],
        "foreign_keys": [(1,)],
        "user_version": [(5,)],
    }
    tables = connection.execute("SELECT strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    assert [strict for (strict,) in tables.fetchall()].count(0) == 1, "all but sqlite_schema are strict"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE operation SET bytes = x'00'",
        "DELETE FROM operation",
        "UPDATE posting SET amount = amount + 1",
        "DELETE FROM posting",
        "UPDATE granted SET body = '{}'",
        "DELETE FROM granted",
        "INSERT INTO operation (seq, kind, at_ms, clock, hash, bytes, answer)"
        " VALUES (7, 'sale', 0, '', zeroblob(32), x'00', x'00')",
        "UPDATE lease SET remaining = -1",
    ],
)
def test_a_fact_cannot_be_changed_even_by_hand(path: Path, ledger: Ledger, statement: str) -> None:
    ledger.apply_grants(grants(10))
    append(ledger, earn=5)
    connection = raw(path)
    with pytest.raises(apsw.ConstraintError):
        connection.execute(statement)
    connection.close()


def test_an_operation_that_is_not_the_next_one_is_a_bug(ledger: Ledger) -> None:
    for wrong in (sale(2), sale(1, device="other"), sale(1, epoch=2)):
        with pytest.raises(AssertionError, match="cannot follow"):
            ledger.append(wrong, BODY, {})


def test_postings_that_do_not_sum_to_zero_are_a_bug(ledger: Ledger) -> None:
    good = sale(1, earn=5)
    bent = Operation.model_construct(**{**dict(good), "postings": (posting("lease", "x", 5),)})
    with pytest.raises(AssertionError, match="sum to zero"):
        ledger.append(bent, BODY, {})
    ledger.append(good, BODY, {})


def test_points_earned_here_can_be_spent_here_at_once(ledger: Ledger) -> None:
    append(ledger, earn=30)
    assert ledger.lease(ADA) == (Lot(f"{DEVICE}.1.1", 30, "2026-09-21", "2028-09-30"),)
    append(ledger, draw={f"{DEVICE}.1.1": 30})
    assert ledger.lease(ADA) == ()


def test_a_lease_is_in_spending_order(ledger: Ledger) -> None:
    ledger.apply_grants(grants(10))
    append(ledger, earn=5)
    assert [lot.id for lot in ledger.lease(ADA)] == [f"{DEVICE}.1.1", "g-1"], "undated last (D17)"
    assert ledger.lease(BEN) == ()


def test_more_than_the_lease_is_refused_and_nothing_is_written(ledger: Ledger) -> None:
    ledger.apply_grants(grants(100))
    head = ledger.head()
    with pytest.raises(LeaseShort) as caught:
        ledger.append(sale(1, earn=3, draw={"g-1": 101}), BODY, {})
    assert (caught.value.member, caught.value.asked, caught.value.available) == (ADA, 101, 100)
    assert ledger.head() == head
    assert ledger.operation(1) is None
    assert ledger.recorded(intent(1), BODY) is None
    assert [lot.points for lot in ledger.lease(ADA)] == [100]
    append(ledger, draw={"g-1": 100})


def test_the_lease_of_another_member_or_lot_does_not_help(ledger: Ledger) -> None:
    ledger.apply_grants(grants(100))
    for wrong in (sale(1, member=BEN, draw={"g-1": 1}), sale(1, draw={"g-1": 50, "g-2": 1})):
        with pytest.raises(LeaseShort) as caught:
            ledger.append(wrong, BODY, {})
        assert caught.value.available == (100 if wrong.member == ADA else 0)


def test_spending_stops_when_hq_said_so_and_earning_does_not(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.apply_grants(grants(100))
        with pytest.raises(SpendingStopped, match="not yet"):
            append(ledger, draw={"g-1": 1})
        ledger.note_spend_until(NOON_MS)
        with pytest.raises(SpendingStopped, match="too long"):
            append(ledger, draw={"g-1": 1})
        append(ledger, earn=5)
        ledger.note_spend_until(FOREVER_MS)
        append(ledger, draw={"g-1": 1})
    assert audit(path) == []


def test_the_right_to_spend_is_never_longer_after_a_restart(path: Path) -> None:
    for until in (NOON_MS, NOON_MS + 1000, NOON_MS + 3_600_000, NOON_MS + 10, NOON_MS + 20):
        with open_ledger(path) as ledger:
            ledger.note_spend_until(until)
            assert ledger.spend_until() == until
        with open_ledger(path) as ledger:
            kept = ledger.spend_until()
            assert kept is not None
            assert until - 3_600_000 < kept <= until


def test_same_intent_and_body_same_answer(ledger: Ledger) -> None:
    assert ledger.begin_intent(intent(1), BODY) is None
    assert ledger.begin_intent(intent(1), BODY) is None, "begun, not done"
    ledger.append(sale(1), BODY, {"receipt": "s01-1-000001", "名": "小计"})
    assert ledger.begin_intent(intent(1), BODY) == {"receipt": "s01-1-000001", "名": "小计"}
    assert ledger.recorded(intent(1), BODY) == ledger.answer(intent(1)) == {"receipt": "s01-1-000001", "名": "小计"}
    assert ledger.answer(intent(2)) is None


def test_a_begun_intent_is_on_the_disk(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.begin_intent(intent(9), BODY)
    with open_ledger(path) as ledger, pytest.raises(IntentConflict):
        ledger.begin_intent(intent(9), OTHER)


def test_same_intent_with_another_body_is_a_conflict(ledger: Ledger) -> None:
    ledger.begin_intent(intent(1), BODY)
    with pytest.raises(IntentConflict, match=intent(1)):
        ledger.append(sale(1), OTHER, {})
    append(ledger)
    for ask in (ledger.begin_intent, ledger.recorded):
        with pytest.raises(IntentConflict):
            ask(intent(1), OTHER)


def test_an_intent_makes_one_operation_only(ledger: Ledger) -> None:
    append(ledger)
    with pytest.raises(IntentConflict):
        ledger.append(sale(2, intent=intent(1)), BODY, {})
    assert ledger.head().seq == 1


def test_effects_are_those_above_what_hq_has_booked(ledger: Ledger) -> None:
    ledger.apply_grants(grants(100))
    append(ledger, earn=10, draw={"g-1": 60})
    append(ledger, member=BEN, earn=99)
    append(ledger, member=None)
    append(ledger, earn=5, draw={"g-1": 5, f"{DEVICE}.1.1": 10})
    all_of_it = ledger.effects(ADA, 0)
    assert all_of_it.points == 10 - 60 + 5 - 5 - 10
    assert all_of_it.by_lot == {"g-1": -65, f"{DEVICE}.1.4": 5}, "a lot that came and went is no change"
    assert all_of_it.copyable == {"2026-09-21": 75}
    assert [(lot.id, lot.points) for lot in all_of_it.new_lots] == [(f"{DEVICE}.1.1", 10), (f"{DEVICE}.1.4", 5)]
    later = ledger.effects(ADA, 1)
    assert (later.points, later.copyable) == (5 - 5 - 10, {"2026-09-21": 15})
    assert [lot.id for lot in later.new_lots] == [f"{DEVICE}.1.4"]
    assert ledger.effects(ADA, 4).by_lot == {}


def test_sales_of_a_member_are_newest_first(ledger: Ledger) -> None:
    made = [append(ledger), append(ledger, member=BEN), append(ledger), append(ledger)]
    assert ledger.sales_of(ADA, 2) == [made[3], made[2]]
    assert ledger.sales_of(BEN, 9) == [made[1]]


def test_the_outbox_is_what_hq_has_not_acknowledged(ledger: Ledger) -> None:
    assert ledger.outbox() == Outbox(0, None)
    heads = [ledger.append(sale(n), BODY, {}) for n in (1, 2, 3)]
    assert ledger.outbox() == Outbox(3, NOON_MS + 1)
    ledger.acknowledge(2, heads[1].hash)
    assert ledger.outbox() == Outbox(1, NOON_MS + 3)
    ledger.acknowledge(3, heads[2].hash)
    assert ledger.outbox() == Outbox(0, None)


def test_a_restored_hq_gets_its_operations_again(ledger: Ledger) -> None:
    heads = [ledger.append(sale(n), BODY, {}) for n in (1, 2)]
    ledger.acknowledge(2, heads[1].hash)
    ledger.acknowledge(0, GENESIS)
    assert ledger.outbox().depth == 2


def test_a_foreign_history_at_hq_is_never_acknowledged(ledger: Ledger) -> None:
    append(ledger)
    with pytest.raises(ChainDiverged, match="not the one"):
        ledger.acknowledge(1, GENESIS)
    with pytest.raises(ChainDiverged, match="HQ has 2 operations"):
        ledger.acknowledge(2, GENESIS)
    assert ledger.outbox().depth == 1


def test_grants_are_applied_once_and_in_order(ledger: Ledger) -> None:
    assert ledger.apply_grants(grants(10, 20)) == 2
    assert ledger.apply_grants(grants(10, 20)) == 0
    assert ledger.apply_grants(grants(20, 30, first=2)) == 1
    assert [lot.points for lot in ledger.lease(ADA)] == [60]
    assert ledger.grants_applied() == 3


def test_a_gap_in_grants_is_refused_whole(ledger: Ledger) -> None:
    with pytest.raises(StoreError, match="grant 1 is missing"):
        ledger.apply_grants(grants(10, first=2))
    torn = grants(10, 20, 30).model_copy(update={"grants": (grants(10).grants[0], grants(5, first=3).grants[0])})
    with pytest.raises(StoreError, match="grant 2 is missing"):
        ledger.apply_grants(torn)
    assert ledger.lease(ADA) == ()
    assert ledger.grants_applied() == 0


def test_grants_of_another_device_are_refused(ledger: Ledger) -> None:
    with pytest.raises(StoreError, match="not ours"):
        ledger.apply_grants(grants(10).model_copy(update={"epoch": 2}))


def test_the_newest_trusted_time(ledger: Ledger) -> None:
    assert ledger.newest_trusted_ms() == 0
    append(ledger)
    append(ledger, clock="unknown")
    assert ledger.newest_trusted_ms() == NOON_MS + 1


def test_a_checkpoint_keeps_everything(path: Path, ledger: Ledger) -> None:
    append(ledger, earn=5)
    ledger.checkpoint()
    append(ledger, earn=5)
    assert ledger.effects(ADA, 0).points == 10
