"""Both databases behind one protocol: kept or undone whole, read as of one moment, repeated where that is right."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from hq.address import read_address, write_address
from hq.database import Database, Result, open_database
from hq.exchange import Request, answer
from hq.headquarters import Headquarters
from hq.problems import HqError
from hq.schema import setting
from tests.hq.places import only

JOIN_S = 60


def put(connection: Connection, name: str, value: str) -> None:
    connection.execute(setting.insert().values(name=name, value=value))


def value_of(database: Database, name: str) -> str | None:
    with database.reading() as connection:
        value: str | None = connection.scalar(select(setting.c.value).where(setting.c.name == name))
        return value


def test_a_transaction_is_kept_whole_or_not_at_all(hq: Headquarters) -> None:
    with hq.database.transaction() as connection:
        put(connection, "kept", "1")
    with suppress(ZeroDivisionError), hq.database.transaction() as connection:
        put(connection, "lost", "1")
        assert 1 // 0
    assert (value_of(hq.database, "kept"), value_of(hq.database, "lost")) == ("1", None)


def test_reading_writes_nothing_and_the_next_transaction_does(hq: Headquarters) -> None:
    with pytest.raises((OperationalError, InternalError)), hq.database.reading() as connection:
        put(connection, "a", "1")
    with hq.database.transaction() as connection:
        put(connection, "a", "2")
    assert value_of(hq.database, "a") == "2"


@only("postgresql")
def test_reading_sees_one_moment(hq: Headquarters) -> None:
    """PostgreSQL lets others write meanwhile; SQLite lets them wait."""
    with hq.database.reading() as before:
        assert before.scalar(select(setting.c.value).where(setting.c.name == "a")) is None
        with hq.database.transaction() as connection:
            put(connection, "a", "1")
        assert before.scalar(select(setting.c.value).where(setting.c.name == "a")) is None
    assert value_of(hq.database, "a") == "1"


@only("postgresql")
def test_work_that_meets_a_deadlock_is_done_again(hq: Headquarters) -> None:
    """Two that lock the same two rows the other way round: both end well, and each is done once."""
    with hq.database.transaction() as connection:
        put(connection, "a", "0")
        put(connection, "b", "0")
    both_have_one = threading.Barrier(2)
    runs: list[str] = []

    def work(first: str, second: str) -> None:
        def once(connection: Connection) -> None:
            runs.append(first)
            for name in (first, second):
                add = text("UPDATE setting SET value = CAST(CAST(value AS int) + 1 AS text) WHERE name = :name")
                connection.execute(add, {"name": name})
                if name == first and len(runs) <= 2:
                    both_have_one.wait(JOIN_S)

        hq.database.repeated(once)

    threads = [threading.Thread(target=work, args=names) for names in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(JOIN_S)
    assert len(runs) > 2  # PostgreSQL may end either, or both, and both may meet once more
    assert (value_of(hq.database, "a"), value_of(hq.database, "b")) == ("2", "2")


def test_a_second_transaction_of_the_same_thread_is_an_error_and_no_endless_wait() -> None:
    database = open_database("sqlite://")
    with database.transaction(), pytest.raises(AssertionError, match="wait for itself"), database.transaction():
        pytest.fail("it began")
    database.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://hq:secret@host/hq", "is no database of HQ"),
        ("hq:secret@host", "is not a URL"),
        ("postgresql+psycopg://hq:secret@127.0.0.1:1/hq", r"postgresql\+psycopg://hq:\*\*\*@127.0.0.1:1/hq cannot be"),
    ],
)
def test_a_bad_address_is_told_without_its_password(url: str, sentence: str) -> None:
    with pytest.raises(HqError, match=sentence) as caught:
        open_database(url)
    assert "secret" not in str(caught.value)


def test_the_address_is_for_its_owner_alone_and_made_once(tmp_path: Path) -> None:
    write_address(tmp_path, "postgresql+psycopg://hq:secret@host/hq")
    assert (tmp_path / "database.url").stat().st_mode & 0o777 == 0o600
    assert read_address(tmp_path) == "postgresql+psycopg://hq:secret@host/hq"
    with pytest.raises(HqError, match="cannot be written"):
        write_address(tmp_path, "sqlite:///hq.db")


@only("sqlite")
def test_a_database_that_is_gone_is_told(tmp_path: Path, hq: Headquarters) -> None:
    (hq.state / "hq.db").rename(tmp_path / "elsewhere.db")
    with pytest.raises(HqError, match="bring it back from its backup"):
        Headquarters.open(hq.state, hq.clock)


class _Failing:
    """A database that cannot do anything now."""

    def __init__(self, database: Database, error: Exception) -> None:
        self.dialect, self._error, self.close = database.dialect, error, database.close

    def transaction(self, *, one_moment: bool = False) -> AbstractContextManager[Connection]:
        raise self._error

    def reading(self) -> AbstractContextManager[Connection]:
        raise self._error

    def repeated(self, work: Callable[[Connection], Result], *, one_moment: bool = False) -> Result:
        raise self._error


@only("sqlite")
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("", {}, ValueError()), 503),
        (InternalError("", {}, ValueError()), 503),  # the transaction is in a failed state, or the server read only
        (PoolExhausted("no connection is free"), 503),
        (ProgrammingError("", {}, ValueError()), 500),  # the control: a bug of ours stays one
    ],
)
def test_a_database_that_is_away_is_told_as_storage(hq: Headquarters, error: Exception, status: int) -> None:
    """A terminal that gets 503 tries later; nothing that it sent is lost."""
    without = replace(hq, database=_Failing(hq.database, error))
    hello = b'{"device":"s01-1","signature":"' + b"0" * 128 + b'"}'
    assert answer(without, Request("POST", "/v1/hello", {}, hello)).status == status
