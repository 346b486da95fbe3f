"""Statements that every batch needs, made once for each database: making one anew takes longer than running it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import orjson
from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Select, Text, any_, bindparam, func, select

_WANTED = "wanted"


def rows_among(
    connection: Connection,
    columns: tuple[Column[Any], ...],
    key: Column[Any],
    values: Collection[str],
    *,
    lock: bool = False,
) -> Sequence[Any]:
    """These columns of the rows whose `key` is one of `values`, however many; `lock` locks them in its order."""
    dialect = connection.dialect.name
    given = list(values) if dialect == "postgresql" else orjson.dumps(list(values)).decode()
    return connection.execute(_among(dialect, columns, key, lock), {_WANTED: given}).all()


@contextmanager
def savepoint(connection: Connection, mends: tuple[type[Exception], ...]) -> Iterator[None]:
    """What the block did is undone if it raises one of these; everything else ends the transaction anyway."""
    connection.exec_driver_sql("SAVEPOINT step")
    try:
        yield
    except mends:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT step")
        connection.exec_driver_sql("RELEASE SAVEPOINT step")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT step")


@cache
def _among(dialect: str, columns: tuple[Column[Any], ...], key: Column[Any], lock: bool) -> Select[Any]:
    query = select(*columns).where(_is_one(dialect, key))
    return query.order_by(key).with_for_update() if lock else query


def _is_one(dialect: str, key: Column[Any]) -> ColumnElement[bool]:
    if dialect == "postgresql":
        return key == any_(bindparam(_WANTED, type_=ARRAY(Text)))
    each = func.json_each(bindparam(_WANTED, type_=Text)).table_valued("value")
    return key.in_(select(each.c.value))
