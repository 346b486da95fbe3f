"""What HQ does once a day, in the night of its own zone: forget what is old, and make a snapshot for terminals."""

from __future__ import annotations

import asyncio
import logging

from hq import entry_rows, sightings, snapshot, snapshot_files
from hq.headquarters import Headquarters
from hq.problems import HqError
from hq.sequencer import sequence, sweep
from loyalty.moment import Moment
from protocol.snapshot import SnapshotManifest

log = logging.getLogger(__name__)
HOUR = 3  # from 03:00, when shops are closed
LOOK_S = 300.0


def make_snapshot(hq: Headquarters) -> SnapshotManifest:
    """A snapshot of everything that is committed. Raises HqError."""
    sequence(hq.database, hq.clock(), hq.today())
    return snapshot.build(snapshot.Source(hq.state, hq.database, hq.keys, hq.generation), hq.clock())


def due(hq: Headquarters) -> bool:
    """Whether the night's work waits: there is no snapshot yet, or a night has begun since the last one."""
    with hq.database.reading() as connection:
        last_ms = snapshot_files.made_ms(connection, hq.generation)
    return last_ms is None or _night(last_ms, hq.zone) < _night(hq.clock(), hq.zone)


def work(hq: Headquarters) -> bool:
    """The night's work, if it is due; whether it was. Call it every few minutes."""
    if not due(hq):
        return False
    sweep(hq.database, hq.clock())
    with hq.database.transaction() as connection:
        sightings.forget_old(connection, hq.clock())
        entry_rows.forget_old(connection, hq.clock())
    make_snapshot(hq)
    return True


async def every_night(hq: Headquarters) -> None:
    """Until it is cancelled: do the night's work when it is due, beside whatever HQ serves."""
    while True:
        try:
            if await asyncio.to_thread(work, hq):
                log.info("the night's work is done")
        except HqError as error:
            log.error("%s", error)
        await asyncio.sleep(LOOK_S)


def _night(utc_ms: int, zone: str) -> int:
    """Which night it is or was: it begins at HOUR."""
    local = Moment(utc_ms, zone, 0).local()
    return local.date().toordinal() - (local.hour < HOUR)
