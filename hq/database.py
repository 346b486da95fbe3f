"""HQ's database: one connection, one transaction at a time, durable when `transaction` has ended (sync.md)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.pool import NullPool

from hq import schema

FILE = "hq.db"
BUSY_S = 30


class Database:
    """SQLite with a rollback journal and `synchronous=FULL`. Safe to use from many threads; they take turns."""

    def __init__(self, path: Path) -> None:
        self._engine = _engine(path)
        self._connection = self._engine.connect()
        self._turn = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction, begun IMMEDIATE: committed when the block ends, rolled back if it raises."""
        with self._turn, self._connection.begin():
            yield self._connection

    def create_tables(self) -> None:
        with self.transaction() as connection:
            schema.metadata.create_all(connection)

    def close(self) -> None:
        with self._turn:
            self._connection.close()
            self._engine.dispose()


def _engine(path: Path) -> Engine:
    arguments = {"check_same_thread": False, "timeout": BUSY_S}
    engine = create_engine(f"sqlite:///{path}", connect_args=arguments, poolclass=NullPool)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours: the driver's own comes too late and is not IMMEDIATE
    for pragma in ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def read_setting(connection: Connection, name: str) -> str:
    """A setting that founding wrote. Raises KeyError if it did not."""
    value: str | None = connection.scalar(select(schema.setting.c.value).where(schema.setting.c.name == name))
    if value is None:
        raise KeyError(name)
    return value
