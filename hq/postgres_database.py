"""HQ on PostgreSQL: a bounded pool of connections; a commit has reached the disk before it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import OperationalError

POOL = 8  # connections of one worker; further requests wait
WAIT_S = 30
TRIES = 10
AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock: nothing was done
Result = TypeVar("Result")


class PostgresDatabase:
    """Transactions are READ COMMITTED and lock the rows that they go by; `one_moment` ones are REPEATABLE READ."""

    dialect = "postgresql"

    def __init__(self, url: URL) -> None:
        self._engine = create_engine(
            url,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=WAIT_S,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            hide_parameters=True,
        )
        event.listen(self._engine, "connect", _set_up)

    @contextmanager
    def transaction(self, *, one_moment: bool = False) -> Iterator[Connection]:
        """`one_moment`: everything is read as of the first query; a change in between may raise at any statement."""
        with self._engine.connect() as connection:
            if one_moment:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Waits for nobody and holds nobody up."""
        with self._engine.connect() as connection:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            with connection.execution_options(**options).begin():
                yield connection

    def repeated(self, work: Callable[[Connection], Result], *, one_moment: bool = False) -> Result:
        """At most TRIES times; then the failure is the caller's."""
        for left in reversed(range(TRIES)):
            try:
                with self.transaction(one_moment=one_moment) as connection:
                    return work(connection)
            except OperationalError as error:
                if not left or sqlstate(error) not in AGAIN:
                    raise
        raise AssertionError("the last try has returned or raised")

    def close(self) -> None:
        self._engine.dispose()


def sqlstate(error: OperationalError) -> str | None:
    """PostgreSQL's code of an error, if it is one of its own."""
    return getattr(error.orig, "sqlstate", None)


def _set_up(connection: Any, _record: object) -> None:
    connection.autocommit = True
    connection.execute("SET synchronous_commit = on")  # whatever the server's own setting: an answer means durable
    connection.execute("SET idle_in_transaction_session_timeout = '60s'")
    connection.execute("SET jit = off")  # statements here are short: compiling costs more than it saves
    connection.autocommit = False
