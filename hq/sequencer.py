"""The sequencer: gives changed members and cards their numbers in the feed, after the change has been committed.

Whoever changes a member appends to the table `change` in the same transaction, under no lock. `sequence` takes all
changes that are committed, renders each thing as it is now, publishes it, deletes the changes, and copies how far each
terminal's operations are in, all as of one moment. So, whatever the order of commits:

- a change stays until a transaction that saw it has published its effect: none is skipped, none is half seen;
- numbers are dense, given by one transaction at a time, and appear with their rows;
- `applied_seq` never runs ahead of the rows: both come from the same moment.

A cursor over timestamps or over numbers of the database has neither property: such a number is drawn before the
commit, and a reader that has passed it never looks back (sync.md, Feed).
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select, text, tuple_

from hq import feed
from hq.bulk import upsert_all
from hq.changes import TERMINAL
from hq.chunks import chunks
from hq.database import Database
from hq.feed_rendering import render
from hq.schema import change, feed_applied, terminal
from protocol.feed import Bucket

TOMBSTONE_DAYS = 90
_DAY_MS = 24 * 3600 * 1000
# Asked at every page: made once.
_ANY_CHANGE = select(change.c.id).limit(1)
_THIS_ONE = (feed_applied.c.device == bindparam("device")) & (feed_applied.c.epoch == bindparam("epoch"))
_APPLIED = select(feed_applied.c.seq).where(_THIS_ONE)


def sequence(database: Database, now_ms: int, today: str) -> int:
    """Publish everything that is committed and not yet published; how many things that were. `today` is HQ's, ISO.

    Call it before a page, a snapshot or a look at heads; with nothing to do it costs one query.
    """
    with database.reading() as connection:
        if connection.scalar(_ANY_CHANGE) is None:
            return 0
    return database.repeated(lambda connection: _sequence(connection, now_ms, today), one_moment=True)


def applied_seq(connection: Connection, device: str, epoch: int) -> int:
    """The newest operation of a terminal whose effects are in the rows, as of this transaction's moment."""
    return connection.scalar(_APPLIED, {"device": device, "epoch": epoch}) or 0


def sweep(database: Database, now_ms: int) -> int:
    """Once a day: forget tombstones of more than 90 days; how many. An older cursor gets 410 and takes the snapshot."""
    return database.repeated(lambda connection: feed.forget_tombstones(connection, now_ms - TOMBSTONE_DAYS * _DAY_MS))


def _sequence(connection: Connection, now_ms: int, today: str) -> int:
    _take_the_turn(connection)
    taken = connection.execute(delete(change).returning(change.c.bucket, change.c.kind, change.c.key)).all()
    changed = sorted({(bucket, kind, key) for bucket, kind, key in taken})
    places = [(Bucket(bucket), kind, key) for bucket, kind, key in changed if kind != TERMINAL]
    feed.publish_all(connection, render(connection, places, today), now_ms)
    _copy_positions(connection, [(device, int(epoch)) for device, kind, epoch in changed if kind == TERMINAL])
    return len(changed)


def _take_the_turn(connection: Connection) -> None:
    """One sequencer at a time. The lock comes before the first query: the moment must be after the one before us."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE feed_bucket IN SHARE UPDATE EXCLUSIVE MODE"))


def _copy_positions(connection: Connection, terminals: list[tuple[str, int]]) -> None:
    place = tuple_(terminal.c.device, terminal.c.epoch)
    for some in chunks(terminals):
        query = select(terminal.c.device, terminal.c.epoch, terminal.c.acked_seq.label("seq"))
        rows = connection.execute(query.where(place.in_(some))).mappings()
        upsert_all(connection, feed_applied, [dict(row) for row in rows])
