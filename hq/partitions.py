"""Partitions of operations by the month in which HQ received them (PostgreSQL), made before the month begins.

What arrives in a month without one goes to `operation_rest`, and moves when that month's partition is made.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, text

from hq.database import Database

AHEAD = 3  # months after this one


def make_months(database: Database, now_ms: int) -> list[str]:
    """Make the partitions of this month and the next AHEAD; the names of those that were not there. Nothing on SQLite.

    Call it at least once a month; making none costs one query.
    """
    if database.dialect != "postgresql":
        return []
    months = [_month_after(now_ms, ahead) for ahead in range(AHEAD + 1)]
    with database.reading() as connection:
        if not _missing(connection, months):
            return []
    with database.transaction() as connection:
        connection.execute(text("LOCK TABLE operation_rest IN ACCESS EXCLUSIVE MODE"))
        missing = _missing(connection, months)
        for month in missing:
            _make(connection, month)
    return [f"{month:operation_%Y_%m}" for month in missing]


def _month_after(now_ms: int, ahead: int) -> datetime:
    now = datetime.fromtimestamp(now_ms // 1000, UTC)
    months = now.year * 12 + now.month - 1 + ahead
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def _missing(connection: Connection, months: list[datetime]) -> list[datetime]:
    query = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'operation'::regclass"
    there = set(connection.scalars(text(query)))
    return [month for month in months if f"{month:operation_%Y_%m}" not in there]


def _make(connection: Connection, month: datetime) -> None:
    """Filled from the rest first, then attached: PostgreSQL refuses a partition whose rows lie in the default one."""
    name, first = f"{month:operation_%Y_%m}", _ms(month)
    end = _ms(_month_after(first, 1))
    span = f"received_ms >= {first} AND received_ms < {end}"
    for statement in (
        f"CREATE TABLE {name} (LIKE operation INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        f"WITH moved AS (DELETE FROM operation_rest WHERE {span} RETURNING *) INSERT INTO {name} SELECT * FROM moved",
        f"ALTER TABLE operation ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({end})",
    ):
        connection.execute(text(statement))


def _ms(month: datetime) -> int:
    return int(month.timestamp()) * 1000
