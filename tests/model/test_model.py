"""Terminals, HQ on SQLite and on PostgreSQL, and the reference agree; a ledger or an HQ that is bent is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from terminal.store.ledger import Ledger
from tests.model.hq_steps import STEPS
from tests.model.play import RIGHTS, opened
from tests.postgres import binaries, postgres

ON_BOTH, ON_SQLITE = 400, 800  # steps
SQLITE = "sqlite:///hq.db"
REACHED = (
    "refused",
    "pool expired",
    *(f"{right} granted" for right in RIGHTS),
    *(f"sale {asset} lease" for asset in ("points", "principal", "bonus", "coupon", "limit")),
    *(f"expire {asset} expired" for asset in ("points", "coupon")),
    *(f"lease_return {asset} pool" for asset in ("points", "principal", "coupon", "limit")),
    "top_up limit used",
    "pay_out principal paid_out",
    "pay_out bonus cancelled",
)


@pytest.fixture(scope="module")
def both() -> Iterator[list[str]]:
    """SQLite, and a new database on PostgreSQL."""
    if binaries() is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    with postgres() as server:
        yield [SQLITE, server.create("model")]


def test_all_sides_agree_at_every_step(tmp_path: Path, both: list[str]) -> None:
    with opened(tmp_path, both, 1) as play:
        play.run(ON_BOTH, STEPS)


@pytest.mark.parametrize("seed", [2, 3])
def test_all_sides_agree_on_sqlite_alone(tmp_path: Path, seed: int) -> None:
    with opened(tmp_path, [SQLITE], seed) as play:
        play.run(ON_SQLITE, STEPS)
    assert set(play.done) == set(STEPS)
    assert [what for what in REACHED if not play.met[what]] == []


BENT_LEDGERS = {
    "no check on the lease": ("PRAGMA ignore_check_constraints = ON", "overspent"),
    "a right that is released stays": (
        """CREATE TEMP TRIGGER bent AFTER DELETE ON main.refund_right BEGIN
        INSERT INTO refund_right (device, epoch, seq, granted, so_far, sale)
        VALUES (old.device, old.epoch, old.seq, old.granted, old.so_far, old.sale); END""",
        "right",
    ),
    "what expired stays": (
        """CREATE TEMP TRIGGER bent AFTER UPDATE OF remaining ON main.lease
        WHEN new.remaining = 0 AND new.expires_on < '2026-12-31' BEGIN
        UPDATE lease SET remaining = old.remaining
        WHERE member = new.member AND asset = new.asset AND lot = new.lot; END""",
        "found and right",
    ),
    "a coupon may be used twice": (
        """CREATE TEMP TRIGGER bent AFTER UPDATE OF remaining ON main.lease WHEN new.asset = 'coupon' BEGIN
        UPDATE lease SET remaining = 1
        WHERE member = new.member AND asset = new.asset AND lot = new.lot; END""",
        "found and right",
    ),
}


@pytest.mark.parametrize("name", BENT_LEDGERS)
def test_a_bent_ledger_is_found(tmp_path: Path, name: str) -> None:
    """The controls."""
    statement, words = BENT_LEDGERS[name]

    def bend(ledger: Ledger) -> None:
        ledger._file.connection.execute(statement)

    with opened(tmp_path, [SQLITE], 1, bend) as play, pytest.raises(AssertionError, match=words):
        play.run(ON_SQLITE, STEPS)


BENT_HQS = {
    "the pool keeps what it gave": "UPDATE holding SET amount = 1000 WHERE lot = 'open.m1' AND holder = 'pool'",
    "a leased part ends at HQ": "DELETE FROM holding WHERE holder != 'pool' AND lot IN "
    "(SELECT id FROM lot WHERE expires_on < '2026-12-31')",
    "a right to refund is HQ's again": "UPDATE refund_right SET holder = 'pool'",
    "a coupon is given again": "UPDATE holding SET holder = 'pool' WHERE asset = 'coupon'",
    "what was used of a member's limit is forgotten": "UPDATE limit_use SET used = 0",
    "what was used of a shared limit is forgotten": "UPDATE bearer_limit SET used = 0",
}


@pytest.mark.parametrize("name", BENT_HQS)
def test_a_bent_hq_is_found(tmp_path: Path, name: str) -> None:
    """The controls: after each request its books are changed a little."""

    def bend(connection: Connection) -> None:
        connection.execute(text(BENT_HQS[name]))

    with opened(tmp_path, [SQLITE], 1, None, bend) as play, pytest.raises(AssertionError):
        play.run(ON_SQLITE, STEPS)
