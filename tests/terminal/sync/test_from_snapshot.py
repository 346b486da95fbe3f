"""A terminal and a real HQ that has a snapshot: what the till shows of a member at each moment (sync.md, Feed)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from hq import nightly
from hq.sequencer import sequence
from protocol.feed import Bucket, member_bucket
from terminal.store.directory import Directory
from terminal.store.effects import Effects
from terminal.sync.pull import Puller
from terminal.sync.round import Parts, Round
from tests.hq.tiny_chain import TODAY
from tests.terminal.sync.conftest import World
from tests.terminal.sync.test_round import parts_of
from tests.terminal.sync.till import Till

M1 = member_bucket("m1")


@contextmanager
def running(world: World) -> Iterator[tuple[Till, Parts, Round]]:
    with world.till() as till, parts_of(world) as parts:
        yield till, parts, Round(parts)


def row_and_own(world: World, till: Till) -> tuple[int, int]:
    """What HQ's row of m1 says, and what the till adds to it of its own."""
    with closing(Directory(world.folder / "directory.db")) as directory:
        row = directory.member("m1")
    applied = row.applied_seq if row else 0
    effects: Effects = till.do(lambda ledger: ledger.effects("m1", applied))
    return sum(lot.points for lot in row.lots) if row else 0, effects.points


def test_a_new_terminal_takes_the_snapshot_and_then_the_feed(world: World) -> None:
    made = nightly.make_snapshot(world.hq.headquarters)
    with running(world) as (till, parts, round_):
        round_.run()
        assert parts.writer.fact("snapshot_version") == made.version
        assert parts.writer.file().name != "directory.db"
        for bucket in Bucket:
            state = parts.writer.bucket(bucket)
            assert state is not None
            assert (state.mismatch, state.whole) == (False, False)
        with closing(Directory(world.folder / "directory.db")) as directory:
            assert directory.programme() is not None
            assert directory.members_known_since() is not None
        assert row_and_own(world, till) == (1000, 0)


def test_every_moment_between_shows_the_same_total(world: World) -> None:
    """Rows from the snapshot, from an early page, from the feed and from a repair: HQ's part and our own part together
    are always what was bought, never less and never twice."""
    hq = world.hq.headquarters
    with running(world) as (till, parts, round_):
        round_.run()
        world.sell(till, 2, member="m1", earn=10)
        assert row_and_own(world, till) == (1000, 20)
        round_.push()
        sequence(hq.database, hq.clock(), TODAY)
        assert row_and_own(world, till) == (1000, 20), "HQ has them and we have not asked"
        nightly.make_snapshot(hq)
        world.sell(till, 1, member="m1", earn=10)
        assert row_and_own(world, till) == (1000, 30)
        puller: Puller = parts.puller
        assert puller._bootstrap is not None
        assert puller._bootstrap.run(hq.generation, lambda: True)
        assert row_and_own(world, till) == (1020, 10), "the snapshot has two of our three sales, and says so"
        round_.push()
        page = parts.client.feed(M1, 0, 0, whole=True)
        parts.writer.apply_early(page)
        state = parts.writer.bucket(M1)
        assert state is not None
        assert state.applied_seq == 2
        assert row_and_own(world, till) == (1030, 0), "the row knows better than its bucket"
        world.sell(till, 1, member="m1", earn=10)
        parts.writer._db.execute("DELETE FROM entry WHERE key = 'm1'")
        parts.writer.recount(M1)
        puller.rest(lambda: True)
        assert row_and_own(world, till) == (1030, 10), "a repaired row brings its own number"


def test_without_applied_seq_own_operations_would_count_twice(world: World) -> None:
    """The control: a snapshot that forgets what of this device is in its rows."""
    hq = world.hq.headquarters
    with running(world) as (till, parts, round_):
        round_.run()
        world.sell(till, 2, member="m1", earn=10)
        round_.push()
        nightly.make_snapshot(hq)
        assert parts.puller._bootstrap is not None
        assert parts.puller._bootstrap.run(hq.generation, lambda: True)
        assert row_and_own(world, till) == (1020, 0)
        parts.writer._db.execute("UPDATE bucket SET applied_seq = 0")
        assert row_and_own(world, till) == (1020, 20)


@pytest.mark.parametrize("hot", [False, True])
def test_hqs_own_pages_of_hot_members(world: World, hot: bool) -> None:
    """m5 lives at s02 and was never seen at s01: its row waits for its turn."""
    with running(world) as (_, parts, round_):
        round_.run()
        page = parts.client.feed(member_bucket("m5"), 0, 0, whole=True, hot=hot)
        assert ("m5" in {row.key for row in page.rows}) is not hot
        mine = parts.client.feed(M1, 0, 0, whole=True, hot=hot)
        assert {"m1"} <= {row.key for row in mine.rows}
        assert len([row for row in mine.rows if row.kind.value == "card"]) >= 1
