"""What a sale by an older programme cost: the newest one, published before it, would have given something else (D21).

The price that was shown is honoured. The difference is booked as a figure for each store, and nobody owes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from hq.schema import programme
from hq.schema import stale_cost as table
from loyalty import ENGINE, Programme, price
from loyalty.moment import Moment
from protocol.operation import Operation
from protocol.sale_detail import SaleDetail, SaleDetailError

_UNPRICEABLE = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True)
class Newest:
    """The newest programme and when HQ published it (UTC)."""

    programme: Programme
    published_ms: int


@dataclass(frozen=True)
class StaleCost:
    """`minor` more would have been asked by the newest programme, and `points` fewer given, at this store."""

    store: str
    version: int
    minor: int
    points: int


def newest(connection: Connection, programmes: Mapping[int, Programme]) -> Newest | None:
    row = connection.execute(
        select(programme.c.version, programme.c.published_ms).order_by(programme.c.version.desc()).limit(1)
    ).first()
    return Newest(programmes[row.version], row.published_ms) if row and row.version in programmes else None


def stale_cost(operation: Operation, latest: Newest | None) -> StaleCost | None:
    """None where the sale was priced by the newest programme, or before that was published, or costs nothing."""
    if latest is None or operation.at_ms < latest.published_ms:
        return None
    try:
        detail = SaleDetail.read(operation.detail)
        if detail.programme_version >= latest.programme.version or detail.engine != ENGINE:
            return None
        at = Moment(operation.at_ms, operation.zone, detail.cutoff_hours)
        quote = price(detail.to_basket(), detail.to_member(), latest.programme, at, detail.to_state())
        minor = quote.due - int(detail.quote["due"])
        points = _earned(detail) - sum(each.points for each in quote.earned)
    except (SaleDetailError, *_UNPRICEABLE):
        return None
    if not (minor or points):
        return None
    return StaleCost(operation.store, latest.programme.version, minor, points)


def _earned(detail: SaleDetail) -> int:
    return sum(int(each["points"]) for each in detail.quote["earned"])


def book_costs(connection: Connection, costs: Iterable[StaleCost]) -> None:
    """Add to what each store's sales by an older version have cost so far."""
    for cost in costs:
        where = (table.c.store == cost.store) & (table.c.version == cost.version)
        added = {
            "sales": table.c.sales + 1,
            "minor": table.c.minor + cost.minor,
            "points": table.c.points + cost.points,
        }
        if not connection.execute(update(table).where(where).values(**added)).rowcount:
            row = {"store": cost.store, "version": cost.version, "sales": 1}
            connection.execute(insert(table).values(**row, minor=cost.minor, points=cost.points))


def costs(connection: Connection) -> list[dict[str, int | str]]:
    """The figures of all stores, for people and programs."""
    rows = connection.execute(select(table).order_by(table.c.store, table.c.version)).mappings()
    return [dict(row) for row in rows]
