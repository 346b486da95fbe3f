"""Many rows in one statement, on either database: what a batch costs is decided here.

PostgreSQL takes new rows by COPY, and rows that change something as one JSON array: a statement is planned once however
many rows it has, and nothing is spelled out value by value in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

import orjson
import psycopg
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Table,
    Text,
    any_,
    func,
    literal,
    select,
)
from sqlalchemy.exc import DBAPIError

from hq.chunks import chunks

Rows = Sequence[Mapping[str, Any]]
Item = TypeVar("Item")


def insert_all(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows that all have the same columns."""
    if rows:
        _put(connection, table, rows, conflict="")


def upsert_all(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows, or give those whose key is there already the new values. Each key may come once."""
    if rows:
        names = tuple(map(str, rows[0]))
        sets = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in _keys(table))
        _put(connection, table, rows, conflict=f" ON CONFLICT ({_listed(_keys(table))}) DO UPDATE SET {sets}")


def update_all(connection: Connection, table: Table, rows: Rows) -> None:
    """Give rows that are there the other values; each row of `rows` has the whole key."""
    if rows:
        names = (*(str(name) for name in rows[0] if name not in _keys(table)), *_keys(table))
        sets = ", ".join(f'"{name}" = {_new(connection, name)}' for name in names if name not in _keys(table))
        _change(connection, table, names, rows, f'UPDATE "{table.name}" SET {sets}', "FROM")


def delete_all(connection: Connection, table: Table, rows: Rows) -> None:
    """Delete the rows with these keys; each row of `rows` has the whole key and nothing else."""
    if rows:
        _change(connection, table, _keys(table), rows, f'DELETE FROM "{table.name}"', "USING")


def one_of(connection: Connection, column: Column[str], values: Sequence[str]) -> ColumnElement[bool]:
    """Whether the column is one of `values`, which are one parameter however many they are."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(Text)))
    each = func.json_each(literal(orjson.dumps(list(values)).decode())).table_valued("value")
    return column.in_(select(each.c.value))


def portions(connection: Connection, items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    """As many as one statement takes: on PostgreSQL all."""
    if connection.dialect.name == "postgresql":
        return (items,) if items else ()
    return chunks(items)


def _put(connection: Connection, table: Table, rows: Rows, conflict: str) -> None:
    names = tuple(map(str, rows[0]))
    if connection.dialect.name == "postgresql" and not conflict:
        _copy(connection, table, names, rows)
    elif connection.dialect.name == "postgresql":
        statement = f"{_into(table, names)} SELECT {_listed(names)} FROM {_records(table, names)}{conflict}"
        connection.exec_driver_sql(statement, (_json(names, rows),))
    else:
        marks = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"{_into(table, names)} VALUES ({marks}){conflict}", _tuples(names, rows))


def _change(connection: Connection, table: Table, names: tuple[str, ...], rows: Rows, act: str, joined: str) -> None:
    if connection.dialect.name == "postgresql":
        same = " AND ".join(f'"{table.name}"."{name}" = u."{name}"' for name in _keys(table))
        statement = f"{act} {joined} {_records(table, names)} WHERE {same}"
        connection.exec_driver_sql(statement, (_json(names, rows),))
    else:
        same = " AND ".join(f'"{name}" = ?' for name in _keys(table))
        connection.exec_driver_sql(f"{act} WHERE {same}", _tuples(names, rows))


def _new(connection: Connection, name: str) -> str:
    return f'u."{name}"' if connection.dialect.name == "postgresql" else "?"


def _copy(connection: Connection, table: Table, names: tuple[str, ...], rows: Rows) -> None:
    """Past SQLAlchemy, which knows no COPY: its errors are made to look like those of every other statement."""
    statement, cursor = f'COPY "{table.name}" ({_listed(names)}) FROM STDIN', connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in _tuples(names, rows):
                copy.write_row(row)
    except psycopg.Error as error:
        found = DBAPIError.instance(statement, None, error, psycopg.Error, hide_parameters=True)
        raise found from error
    finally:
        cursor.close()


def _json(names: tuple[str, ...], rows: Rows) -> str:
    return orjson.dumps([{name: row[name] for name in names} for row in rows]).decode()


def _tuples(names: tuple[str, ...], rows: Rows) -> list[tuple[Any, ...]]:
    return list(map(itemgetter(*names), rows)) if len(names) > 1 else [(row[names[0]],) for row in rows]


@lru_cache
def _keys(table: Table) -> tuple[str, ...]:
    return tuple(str(column.name) for column in table.primary_key)


@lru_cache
def _records(table: Table, names: tuple[str, ...]) -> str:
    """Columns never have a length here: a cast to varchar(64) would cut a longer text off in silence."""
    columns = ", ".join(f'"{name}" {_type(table.c[name])}' for name in names)
    return f"json_to_recordset(%s::json) AS u({columns})"


def _type(column: Column[Any]) -> str:
    assert not isinstance(column.type, LargeBinary), f"{column} cannot travel as JSON"
    return "int8" if isinstance(column.type, BigInteger) else "text"


def _into(table: Table, names: tuple[str, ...]) -> str:
    return f'INSERT INTO "{table.name}" ({_listed(names)})'


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
