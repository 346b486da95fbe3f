"""PostgreSQL is killed between and amid batches: what was acknowledged is there when it comes back.

The server ends as by SIGKILL, so its own memory is gone and only what it had handed to the kernel is left; that a sync
reaches the disk is PostgreSQL's own proof. The control answers before the commit is written out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from hq.chain import read_chain
from hq.founding import found
from hq.headquarters import Headquarters
from tests.hq.devices import Device, acknowledged, join
from tests.hq.looking import broken, stored
from tests.hq.tiny_chain import NOW_MS, write_tiny_chain
from tests.postgres import Postgres, binaries, postgres

KILLS, TRIES = 3, 10


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    if binaries() is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    with postgres({"wal_writer_delay": "10s"}) as server:
        yield server


@pytest.fixture
def hq(server: Postgres, tmp_path: Path) -> Iterator[Headquarters]:
    url, chain = server.create(tmp_path.name), read_chain(write_tiny_chain(tmp_path / "chain"))
    found(tmp_path / "hq", chain, hosts=(), now_ms=NOW_MS, random=Random(1).randbytes, url=url)
    hq = Headquarters.open(tmp_path / "hq", lambda: NOW_MS)
    yield hq
    hq.close()


def sold(hq: Headquarters, device: Device, count: int = 3) -> None:
    first = len(device.operations) + 1
    for _ in range(count):
        device.sell("m2", earn=10)
    acknowledged(hq, device.batch(first))


def test_every_acknowledged_batch_is_there_after_a_kill(hq: Headquarters, server: Postgres) -> None:
    device = join(hq, "s01", "1")
    for _ in range(KILLS):
        sold(hq, device)
        server.kill_and_restart()
        assert stored(hq) == device.operations
        assert broken(hq) == []


def test_a_batch_that_was_under_way_is_there_whole_or_not_at_all(hq: Headquarters, server: Postgres) -> None:
    device = join(hq, "s01", "1")
    sold(hq, device)
    before = list(device.operations)

    def die(_connection: object) -> None:
        server.kill_and_restart()

    event.listen(hq.database._engine, "commit", die, once=True)
    with pytest.raises(OperationalError):
        sold(hq, device)
    assert stored(hq) == before
    assert broken(hq) == []
    acknowledged(hq, device.batch(len(before) + 1))
    assert stored(hq) == device.operations


def test_an_answer_before_the_log_is_written_loses_what_was_acknowledged(hq: Headquarters, server: Postgres) -> None:
    """The control: with synchronous_commit off the log is written later, here by the writer in ten seconds."""
    device = join(hq, "s01", "1")
    sold(hq, device)

    def hasty(connection: object, *_more: object) -> None:
        connection.execute(text("SET LOCAL synchronous_commit = off"))

    event.listen(hq.database._engine, "begin", hasty)
    for _ in range(TRIES):  # the writer may have been just in time
        sold(hq, device)
        server.kill_and_restart()
        if len(stored(hq)) < len(device.operations):
            return
    raise AssertionError("nothing was lost")
