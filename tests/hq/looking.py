"""Looking into HQ's database from a test."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import func, select

from hq.accounts import POOL
from hq.apply import OWN_DEVICE
from hq.audit import audit
from hq.headquarters import Headquarters
from hq.schema import feed_row, holding, member, operation
from hq.sequencer import sequence
from loyalty.ledger import Asset
from tests.hq.devices import Device


def broken(hq: Headquarters) -> list[str]:
    with hq.database.transaction() as connection:
        return audit(connection)


def held(hq: Headquarters, who: str, holder: str = POOL) -> int:
    """Points."""
    mine = (holding.c.member == who) & (holding.c.holder == holder) & (holding.c.asset == Asset.POINTS.value)
    with hq.database.transaction() as connection:
        return connection.scalar(select(func.coalesce(func.sum(holding.c.amount), 0)).where(mine)) or 0


def balance(hq: Headquarters, who: str) -> tuple[int, int]:
    """Balance and debt."""
    with hq.database.transaction() as connection:
        row = connection.execute(select(member.c.balance, member.c.debt).where(member.c.id == who)).one()
        return row.balance, row.debt


def stored(hq: Headquarters) -> list[bytes]:
    """The operations of terminals, without HQ's own."""
    theirs, order = operation.c.device != OWN_DEVICE, (operation.c.device, operation.c.seq)
    with hq.database.transaction() as connection:
        return list(connection.scalars(select(operation.c.data).where(theirs).order_by(*order)))


def row_of(hq: Headquarters, kind: str, key: str) -> dict[str, Any]:
    sequence(hq.database, hq.clock(), hq.today())
    with hq.database.reading() as connection:
        where = (feed_row.c.kind == kind) & (feed_row.c.key == key)
        return dict(json.loads(connection.execute(select(feed_row.c.body).where(where)).scalar_one()))


def judged(hq: Headquarters, device: Device, seq: int) -> str:
    """Outcome and reasons of an operation as they stand now."""
    mine = (operation.c.device == device.name) & (operation.c.epoch == device.identity.epoch) & (operation.c.seq == seq)
    with hq.database.transaction() as connection:
        row = connection.execute(select(operation.c.outcome, operation.c.reasons).where(mine)).one()
    return f"{row.outcome} {row.reasons}".strip()
