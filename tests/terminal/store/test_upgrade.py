"""A ledger of schema 1 opens, keeps every operation, lease and grant, and goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw
import pytest

from cards.sun import CounterVerdict
from terminal.errors import LeaseShort, StorageFull, StoreError
from terminal.store.audit import audit
from terminal.store.card_counters import LinkSeen
from terminal.store.codes_used import CodeUse
from terminal.store.outbox import OutboxReader
from terminal.store.pin_attempts import Guess
from tests.terminal.store.failing_disk import FailingDisk, broken_at, full_from
from tests.terminal.store.material import ADA, BEN, DIGEST, FOREVER_MS, append, grants, intent, open_ledger
from tests.terminal.store.test_rights import CAKE, DAILY, move

OLD = Path(__file__).with_name("ledger_v1.sql")
LINKS = ("card_counter", "link_seen")
WITHOUT_LINKS = "; ".join(f"DROP TABLE {name}" for name in LINKS)
WITHOUT_PROOFS = "; ".join(
    f"DROP TABLE {name}" for name in ("code_used", "code_forgotten", "pin_count", "pin_guess", *LINKS)
)


@pytest.fixture
def old(path: Path) -> Path:
    """A ledger as the release before this one left it."""
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN")
    connection.execute(OLD.read_text("utf-8"))
    connection.execute("COMMIT")
    connection.close()
    return path


def version(path: Path) -> int:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        rows: Any = connection.execute("PRAGMA user_version").fetchall()
        return int(rows[0][0])
    finally:
        connection.close()


def test_everything_that_was_there_is_there(old: Path) -> None:
    with open_ledger(old) as ledger:
        assert (ledger.head().seq, ledger.outbox().depth, ledger.grants_applied()) == (6, 4, 3)
        assert ledger.spend_until() == FOREVER_MS
        assert [(lot.id, lot.points, lot.earned_on) for lot in ledger.lease(ADA)] == [("g-1", 100, "2026-01-01")]
        assert [(lot.id, lot.points, lot.expires_on) for lot in ledger.lease(BEN)] == [
            ("s01-1-aa.1.3", 5, "2028-09-30")
        ]
        assert ledger.rights(ADA).stamps == {"coffee": 5}
        assert ledger.rights(ADA).used[CAKE] == 1
        assert ledger.counted() == {DAILY: 5}
        assert ledger.recorded(intent(6), DIGEST) == {"number": 6}
        assert ledger.begin_intent(intent(900), DIGEST) is None, "still begun, still ours"
        assert ledger.noted("clock") is not None
        assert [operation.seq for operation in ledger.sales_of(ADA, 9)] == [6, 5, 4, 1]
        assert [(lot.id, lot.points) for lot in ledger.effects(ADA, 0).new_lots] == [("s01-1-aa.1.1", 7)]
    assert audit(old) == []
    assert version(old) == 5


def test_the_grants_are_whole_and_can_be_told_again(old: Path) -> None:
    with open_ledger(old) as ledger:
        told = ledger.grants_since(1)
        assert [(grant.number, grant.member, grant.lots[0].lot, grant.lots[0].points) for grant in told.grants] == [
            (2, ADA, "g-1", 50),
            (3, BEN, "g-2", 30),
        ]
        assert told.head == 3


def test_it_goes_on_where_it_was(old: Path) -> None:
    with open_ledger(old) as ledger:
        append(ledger, draw={"g-1": 100}, earn=3)
        with pytest.raises(LeaseShort):
            append(ledger, draw={"g-1": 1})
        append(ledger, postings=move("lease", "redeemed", "stamp", "coffee", 5))
        with pytest.raises(LeaseShort):
            append(ledger, postings=move("lease", "redeemed", "stamp", "coffee", 1))
        assert ledger.apply_grants(grants(8, first=4)) == 1
    with OutboxReader(old) as reader:
        assert len(reader.pending(2, 100, 10**6).operations) == 6
    with open_ledger(old) as ledger:
        assert ledger.head().seq == 8
    assert audit(old) == []


@pytest.mark.parametrize("table", ["operation", "posting", "granted"])
def test_facts_are_guarded_as_in_a_new_ledger(old: Path, table: str) -> None:
    open_ledger(old).close()
    connection = apsw.Connection(str(old))
    for act in (f"DELETE FROM {table}", f"UPDATE {table} SET rowid = 9" if table == "operation" else None):
        if act is not None:
            with pytest.raises(apsw.ConstraintError):
                connection.execute(act)
    connection.close()


def test_a_ledger_of_schema_2_goes_on_with_its_intents(old: Path) -> None:
    open_ledger(old).close()
    connection = apsw.Connection(str(old))
    connection.execute(f"{WITHOUT_PROOFS}; ALTER TABLE intent DROP COLUMN begun_after; PRAGMA user_version = 2")
    connection.close()
    with open_ledger(old) as ledger:
        assert ledger.recorded(intent(6), DIGEST) == {"number": 6}
        assert ledger.begin_intent(intent(900), DIGEST) is None, "still begun, still ours"
        append(ledger, earn=1)
    assert version(old) == 5
    assert audit(old) == []
    connection = apsw.Connection(str(old), flags=apsw.SQLITE_OPEN_READONLY)
    begun: Any = connection.execute("SELECT intent, begun_after FROM intent WHERE seq IS NULL").fetchall()
    connection.close()
    assert begun == [(intent(900), 6)]


def test_a_ledger_of_schema_3_learns_of_codes_and_pins(old: Path) -> None:
    open_ledger(old).close()
    connection = apsw.Connection(str(old))
    connection.execute(f"{WITHOUT_PROOFS}; PRAGMA user_version = 3")
    connection.close()
    with open_ledger(old) as ledger:
        assert ledger.head().seq == 6
        assert ledger.begin_intent(intent(900), DIGEST) is None, "still begun, still ours"
        assert ledger.codes_used.use(bytes(32), 100, 90) is CodeUse.FIRST
        assert isinstance(ledger.pin_attempts.begin(ADA, 1, 5, online=True), Guess)
    assert version(old) == 5
    assert audit(old) == []


def test_a_ledger_of_schema_4_learns_of_links(old: Path) -> None:
    open_ledger(old).close()
    connection = apsw.Connection(str(old))
    connection.execute(f"{WITHOUT_LINKS}; PRAGMA user_version = 4")
    connection.close()
    with open_ledger(old) as ledger:
        assert ledger.card_counters.take(LinkSeen("a" * 32, 1, 7, 0, None)) is CounterVerdict.FRESH
    assert version(old) == 5
    assert audit(old) == []


def test_a_full_disk_leaves_the_old_ledger_as_it_was(old: Path) -> None:
    """One transaction: all of it, or nothing."""
    with FailingDisk("full-upgrade", full_from(1)) as disk, pytest.raises(StorageFull):
        open_ledger(old, disk.name)
    assert version(old) == 1
    with open_ledger(old) as ledger:
        assert ledger.head().seq == 6
    assert version(old) == 5


def test_a_disk_that_fails_anywhere_loses_nothing(old: Path) -> None:
    image = {file.name: file.read_bytes() for file in old.parent.iterdir()}
    for n in range(1, 60):
        for name, data in image.items():
            (old.parent / name).write_bytes(data)
        with FailingDisk(f"upgrade-{n}", broken_at("write", n)) as disk:
            try:
                open_ledger(old, disk.name).close()
                failed = False
            except StoreError:
                failed = True
        with open_ledger(old) as ledger:
            assert (ledger.head().seq, ledger.grants_applied()) == (6, 3)
        assert audit(old) == []
        if not failed:
            return
    raise AssertionError("the upgrade never ended")
