"""HQ in the world: the real one behind `hq.exchange`, that can lose its process, and be restored from a backup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypeVar

from sqlalchemy import Connection, update

from hq import background, control, exchange, schema
from hq.backup import back_up, begin_generation, put_back
from hq.changes import note_members
from hq.database import Database
from hq.headquarters import Headquarters
from hq.judgement import USUAL, Sizes
from hq.problems import HqError
from hq.route import Answer, Request
from hq.terminals import State
from terminal.bench.simulation.template import enrol
from terminal.identity import Identity

Result = TypeVar("Result")


class HqCrashed(BaseException):
    """HQ's process ended inside a transaction: nothing of it is there."""


class HqNode:
    """`answer` is None while HQ is down. `hq` is open while it is up."""

    def __init__(self, folder: Path, clock: Callable[[], int], sizes: Sizes = USUAL) -> None:
        self.folder, self._clock, self._sizes = folder, clock, sizes
        self._backups: dict[int, Path] = {}
        self._crash: str | None = None
        self._answering = False
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

    def work(self) -> None:
        """What HQ does beside answering: the day's duties, and replays."""
        while self.up and background.work(self.hq):
            continue

    def set_terminal_state(self, device: str, state: State) -> None:
        """Somebody at HQ suspends a terminal, or lets it go on."""
        if self.up:
            with suppress(HqError):  # it is in another state meanwhile
                control.set_state(self.hq, device, state, frozenset({State.ACTIVE, State.SUSPENDED}) - {state})

    def set_member_state(self, member: str, state: str) -> None:
        """Somebody at HQ blocks a member, or lifts it."""
        if not self.up:
            return
        with self.hq.database.transaction() as connection:
            values = update(schema.member).where(schema.member.c.id == member).values(state=state)
            connection.execute(values)
            note_members(connection, [member])

    def enrol(self, store: str, lane: str, chance: Random) -> Identity:
        """The terminal of a lane is enrolled again, as a new epoch."""
        return enrol(self.hq, store, lane, chance)

    def back_up(self, day: int) -> None:
        """Keep the database as it is now, under the number of the day."""
        if self.up and day not in self._backups:
            self._backups[day] = self.folder.with_name(f"backup-{day}")
            back_up(self.folder, self._backups[day])

    def backups(self) -> list[int]:
        return sorted(self._backups)

    def restore(self, day: int) -> None:
        """Put a backup in place: a new generation begins (sync.md, Leases 10)."""
        self.down()
        put_back(self.folder, self._backups[day])
        self.start()
        begin_generation(self.hq)
        self.down()
        self.start()

    def _open(self) -> Headquarters:
        found = Headquarters.open(self.folder, self._clock)
        return replace(found, database=_Crashing(found.database, self), sizes=self._sizes)

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
