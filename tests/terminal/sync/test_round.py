"""One round, with a real HQ: what stands still and what goes on when the disk is full."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from hq import feed, schema
from protocol.feed import Bucket, RowKind
from terminal.errors import TerminalError
from terminal.sync.agent import Agent, Chance
from terminal.sync.link import UP, Link
from terminal.sync.round import Parts, Round
from tests.hq.looking import broken, held, stored
from tests.terminal.store.feed_material import product
from tests.terminal.sync.conftest import World
from tests.terminal.sync.till import Till
from tests.terminal.sync.waiting import Heard


@contextmanager
def parts_of(world: World) -> Iterator[Parts]:
    """The agent's own parts, to be turned by hand."""
    agent = Agent(world.config, Chance(lambda: 0.0, lambda: world.random.randbytes(16).hex()))
    heard = Heard()
    link = Link(world.folder / "sync.sock", heard.put)
    link.start()
    try:
        assert heard.next() == UP
        with agent._parts(world.identity, link) as parts:
            yield parts
    finally:
        link.close()


def test_a_full_disk_stops_the_directory_and_never_an_operation(world: World) -> None:
    many = [feed.Row(RowKind.PRODUCT, f"20000{n:08}", product(f"20000{n:08}", n)) for n in range(400)]
    with world.hq.headquarters.database.transaction() as connection:
        feed.publish(connection, Bucket.CATALOGUE, many)
    with world.till() as till, parts_of(world) as parts:
        parts.writer._db.execute("PRAGMA max_page_count = 1")
        world.sell(till, 3)
        round_ = Round(parts)
        round_.run()
        assert told(till)[-1] == (True, "directory_full")
        assert len(stored(world.hq.headquarters)) == 3
        assert till.do(lambda ledger: ledger.grants_applied()) == 2, "leases live in the ledger"
        parts.writer._db.execute("PRAGMA max_page_count = 100000")
        round_.run()
        assert told(till)[-1] == (True, None)
        assert parts.writer.body("product", many[0].key) is not None
        assert parts.writer.bucket(Bucket.MEMBERS_0) is not None


def test_a_disk_that_runs_full_within_a_round_stops_it_there(world: World) -> None:
    """Room is asked before each page, not once a round: the first directory is larger than what may be left."""
    many = [feed.Row(RowKind.PRODUCT, f"20000{n:08}", product(f"20000{n:08}", n)) for n in range(2500)]
    with world.hq.headquarters.database.transaction() as connection:
        feed.publish(connection, Bucket.CATALOGUE, many)
    answers = iter([True, True])
    with world.till() as till, parts_of(world) as parts:
        round_ = Round(replace(parts, room=lambda: next(answers, False)))
        round_.run()
        state = parts.writer.bucket(Bucket.CATALOGUE)
        assert state is not None
        assert 0 < state.cursor < len(many)
        round_.run()
        assert told(till)[-1] == (True, "directory_full")
        assert parts.writer.bucket(Bucket.CATALOGUE) == state


def test_the_last_of_the_disk_is_for_operations(world: World) -> None:
    room = [False]
    with world.till() as till, parts_of(world) as parts:
        world.sell(till, 2)
        round_ = Round(replace(parts, room=lambda: room[0]))
        round_.run()
        assert told(till)[-1] == (True, "directory_full")
        assert parts.writer.bucket(Bucket.CONFIG) is not None, "what a terminal obeys is small, and comes"
        assert parts.writer.bucket(Bucket.CATALOGUE) is None
        assert len(stored(world.hq.headquarters)) == 2
        room[0] = True
        round_.run()
        assert told(till)[-1] == (True, None)
        assert parts.writer.bucket(Bucket.CATALOGUE) is not None


def told(till: Till) -> list[tuple[bool, str | None]]:
    return [heard[1:] for heard in till.heard if heard[0] == "link"]


def test_the_till_is_told_only_what_it_does_not_know(world: World) -> None:
    with world.till() as till, parts_of(world) as parts:
        round_ = Round(parts)
        round_.run()
        round_.run()
        assert told(till) == [(True, None)]
        round_.forget_told()
        round_.run()
        assert told(till) == [(True, None)] * 2


