"""The rows behind the bench of ingest: what members may spend before it, and what HQ made, to be inserted barely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, select, text, update

from hq import schema
from hq.accounts import lease_holder
from hq.bulk import insert_all
from hq.headquarters import Headquarters
from protocol.batch import Batch
from protocol.feed import member_bucket
from terminal.identity import Identity

LENT = 10**6  # points of each member at each terminal
LOT = "hq.1"  # the lot that sample sales spend from
Rows = dict[str, list[tuple[Any, ...]]]  # by table
_TABLES = (schema.operation, schema.lot, schema.holding, schema.change)


def lend_points(hq: Headquarters, terminals: Sequence[Identity], members: int) -> None:
    """Every member has points at every terminal; they come from nowhere, since a bench needs no books before it."""
    holders = [lease_holder(one.device, one.epoch) for one in terminals]
    names = [f"m{number:04}" for number in range(members)]
    lot = {"asset": "points", "id": LOT, "earned_on": "2026-01-01", "expires_on": None, "facts": None}
    held = {"asset": "points", "lot": LOT, "amount": LENT}
    with hq.database.transaction() as connection:
        insert_all(connection, schema.lot, [{"member": name, **lot} for name in names])
        rows = [{"member": name, "holder": holder, **held} for name in names for holder in holders]
        insert_all(connection, schema.holding, rows)
        connection.execute(update(schema.member).values(balance=LENT * len(holders)))
        connection.execute(text("ANALYZE"))  # as a database that has run for a while: plans go by what is in it


def keep_rows(hq: Headquarters, shares: Sequence[Sequence[Batch]]) -> list[list[Rows]]:
    """The rows that HQ made of each batch, by terminal; they are then taken out of the tables."""
    with hq.database.transaction() as connection:
        operations = _by(connection, schema.operation, lambda row: (row["device"], row["seq"]))
        lots = _by(connection, schema.lot, lambda row: row["id"])
        holdings = _by(connection, schema.holding, lambda row: (row["holder"], row["lot"]))
        for table in _TABLES:
            connection.execute(delete(table))
    return [[_made(batch, operations, lots, holdings) for batch in share] for share in shares]


def _by(connection: Connection, table: Table, key: Any) -> dict[Any, tuple[Any, ...]]:
    return {key(row): tuple(row.values()) for row in connection.execute(select(table)).mappings()}


def _made(batch: Batch, operations: dict[Any, Any], lots: dict[Any, Any], holdings: dict[Any, Any]) -> Rows:
    header = batch.header
    mine = [operations[header.device, seq] for seq in range(header.first, header.last + 1)]
    names = [f"{header.device}.{header.epoch}.{seq}" for seq in range(header.first, header.last + 1)]
    holder = lease_holder(header.device, header.epoch)
    position = [column.name for column in schema.operation.columns].index("member")
    members = sorted({row[position] for row in mine if row[position]})
    return {
        "operation": mine,
        "lot": [lots[name] for name in names if name in lots],
        "holding": [holdings[holder, name] for name in names if (holder, name) in holdings],
        "change": [(member_bucket(member).value, "member", member) for member in members],
    }


def insert_bare(hq: Headquarters, batches: list[Rows]) -> None:
    """A transaction for each batch, and nothing in it but `executemany`."""
    for rows in batches:
        with hq.database.transaction() as connection:
            driver = connection.connection.cursor()
            for statement, values in _statements(rows, connection.dialect.name):
                driver.executemany(statement, values)
            driver.close()


def _statements(rows: Rows, dialect: str) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    mark = "%s" if dialect == "postgresql" else "?"
    for table in _TABLES:
        names = [column.name for column in table.columns if (table.name, column.name) != ("change", "id")]
        if rows[table.name]:
            listed = ", ".join(f'"{name}"' for name in names)
            yield f"INSERT INTO {table.name} ({listed}) VALUES ({', '.join([mark] * len(names))})", rows[table.name]
