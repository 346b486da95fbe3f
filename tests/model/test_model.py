"""Terminals, HQ on SQLite and on PostgreSQL, and the reference agree; a ledger that does not check is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.store.ledger import Ledger
from tests.model.play import opened
from tests.postgres import binaries, postgres

STEPS = 1000
SQLITE = "sqlite:///hq.db"


@pytest.fixture(scope="module")
def both() -> Iterator[list[str]]:
    """SQLite, and a new database on PostgreSQL."""
    if binaries() is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    with postgres() as server:
        yield [SQLITE, server.create("model")]


def test_all_sides_agree_at_every_step(tmp_path: Path, both: list[str]) -> None:
    with opened(tmp_path, both, 1) as play:
        play.run(STEPS)
    assert min(play.done.values()) > 0
    assert len(play.done) == 10


@pytest.mark.parametrize("seed", [2, 3])
def test_all_sides_agree_on_sqlite_alone(tmp_path: Path, seed: int) -> None:
    with opened(tmp_path, [SQLITE], seed) as play:
        play.run(STEPS // 2)


def test_without_the_lease_check_it_overspends(tmp_path: Path) -> None:
    """The control."""

    def weaken(ledger: Ledger) -> None:
        ledger._file.connection.execute("PRAGMA ignore_check_constraints = ON")

    with opened(tmp_path, [SQLITE], 1, weaken) as play, pytest.raises(AssertionError, match="overspent"):
        play.run(STEPS)
