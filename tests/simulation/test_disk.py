"""The simulated disk keeps what was synced through a power cut, and loses or tears the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import apsw
import pytest

from terminal.bench.simulation.disk import Disk


@pytest.fixture
def disk() -> Iterator[Disk]:
    with Disk("simulated-test") as made:
        yield made


def rows(path: Path) -> list[int]:
    """The numbers that are left; none if the table is lost too."""
    connection = apsw.Connection(str(path))
    try:
        return [number for (number,) in connection.execute("SELECT n FROM t ORDER BY n")]
    except apsw.SQLError:
        return []
    finally:
        connection.close()


def write(disk: Disk, folder: Path, synchronous: str) -> apsw.Connection:
    """A table with the numbers 0 to 9, each in a transaction of its own."""
    connection = apsw.Connection(str(folder / "ledger.db"), vfs=disk.name)
    connection.execute(
        f"PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; CREATE TABLE t (n INTEGER)"
    ).fetchall()
    for number in range(10):
        connection.execute("INSERT INTO t VALUES (?)", (number,))
    return connection


def after_cut(disk: Disk, folder: Path, synchronous: str, seed: int) -> list[int]:
    connection = write(disk, folder, synchronous)
    image = disk.image(folder, Random(seed))
    connection.close()
    disk.put(folder, image)
    return rows(folder / "ledger.db")


def test_what_was_synced_survives(disk: Disk, tmp_path: Path) -> None:
    assert after_cut(disk, tmp_path, "FULL", 1) == list(range(10))


def test_what_was_not_synced_may_be_lost(disk: Disk, tmp_path: Path) -> None:
    """The control: without a sync at each commit the same cut takes rows away."""
    assert after_cut(disk, tmp_path, "NORMAL", 1) != list(range(10))


def test_without_chance_the_image_is_all_that_was_written(disk: Disk, tmp_path: Path) -> None:
    connection = write(disk, tmp_path, "NORMAL")
    image = disk.image(tmp_path, None)
    connection.close()
    disk.put(tmp_path, image)
    assert rows(tmp_path / "ledger.db") == list(range(10))


def test_an_act_happens_before_the_sync_that_was_named(disk: Disk, tmp_path: Path) -> None:
    connection = write(disk, tmp_path, "FULL")
    images = []
    disk.arm(tmp_path, 2, lambda: images.append(disk.image(tmp_path, Random(1))))
    connection.execute("INSERT INTO t VALUES (10)")
    assert images == []
    connection.execute("INSERT INTO t VALUES (11)")
    assert len(images) == 1
    connection.execute("INSERT INTO t VALUES (12)")
    assert len(images) == 1, "once"
    connection.close()
    disk.put(tmp_path, images[0])
    assert rows(tmp_path / "ledger.db")[:11] == list(range(11))
