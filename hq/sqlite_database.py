"""HQ on SQLite: one connection, one transaction at a time, a rollback journal that stays, and `synchronous=EXTRA`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

BUSY_S = 30
JOURNAL_BYTES = 64 * 1024 * 1024  # what stays of the journal after a larger transaction
Result = TypeVar("Result")


class SqliteDatabase:
    """Without a file it lives in memory until it is closed. Many threads may use it; they take turns."""

    dialect = "sqlite"

    def __init__(self, url: URL, engine: Callable[[URL], Engine] | None = None) -> None:
        """`engine` makes another than the durable one."""
        self._engine = (engine or durable_engine)(url)
        self._connection = self._engine.connect()
        self._turn = threading.Lock()
        self._owner: int | None = None

    @contextmanager
    def transaction(self, *, one_moment: bool = False) -> Iterator[Connection]:
        """Begun IMMEDIATE; nobody else can write, so `one_moment` is always true."""
        with self._my_turn(), self._connection.begin():
            yield self._connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Waits for its turn like a transaction; there is one connection."""
        with self.transaction() as connection:
            driver: Any = connection.connection.driver_connection  # two of these at every read: the short way
            driver.execute("PRAGMA query_only=ON").close()
            try:
                yield connection
            finally:
                driver.execute("PRAGMA query_only=OFF").close()

    def repeated(self, work: Callable[[Connection], Result], *, one_moment: bool = False) -> Result:
        """Once: writers take turns, so nothing can stand in its way."""
        with self.transaction(one_moment=one_moment) as connection:
            return work(connection)

    def close(self) -> None:
        with self._my_turn():
            self._connection.close()
            self._engine.dispose()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        me = threading.get_ident()
        assert self._owner != me, "this thread is in a transaction already, and would wait for itself"
        with self._turn:
            self._owner = me
            try:
                yield
            finally:
                self._owner = None


def durable_engine(url: URL) -> Engine:
    """What was committed survives a loss of power."""
    arguments = {"check_same_thread": False, "timeout": BUSY_S}
    engine = create_engine(url, connect_args=arguments, poolclass=NullPool, hide_parameters=True)
    # A journal that is made void and not deleted lies where it is: a commit waits for fewer flushes. Should it ever be
    # deleted, EXTRA counts: with FULL a power cut can bring it back, and so undo a batch that was acknowledged.
    journal = ("journal_mode=PERSIST", f"journal_size_limit={JOURNAL_BYTES}")
    prepare(engine, (*journal, "synchronous=EXTRA"))
    return engine


def prepare(engine: Engine, pragmas: Iterable[str]) -> None:
    """Let each connection of `engine` have `pragmas`, check foreign keys, and begin its transactions at once."""

    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours: the driver's own comes too late and is not IMMEDIATE
        for pragma in (*pragmas, "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", _begin)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
