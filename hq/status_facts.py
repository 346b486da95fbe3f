"""What the status page shows, as data: read in one transaction, without names or phone numbers."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, case, func, select

from hq.accounts import AT_HQ, POOL
from hq.apply import OWN_DEVICE
from hq.card_alarms import card_alarms
from hq.clone_alarms import clone_alarms
from hq.columns import total
from hq.conflicts import conflicts
from hq.database import read_setting
from hq.restoring import missing_reports
from hq.schema import evidence, holding, member, operation, product, programme, store, terminal
from loyalty.ledger import Asset
from loyalty.moment import Moment
from protocol.batch import Outcome

CONFLICTS_SHOWN = 50


def facts(connection: Connection, now_ms: int, zone: str, language: str) -> dict[str, Any]:
    """Counts, terminals, operations by outcome, and the newest conflicts in the words of `language`."""
    today = Moment(now_ms, zone).local().date()
    return {
        "chain": read_setting(connection, "chain"),
        "now_ms": now_ms,
        "zone": zone,
        "members": _count(connection, member),
        "stores": _count(connection, store),
        "products": _count(connection, product),
        "points": _points(connection),
        "programme": programme_told(_newest_programme(connection), today),
        "awaited": [device for device, _ in missing_reports(connection)],
        "terminals": _terminals(connection, now_ms, today),
        "operations": _outcomes(connection),
        "operations_twice": _twice(connection),
        "conflicts": [
            *clone_alarms(connection, language),
            *card_alarms(connection, language),
            *conflicts(connection, language, CONFLICTS_SHOWN),
        ],
    }


def points_of_members(connection: Connection) -> dict[str, dict[str, int]]:
    """Balance and debt of every member, and how much of the balance lies in the pool and in leases."""
    held = select(
        holding.c.member,
        total(case((holding.c.holder == POOL, holding.c.amount), else_=0)),
        total(case((holding.c.holder.not_in(AT_HQ), holding.c.amount), else_=0)),
    ).where(holding.c.asset == Asset.POINTS.value)
    held = held.group_by(holding.c.member)
    places = {who: (pool, leased) for who, pool, leased in connection.execute(held)}
    return {
        who: {
            "balance": balance,
            "debt": debt,
            "pool": places.get(who, (0, 0))[0],
            "leased": places.get(who, (0, 0))[1],
        }
        for who, balance, debt in connection.execute(select(member.c.id, member.c.balance, member.c.debt))
    }


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _points(connection: Connection) -> dict[str, int]:
    balance, debt = connection.execute(select(total(member.c.balance), total(member.c.debt))).one()
    at_terminals = (holding.c.asset == Asset.POINTS.value) & holding.c.holder.not_in(AT_HQ)
    leased = connection.scalar(select(total(holding.c.amount)).where(at_terminals))
    return {"balance": balance, "leased": leased or 0, "debt": debt}


def _newest_programme(connection: Connection) -> dict[str, Any]:
    newest = select(programme.c.document).order_by(programme.c.version.desc()).limit(1)
    document: dict[str, Any] = json.loads(connection.scalar(newest) or "{}")
    return document


def programme_told(said: object, today: date) -> dict[str, Any] | None:
    """Version and last planned day of a programme, and whether that is over; None if it is not said, or is no day.

    A terminal's heartbeat says it, so nothing of it is believed to be well formed.
    """
    if not isinstance(said, dict) or type(said.get("version")) is not int:
        return None
    try:
        until = date.fromisoformat(said.get("valid_until", ""))
    except (TypeError, ValueError):
        return None
    return {"version": said["version"], "valid_until": until.isoformat(), "over": until < today}


def _terminals(connection: Connection, now_ms: int, today: date) -> list[dict[str, Any]]:
    rows = connection.execute(select(terminal).order_by(terminal.c.device, terminal.c.epoch)).mappings()
    return [_terminal(dict(row), now_ms, today) for row in rows]


def _terminal(row: dict[str, Any], now_ms: int, today: date) -> dict[str, Any]:
    heartbeat = json.loads(row["heartbeat"]) if row["heartbeat"] else {}
    last = row["last_contact_ms"]
    devices = heartbeat.get("devices", {})
    return {
        "device": row["device"],
        "epoch": row["epoch"],
        "store": row["store"],
        "lane": row["lane"],
        "state": row["state"],
        "last_contact_ms": last,
        "silent_s": None if last is None else max(0, (now_ms - last) // 1000),
        "outbox": heartbeat.get("outbox"),
        "clock": heartbeat.get("clock"),
        "version": heartbeat.get("version"),
        "programme": programme_told(heartbeat.get("directory", {}).get("programme"), today),
        "devices": {str(name): _state(said) for name, said in devices.items()},
        "acked_seq": row["acked_seq"],
        "duplicates": row["duplicates"],
        "granted": row["granted"],
    }


def _state(said: object) -> str:
    """A device in a heartbeat is its state, or an object with one."""
    return str(said.get("state", "?") if isinstance(said, dict) else said)[:40]


def _outcomes(connection: Connection) -> dict[str, int]:
    theirs = operation.c.device != OWN_DEVICE
    query = select(operation.c.outcome, func.count()).where(theirs).group_by(operation.c.outcome)
    counts = {outcome.value: 0 for outcome in Outcome} | dict(connection.execute(query).all())
    counts[Outcome.DUPLICATE] = connection.scalar(select(total(terminal.c.duplicates))) or 0
    counts[Outcome.QUARANTINED] = _count(connection, evidence)
    return {str(name): count for name, count in counts.items()}


def _twice(connection: Connection) -> int:
    """Operations that HQ holds beyond the first with the same intent."""
    query = select(func.count(operation.c.intent), func.count(operation.c.intent.distinct()))
    held, different = connection.execute(query).one()
    return int(held - different)
