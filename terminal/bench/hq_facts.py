"""What HQ has on disk, read past HQ's own code: an independent witness for the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, select

from hq import schema
from hq.accounts import PENDING
from loyalty.ledger import Asset
from protocol.operation import Kind, Operation


@dataclass(frozen=True)
class HqFacts:
    """Counts over HQ's database. `intents` are those of all sales, as often as they stand there."""

    intents: tuple[str, ...]
    overspent: int
    unbalanced: int

    @property
    def duplicates(self) -> int:
        return len(self.intents) - len(set(self.intents))


def read_facts(database: Path) -> HqFacts:
    """Read operations, holdings below zero and members whose parts do not sum up."""
    engine = _engine(database)
    try:
        with engine.connect() as connection:
            query = select(schema.operation.c.data).where(schema.operation.c.kind == Kind.SALE.value)
            data = connection.execute(query).scalars()
            intents = tuple(Operation.decode(item).intent for item in data)
            below = connection.execute(
                select(func.coalesce(func.sum(-schema.holding.c.amount), 0)).where(schema.holding.c.amount < 0)
            ).scalar_one()
            owed = connection.execute(select(func.coalesce(func.sum(schema.member.c.debt), 0))).scalar_one()
            held = (
                select(func.coalesce(func.sum(schema.holding.c.amount), 0))
                .where(schema.holding.c.member == schema.member.c.id, schema.holding.c.asset == Asset.POINTS.value)
                .where(schema.holding.c.holder != PENDING)
                .scalar_subquery()
            )
            off = select(func.count()).where(held - schema.member.c.debt != schema.member.c.balance)
            unbalanced = connection.execute(off.select_from(schema.member)).scalar_one()
    finally:
        engine.dispose()
    return HqFacts(intents, int(below) + int(owed), int(unbalanced))


def read_balances(database: Path, members: Iterable[str]) -> dict[str, int]:
    """HQ's balance of each of `members`, in points."""
    engine = _engine(database)
    try:
        with engine.connect() as connection:
            table = schema.member
            query = select(table.c.id, table.c.balance).where(table.c.id.in_(list(members)))
            return {row.id: row.balance for row in connection.execute(query)}
    finally:
        engine.dispose()


def _engine(database: Path) -> Engine:
    return create_engine(f"sqlite:///file:{database}?mode=ro&uri=true")
