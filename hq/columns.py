"""Kinds of columns that SQLite and PostgreSQL share: keys ordered by their bytes, whole numbers, JSON as text."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ColumnElement, ForeignKey, Integer, String, Text, cast, func

PARTS = 16  # hash partitions of what belongs to one member
BY_MEMBER = "HASH (member)"
BY_MONTH = "RANGE (received_ms)"


def _string(size: int) -> String:
    """Ordered by bytes on both, as Python orders: locks are taken in this order."""
    return String(size).with_variant(String(size, collation="C"), "postgresql")


def key(name: str, *extra: ForeignKey, size: int = 64) -> Column[str]:
    return Column(name, _string(size), *extra, primary_key=True)


def text(name: str, *extra: ForeignKey, size: int = 64) -> Column[str]:
    return Column(name, _string(size), *extra, nullable=False)


def maybe_text(name: str, size: int = 64) -> Column[str | None]:
    return Column(name, _string(size), nullable=True)


def json_text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def maybe_json(name: str) -> Column[str | None]:
    return Column(name, Text, nullable=True)


def number(name: str, default: int | None = None) -> Column[int]:
    return Column(name, BigInteger, nullable=False, default=default)


def maybe_number(name: str) -> Column[int | None]:
    return Column(name, BigInteger, nullable=True)


def number_key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def counted_key(name: str) -> Column[int]:
    """A key that the database gives out; nothing may rely on the order in which such numbers are committed."""
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Column(name, kind, primary_key=True, autoincrement=True)


def total(column: ColumnElement[int]) -> ColumnElement[int]:
    """Σ column as an integer, 0 over no rows: PostgreSQL's own sum of int8 is a decimal."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)
