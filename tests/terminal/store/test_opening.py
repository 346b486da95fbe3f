"""Opening a ledger that is not ours, not whole, or in use says so and changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw
import pytest

from terminal.errors import StorageBroken, StoreError
from terminal.store import opening
from terminal.store.ledger import Ledger
from terminal.store.ledger_file import check_sqlite
from tests.terminal.store.material import DEVICE, EPOCH, append, open_ledger


def fill(path: Path, count: int) -> None:
    with open_ledger(path) as ledger:
        for _ in range(count):
            append(ledger, earn=1)


def tamper(path: Path, *statements: str) -> None:
    connection = apsw.Connection(str(path))
    for name in ("operation_no_update", "operation_no_delete", "posting_no_delete"):
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(("device", "epoch"), [("another", EPOCH), (DEVICE, EPOCH + 1)])
def test_the_ledger_of_another_terminal_is_refused(path: Path, device: str, epoch: int) -> None:
    fill(path, 1)
    with pytest.raises(StoreError, match=rf"belongs to {DEVICE}, epoch {EPOCH}; this terminal is {device}"):
        Ledger.open(path, device, epoch)
    open_ledger(path).close()


@pytest.mark.parametrize("count", [1, 3, opening.TAIL, opening.TAIL + 1, opening.TAIL + 5])
def test_a_changed_operation_at_the_end_is_found(path: Path, count: int) -> None:
    fill(path, count)
    open_ledger(path).close()
    tamper(
        path,
        f"UPDATE operation SET bytes = CAST(replace(CAST(bytes AS TEXT), 's01', 's02') AS BLOB) WHERE seq = {count}",
    )
    with pytest.raises(StoreError, match="damaged"):
        open_ledger(path)


def test_a_missing_operation_at_the_end_is_found(path: Path) -> None:
    fill(path, 5)
    tamper(path, "DELETE FROM posting WHERE seq = 4", "DELETE FROM lease", "DELETE FROM intent")
    tamper_again = apsw.Connection(str(path))
    tamper_again.execute("DELETE FROM operation WHERE seq = 4")
    tamper_again.close()
    with pytest.raises(StoreError, match="operation 4 is missing"):
        open_ledger(path)


def test_a_ledger_of_a_newer_release_is_refused(path: Path) -> None:
    open_ledger(path).close()
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="newer release"):
        open_ledger(path)


def test_a_file_that_is_no_database_is_refused_and_kept(path: Path) -> None:
    path.write_bytes(b"not a database, but somebody's file" * 200)
    with pytest.raises(StorageBroken, match="damaged"):
        open_ledger(path)
    assert path.read_bytes().startswith(b"not a database")


def test_another_kind_of_database_is_refused(path: Path) -> None:
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE operation (x)")
    connection.close()
    with pytest.raises(StoreError, match="another kind of database"):
        open_ledger(path)


def test_only_one_service_may_write(path: Path) -> None:
    with open_ledger(path), pytest.raises(StoreError, match="in use"):
        open_ledger(path)
    open_ledger(path).close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        open_ledger(tmp_path / "nowhere" / "ledger.db")


def test_a_page_that_is_damaged_is_found_at_the_start(path: Path) -> None:
    """SQLite's quick check: the end of the chain is whole, and yet the file is not."""
    fill(path, 300)
    connection = apsw.Connection(str(path))
    rows: Any = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'operation_of_member'").fetchall()
    connection.close()
    with path.open("r+b") as file:
        file.seek((rows[0][0] - 1) * 4096)
        file.write(b"\xff" * 100)
    with pytest.raises(StorageBroken, match="damaged"):
        open_ledger(path)


@pytest.mark.parametrize(("found", "good"), [("3.51.2", False), ("3.40.1", False), ("3.51.3", True), ("3.100.0", True)])
def test_a_sqlite_that_can_damage_a_ledger_is_refused(found: str, good: bool) -> None:
    if good:
        check_sqlite(found)
    else:
        with pytest.raises(StoreError, match=f"SQLite {found} can damage a ledger, 3.51.3 is needed"):
            check_sqlite(found)
