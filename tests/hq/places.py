"""Where a test's databases are made: SQLite files, or a PostgreSQL of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import Protocol

import pytest

from tests.postgres import Postgres, binaries, postgres


class Place(Protocol):
    """`make` gives the URL of a new database, a copy of another if that is named; `end` removes it."""

    @property
    def kind(self) -> str: ...

    def make(self, copy_of: str | None = None) -> str: ...

    def end(self, url: str) -> None: ...


class SqlitePlace:
    """The file lies in HQ's folder, and is copied with it."""

    kind = "sqlite"

    def make(self, copy_of: str | None = None) -> str:
        return copy_of or "sqlite:///hq.db"

    def end(self, url: str) -> None:
        pass


class PostgresPlace:
    """A database on the server for each test."""

    kind = "postgresql"

    def __init__(self, server: Postgres) -> None:
        self._server, self._numbers = server, count(1)

    def make(self, copy_of: str | None = None) -> str:
        name = f"hq{next(self._numbers)}"
        return self._server.create(name, _name(copy_of)) if copy_of else self._server.create(name)

    def end(self, url: str) -> None:
        self._server.drop(_name(url))


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@contextmanager
def _sqlite() -> Iterator[Place]:
    yield SqlitePlace()


@contextmanager
def _postgresql() -> Iterator[Place]:
    if binaries() is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    with postgres() as server:
        yield PostgresPlace(server)


def only(kind: str) -> pytest.MarkDecorator:
    """For a test of what one database alone does."""
    return pytest.mark.parametrize("place", [kind], indirect=True)


PLACES: dict[str, Callable[[], AbstractContextManager[Place]]] = {"sqlite": _sqlite, "postgresql": _postgresql}
