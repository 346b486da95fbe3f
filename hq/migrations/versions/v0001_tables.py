"""The first schema: tables as SQLite and PostgreSQL have them in the two files beside this one."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
HASHED = ("member", "lot", "holding", "owed", "limit_use")
PARTS = 16


def upgrade() -> None:
    """On PostgreSQL also the partitions: 16 by member, and one for operations of a month that has none."""
    dialect = op.get_bind().dialect.name
    for statement in Path(__file__).with_name(f"v0001_{dialect}.sql").read_text("utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
    if dialect == "postgresql":
        for table in HASHED:
            for part in range(PARTS):
                values = f"FOR VALUES WITH (MODULUS {PARTS}, REMAINDER {part})"
                op.execute(f"CREATE TABLE {table}_{part:02} PARTITION OF {table} {values}")
        op.execute("CREATE TABLE operation_rest PARTITION OF operation DEFAULT")
