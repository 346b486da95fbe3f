"""HQ's database: SQLite or PostgreSQL behind one small protocol; what a transaction wrote is durable when it has ended.

`transaction` writes, `reading` sees one moment and writes nothing, `repeated` runs a whole function again where
PostgreSQL found that it could not be put in order with the others.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from sqlalchemy import URL, Connection, bindparam, make_url, select
from sqlalchemy.exc import ArgumentError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from hq import schema
from hq.postgres_database import PostgresDatabase
from hq.problems import HqError
from hq.sqlite_database import SqliteDatabase

Result = TypeVar("Result")
_SETTING = select(schema.setting.c.value).where(schema.setting.c.name == bindparam("name"))  # asked by every batch
# What the database cannot do now and may do later; anything else that it raises is a bug of ours.
UNAVAILABLE = (OperationalError, InternalError, PoolExhausted)


class Database(Protocol):
    """Safe to use from many threads. A thread has one transaction at a time."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""

    def transaction(self, *, one_moment: bool = False) -> AbstractContextManager[Connection]:
        """Committed when the block ends, rolled back if it raises. Lock the rows that you go by.

        PostgreSQL: READ COMMITTED; with `one_moment` REPEATABLE READ, and then it may fail in favour of another.
        """

    def reading(self) -> AbstractContextManager[Connection]:
        """One moment of the database, read only."""

    def repeated(self, work: Callable[[Connection], Result], *, one_moment: bool = False) -> Result:
        """What `work` gives in a transaction of its own; done again, whole, after a deadlock or serialization failure.

        `work` must change nothing but the database, for it may run more than once.
        """

    def close(self) -> None: ...


def open_database(url: str) -> Database:
    """`sqlite:///PATH`, `sqlite://` (in memory) or `postgresql+psycopg://…`. Raises HqError, without the password."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise HqError("the database's address is not a URL such as postgresql+psycopg://hq@localhost/hq") from None
    if parsed.drivername == "sqlite":
        return SqliteDatabase(parsed)
    if parsed.drivername == "postgresql+psycopg":
        return _postgres(parsed)
    raise HqError(f"{parsed.drivername!r} is no database of HQ: use sqlite:///FILE or postgresql+psycopg://…")


def _postgres(url: URL) -> Database:
    database = PostgresDatabase(url)
    try:
        with database.reading():
            return database
    except OperationalError as error:
        database.close()
        shown = url.render_as_string(hide_password=True)
        reason = str(error.orig).partition("\n")[0]
        raise HqError(f"HQ's database {shown} cannot be reached: {reason}") from None


def read_setting(connection: Connection, name: str) -> str:
    """A setting that founding wrote. Raises KeyError if it did not."""
    value: str | None = connection.scalar(_SETTING, {"name": name})
    if value is None:
        raise KeyError(name)
    return value