def test_what_hq_learns_of_the_terminal(world: World) -> None:
    with world.till() as till, parts_of(world) as parts:
        Round(parts).run()
        world.sell(till, 2)
        beat = Round(parts)._heartbeat()
    assert (beat.outbox, beat.clock.value, beat.devices) == (2, "held", {"reader": "ready"})
    assert beat.directory["cursors"]["catalogue"] == 2
    assert (beat.directory["generation"], beat.directory["wrong"]) == (1, [])
    assert beat.directory["programme"] == {"version": 3, "valid_until": "2027-12-31"}
    assert len(beat.model_dump_json()) < 2000


def test_a_nudge_sends_and_fetches_what_came_of_it(world: World) -> None:
    with world.till() as till, parts_of(world) as parts:
        round_ = Round(parts)
        round_.run()
        till.forget()
        round_.after_nudge()
        assert till.heard == [], "nothing waited"
        world.sell(till, 1, member="m1", earn=5)
        round_.after_nudge()
        assert [heard[0] for heard in till.heard] == ["acknowledge", "directory", "directory"]


def test_a_round_without_hq_ends_with_a_failure_and_the_next_one_works(world: World) -> None:
    with world.till() as till, parts_of(world) as parts:
        round_ = Round(parts)
        world.hq.stop()
        with pytest.raises(TerminalError):
            round_.run()
        world.hq.start()
        world.sell(till)
        round_.run()
        assert till.do(lambda ledger: ledger.outbox().depth) == 0


def test_a_restored_hq_is_told_the_grants_before_a_nudged_sale(world: World) -> None:
    """sync.md, Leases 10: between two contacts HQ says itself that it must hear of the leases first."""
    hq = world.hq.headquarters
    with world.till() as till, parts_of(world) as parts:
        round_ = Round(parts)
        round_.run()
        (lot,) = till.do(lambda ledger: ledger.lease("m1"))
        forget_grants(world)
        world.sell(till, 1, member="m1", draw={lot.id: 100})
        round_.after_nudge()
        assert len(stored(hq)) == 1
        assert held(hq, "m1", "s01-1:1") == lot.points - 100
        assert broken(hq) == []


def forget_grants(world: World) -> None:
    """As in a backup that was made before the terminal's first round."""
    with world.hq.headquarters.database.transaction() as connection:
        connection.execute(delete(schema.granted))
        connection.execute(update(schema.terminal).values(granted=0))
        leases = connection.execute(select(schema.holding).where(schema.holding.c.holder == "s01-1:1")).all()
        for row in leases:
            same = (schema.holding.c.member == row.member) & (schema.holding.c.lot == row.lot)
            pool = same & (schema.holding.c.holder == "pool")
            connection.execute(update(schema.holding).where(pool).values(amount=schema.holding.c.amount + row.amount))
        connection.execute(delete(schema.holding).where(schema.holding.c.holder == "s01-1:1"))
        setting = schema.setting
        connection.execute(update(setting).where(setting.c.name == "generation").values(value="2"))


def test_a_terminal_whose_history_is_in_question_takes_no_grants(world: World) -> None:
    """sync.md, Leases 12: what was granted since a disk was copied is not given to the copy as well."""
    with world.till() as till, parts_of(world) as parts:
        world.sell(till, 1)
        Round(parts).run()
        before = till.do(lambda ledger: ledger.grants_applied())
    for suffix in ("", "-wal", "-shm"):
        (world.folder / f"ledger.db{suffix}").unlink(missing_ok=True)
    with world.till() as till, parts_of(world) as parts:
        round_ = Round(parts)
        round_.run()
        assert (round_.code, round_.in_question) == ("chain_diverged", True)
        assert (before, till.do(lambda ledger: ledger.grants_applied())) == (2, 0)
        round_.after_news()
        round_.run()
        assert till.do(lambda ledger: ledger.grants_applied()) == 0
