"""HQ in the world: the real one behind `hq.exchange`, that can lose its process, be restored from a backup, and run an
older release."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypeVar

from sqlalchemy import Connection

from hq import background, exchange, nightly, parked, sequencer, snapshot
from hq.backup import back_up, begin_generation, put_back
from hq.database import Database
from hq.headquarters import Headquarters
from hq.judgement import USUAL, Sizes
from hq.route import Answer, Request
from protocol.operation import Kind
from terminal.bench.simulation.quick_hq import opener
from terminal.bench.simulation.release import knows_not
from terminal.bench.simulation.template import enrol
from terminal.identity import Identity
from terminal.store.pruning import KEPT_MS

Result = TypeVar("Result")
DATABASE = "hq.db"
CHUNK_BYTES = 2048  # of a snapshot, so that there are some to lose the line between


class HqCrashed(BaseException):
    """HQ's process ended inside a transaction: nothing of it is there."""


class HqNode:
    """`answer` is None while HQ is down. `hq` is open while it is up."""

    def __init__(self, folder: Path, clock: Callable[[], int], sizes: Sizes = USUAL) -> None:
        self.folder, self._clock, self._sizes = folder, clock, sizes
        self._backups: list[Path] = []
        self._made: dict[int, int] = {}  # when each backup was
        self.after_restore: list[Callable[[], None]] = []
        self._crash: str | None = None
        self._answering = False
        self._unknown: Kind | None = None  # a kind of fact that this release does not understand
        self.snapshots: dict[int, dict[str, int]] = {}  # by version: the newest operation in it, by holder
        self.up = True
        self.hq = self._open()

    def answer(self, request: Request) -> Answer | None:
        """Do what is asked; a crash that was ordered happens here."""
        if not self.up:
            return None
        self._answering = True
        try:
            answer = self.respond(request)
        except HqCrashed:
            self.down()
            return None
        finally:
            self._answering = False
        if self._crash == "after_commit":
            self._crash = None
            self.down()
            return None
        return answer

    def respond(self, request: Request) -> Answer:
        """HQ's own code."""
        return exchange.answer(self.hq, request)

    def crash_next(self, when: str) -> None:
        """At the next request lose the process: `before_commit` or `after_commit`."""
        self._crash = when

    def down(self) -> None:
        if self.up:
            self.up = False
            self.hq.close()

    def start(self) -> None:
        self._crash = None
        if not self.up:
            self.hq = self._open()
            self.up = True

    def close(self) -> None:
        self.down()

    def acked(self, device: str, epoch: int) -> int:
        """HQ's position in a terminal's chain, by its database: whether it is up or not."""
        return self._known_of("acked_seq", device, epoch)

    def granted(self, device: str, epoch: int) -> int:
        """The number of its newest grant."""
        return self._known_of("granted", device, epoch)

    def _known_of(self, column: str, device: str, epoch: int) -> int:
        question = f"SELECT {column} FROM terminal WHERE device = ? AND epoch = ?"
        with closing(sqlite3.connect(self.folder / DATABASE)) as connection:
            row = connection.execute(question, (device, epoch)).fetchone()
        return 0 if row is None else int(row[0])

    def work(self) -> None:
        """What HQ does beside answering: the day's duties, and replays."""
        while self.up and background.work(self.hq):
            continue

    def work_at_night(self) -> None:
        """A snapshot, if there is none of this night yet."""
        if self.up and nightly.due(self.hq):
            sequencer.sweep(self.hq.database, self.hq.clock())
            self.make_snapshot(self.hq)

    def make_snapshot(self, hq: Headquarters) -> None:
        sequencer.sequence(hq.database, hq.clock(), hq.today())
        with hq.database.transaction() as connection:
            rows = connection.exec_driver_sql("SELECT device, epoch, acked_seq FROM terminal").all()
        made = snapshot.build(self.source(hq), hq.clock())
        self.snapshots[made.version] = {f"{device}:{epoch}": acked for device, epoch, acked in rows}

    def source(self, hq: Headquarters) -> snapshot.Source:
        """What a snapshot is made of."""
        return snapshot.Source(hq.state, hq.database, hq.keys, hq.generation, chunk_bytes=CHUNK_BYTES)

    def run_older(self, unknown: Kind | None) -> None:
        """An older release is put in: it parks what it does not understand; None: the newest."""
        self._unknown = unknown
        if self.up:
            self.hq = self._as_released(self.hq)

    def upgrade(self) -> None:
        """The newest release again: what was parked is tried once more."""
        self.run_older(None)
        if self.up:
            parked.retry_all(self.hq.database, self.hq.rules())

    def enrol(self, store: str, lane: str, chance: Random) -> Identity:
        """The terminal of a lane is enrolled again, as a new epoch."""
        return enrol(self.hq, store, lane, chance)

    def back_up(self) -> int | None:
        """Keep the database as it is now, if HQ is up; gives the number of the backup."""
        if not self.up:
            return None
        self._backups.append(self.folder.with_name(f"backup-{len(self._backups)}"))
        self._made[len(self._backups) - 1] = self._clock()
        back_up(self.folder, self._backups[-1])
        return len(self._backups) - 1

    def backups(self) -> Sequence[int]:
        """Those for which terminals still keep what HQ has taken since, of an HQ that was lost too."""
        return [backup for backup, made in self._made.items() if made >= self._clock() - KEPT_MS]

    def restore(self, backup: int) -> None:
        """Put a backup in place: a new generation begins (sync.md, Leases 10)."""
        self.down()
        put_back(self.folder, self._backups[backup])
        self.start()
        begin_generation(self.hq)
        self.down()
        self.start()
        for hear in self.after_restore:
            hear()

    def _open(self) -> Headquarters:
        found = opener().open(self.folder, self._clock)
        return self._as_released(replace(found, database=_Crashing(found.database, self), sizes=self._sizes))

    def _as_released(self, hq: Headquarters) -> Headquarters:
        return replace(hq, judge=knows_not(self._unknown))

    def must_crash(self) -> bool:
        if self._answering and self._crash == "before_commit":
            self._crash = None
            return True
        return False


class _Crashing:
    """HQ's database, whose process may end just before a commit."""

    def __init__(self, database: Database, node: HqNode) -> None:
        self._database, self._node = database, node

    @property
    def dialect(self) -> str:
        return self._database.dialect

    @contextmanager
    def transaction(self, *, one_moment: bool = False) -> Iterator[Connection]:
        with self._database.transaction(one_moment=one_moment) as connection:
            yield connection
            self._end()

    def reading(self) -> AbstractContextManager[Connection]:
        return self._database.reading()

    def repeated(self, work: Callable[[Connection], Result], *, one_moment: bool = False) -> Result:
        def whole(connection: Connection) -> Result:
            result = work(connection)
            self._end()
            return result

        return self._database.repeated(whole, one_moment=one_moment)

    def close(self) -> None:
        self._database.close()

    def _end(self) -> None:
        if self._node.must_crash():
            raise HqCrashed
