"""HQ opened for a world: the real one, on an SQLite that asks nothing of the disk and knows its statements already.

HQ's crash is a transaction that is rolled back, and its disk is not simulated, so a journal on the disk would show
nothing. One engine serves all worlds of a process, since an engine compiles each statement once.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

from hq.address import read_address
from hq.certificates import CA
from hq.headquarters import Clock, Headquarters
from hq.keys import load_keys
from hq.sqlite_database import SqliteDatabase, prepare


class Opener:
    """Opens HQ's folders, one after the other."""

    def __init__(self) -> None:
        self._file: str | None = None
        self._engine = create_engine("sqlite://", creator=self._connect, poolclass=NullPool, hide_parameters=True)
        prepare(self._engine, ("journal_mode=MEMORY", "synchronous=OFF"))

    def open(self, state: Path, clock: Clock) -> Headquarters:
        """As `Headquarters.open`."""
        database = SqliteDatabase(make_url(read_address(state)), self._engine_of)
        return Headquarters.over(database, load_keys(state), (state / CA).read_text(), clock, state)

    def _engine_of(self, url: URL) -> Engine:
        self._file = url.database
        return self._engine

    def _connect(self) -> sqlite3.Connection:
        assert self._file is not None, "nothing is being opened"
        return sqlite3.connect(self._file, check_same_thread=False)


@lru_cache(1)
def opener() -> Opener:
    """The one of this process."""
    return Opener()
