"""Crash states of HQ on SQLite: batches go in on a recorded disk, then every state is opened and audited by HQ's code.

`python -m tests.crash.hq_states STATES SEED` is the long run.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import click
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

from hq.audit import audit
from hq.chain import read_chain
from hq.database import open_database
from hq.founding import found as found_hq
from hq.headquarters import Headquarters
from terminal.bench.crash.judge import Judge
from terminal.bench.crash.record import Record
from terminal.bench.crash.states import Found
from tests.crash.days import judge_days
from tests.crash.own_sqlite import Beneath
from tests.hq.devices import Device, acknowledged, join
from tests.hq.tiny_chain import NOW_MS, write_tiny_chain

BATCHES, EACH_DAY = 12, 1_000
NAME = "hq.db"
Weaken = Callable[[Headquarters], None]


def run(wanted: int, seed: int, weaken: Weaken = lambda _hq: None) -> Found:
    """Judge `wanted` states of HQ's database."""

    def play(place: Path, day: int) -> Record:
        return _recorded(place, day, weaken)

    return judge_days(wanted, seed, EACH_DAY, play, lambda place: Judge(place, HqLook()))


@dataclass
class HqLook:
    """Opens and reads each database; audits each content once, and its pages and indexes every time."""

    audited: dict[str, list[str]] = field(default_factory=dict)

    def __call__(self, folder: Path) -> str | list[str]:
        """A digest of every row at HQ, or what is wrong with it."""
        with ExitStack() as stack:
            database = open_database(f"sqlite:///{folder / NAME}")
            stack.callback(database.close)
            try:
                with database.transaction() as connection:
                    said, digest = _read(connection)
                    if digest not in self.audited:
                        self.audited[digest] = audit(connection)
            except DatabaseError as error:
                return [str(error)]
        return [*said, *self.audited[digest]] or digest


def _read(connection: Connection) -> tuple[list[str], str]:
    """What SQLite says of the file, if it is not well, and a digest of all rows."""
    said = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    digest = hashlib.sha256()
    for name in sorted({*inspect(connection).get_table_names()} - {"alembic_version"}):
        rows = connection.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY 1, 2').cursor
        assert rows is not None
        digest.update(repr((name, rows.fetchall())).encode())
    return said, digest.hexdigest()


def _recorded(folder: Path, seed: int, weaken: Weaken) -> Record:
    """Two terminals upload by turns; each batch is an act. What was before the first is not recorded as one."""
    record, chance = Record(), Random(seed)
    chain = read_chain(write_tiny_chain(folder / "chain"))
    with Beneath(record, seed), ExitStack() as stack:
        found_hq(folder / "hq", chain, hosts=(), now_ms=NOW_MS, random=chance.randbytes)
        hq = Headquarters.open(folder / "hq", lambda: NOW_MS)
        stack.callback(hq.close)
        weaken(hq)
        devices = [join(hq, "s01", "1"), join(hq, "s02", "1")]
        record.acknowledged(0)
        for act in range(1, BATCHES + 1):
            _upload(hq, chance.choice(devices), chance)
            record.acknowledged(act)
    return record


def _upload(hq: Headquarters, device: Device, chance: Random) -> None:
    """A few sales, and sometimes some that HQ already has."""
    first = len(device.operations) + 1
    for _ in range(chance.randint(1, 8)):
        device.sell(chance.choice(("m1", "m2", "m3", "m5")), earn=chance.randint(0, 50))
    again = chance.randint(0, 2)
    acknowledged(hq, device.batch(max(1, first - again)))


if __name__ == "__main__":
    click.echo(json.dumps(run(int(sys.argv[1]), int(sys.argv[2])).as_json(), indent=2))
