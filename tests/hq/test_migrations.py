"""Migrations lead to exactly the tables that the code knows, on both databases, and never go back in time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from hq.address import resolved
from hq.database import Database, open_database
from hq.migrations import migrate, version_of
from hq.problems import HqError
from hq.schema import metadata
from tests.hq.drawn_schema import DIALECTS, VERSIONS, drawn
from tests.hq.places import Place, only

_SQLITE = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%' ORDER BY name"
_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attcollation::regcollation::text,
       pg_get_expr(d.adbin, d.adrelid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'alembic_version' ORDER BY 1, 2
"""
_PARTITIONED = "SELECT partrelid::regclass::text, pg_get_partkeydef(partrelid) FROM pg_partitioned_table ORDER BY 1"
_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
WHERE NOT c.relispartition AND c.relname <> 'alembic_version' ORDER BY 1
"""
_CONSTRAINTS = """
SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
WHERE NOT t.relispartition AND t.relname <> 'alembic_version' ORDER BY 1, 2
"""
_QUERIES = {"sqlite": (_SQLITE,), "postgresql": (_COLUMNS, _PARTITIONED, _INDEXES, _CONSTRAINTS)}


@pytest.fixture
def empty(place: Place, tmp_path: Path) -> Iterator[Database]:
    url = place.make()
    database = open_database(resolved(tmp_path, url))
    yield database
    database.close()
    place.end(url)


def described(connection: Connection) -> list[object]:
    """All that the database knows of HQ's tables, their partitions left out."""
    queries = _QUERIES[connection.dialect.name]
    return [tuple(map(_plain, row)) for query in queries for row in connection.execute(text(query))]


def _plain(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def test_migrations_lead_to_the_tables_that_the_code_knows(empty: Database) -> None:
    migrate(empty)
    with empty.transaction() as connection:
        migrated = described(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        metadata.drop_all(connection)
        assert described(connection) == []
        metadata.create_all(connection)
        assert described(connection) == migrated
        assert len(migrated) > len(metadata.tables)


def test_a_column_that_only_the_code_knows_is_seen(empty: Database) -> None:
    """The control of the test above."""
    migrate(empty)
    with empty.transaction() as connection:
        before = described(connection)
        connection.execute(text("ALTER TABLE deny ADD COLUMN more TEXT"))
        assert described(connection) != before


def test_a_database_is_migrated_once(empty: Database) -> None:
    migrate(empty)
    with empty.transaction() as connection:
        connection.execute(text("INSERT INTO setting (name, value) VALUES ('a', 'b')"))
    migrate(empty)
    with empty.reading() as connection:
        assert version_of(connection) == "0001"
        assert connection.scalar(text("SELECT value FROM setting")) == "b"


def test_a_newer_schema_is_refused_with_the_way_out(empty: Database) -> None:
    migrate(empty)
    with empty.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(HqError, match=r"schema 9999, .* knows up to 0001: install"):
        migrate(empty)


@only("postgresql")
def test_members_and_operations_are_partitioned_on_postgresql(empty: Database) -> None:
    migrate(empty)
    with empty.reading() as connection:
        parts = connection.execute(text("SELECT inhparent::regclass::text, count(*) FROM pg_inherits GROUP BY 1"))
        counts = {parent: count for parent, count in parts if not parent.endswith(("_pkey", "_idx"))}
    tables = {name: counts.get(name) for name in ("member", "lot", "holding", "owed", "limit_use", "operation")}
    assert tables == {"member": 16, "lot": 16, "holding": 16, "owed": 16, "limit_use": 16, "operation": 1}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_first_migration_is_drawn_from_the_tables(dialect: str) -> None:
    """`python -m tests.hq.drawn_schema` writes it."""
    assert (VERSIONS / f"v0001_{dialect}.sql").read_text("utf-8") == drawn(DIALECTS[dialect])
