"""The first migration's files as the tables say: `python -m tests.hq.drawn_schema` writes them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from hq.schema import metadata

VERSIONS = Path(__file__).parents[2] / "hq" / "migrations" / "versions"
DIALECTS: dict[str, Dialect] = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}


def drawn(dialect: Dialect) -> str:
    """CREATE statements of all tables and their indexes, in an order in which they can run."""
    statements = []
    for table in metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            create = CreateIndex(index)
            if index._ddl_if is None or index._ddl_if.dialect == dialect.name:
                statements.append(str(create.compile(dialect=dialect)))
    return "".join(f"{_tidy(statement)};\n\n" for statement in statements)


def _tidy(statement: str) -> str:
    return "\n".join(line.rstrip().replace("\t", "    ") for line in statement.strip().splitlines())


def main() -> None:
    for name, dialect in DIALECTS.items():
        (VERSIONS / f"v0001_{name}.sql").write_text(drawn(dialect), "utf-8")


if __name__ == "__main__":
    main()
