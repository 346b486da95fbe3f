"""What HQ knows of one member: profile, balance and where it lies, purchases, and every move of points."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, select

from hq import schema
from hq.account_rows import load
from hq.accounts import PENDING, Account
from hq.members import mask_phone
from hq.problems import HqError
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from protocol.directory import card_key
from protocol.operation import Operation, OperationError

_UID = re.compile(r"([0-9A-Fa-f]{2}){4,10}")
NEWEST = 50


def find_member(connection: Connection, who: str, lookup_key: bytes) -> str:
    """The id of the member whose id, card UID (hex) or whole phone number is `who`. Raises HqError if there is none."""
    table = schema.member.c
    found = connection.scalar(select(table.id).where((table.id == who) | ((table.phone == who) & (table.phone != ""))))
    if found is None and _UID.fullmatch(who):
        key = card_key(lookup_key, who)
        found = connection.scalar(select(schema.card.c.member).where(schema.card.c.key == key))
    if found is None:
        raise HqError("no member has this id, card or phone number: check it, and write a card's UID in hex")
    return str(found)


def record_of(connection: Connection, member: str) -> dict[str, Any]:
    """Ready for JSON. Points by lot and by holder, the newest purchases, and moves of points, newest first."""
    account = load(connection, [member])[member]
    operations = _operations(connection, member)
    return {
        "member": _profile(account),
        "balance": account.balance,
        "debt": account.debt,
        "held": _held(account),
        "lots": _lots(account),
        "purchases": [_purchase(operation) for operation in operations],
        "points": _moves(connection, member, {(o.device, o.epoch, o.seq): o.at_ms for o in operations}),
    }


def _profile(account: Account) -> dict[str, Any]:
    return {
        "id": account.member,
        "name": account.name,
        "phone": mask_phone(account.phone),
        "birthday": account.birthday,
        "language": account.language,
        "tier": account.tier,
        "state": account.state,
        "home_store": account.home_store,
        "last_seen": account.last_seen,
    }


def _held(account: Account) -> dict[str, int]:
    """Points by holder: `pool`, `pending`, or the terminal that holds them as a lease."""
    held: dict[str, int] = {}
    for (holder, asset, _), points in sorted(account.holdings.items()):
        if asset is Asset.POINTS:
            held[holder] = held.get(holder, 0) + points
    return {holder: points for holder, points in held.items() if points}


def _lots(account: Account) -> list[dict[str, Any]]:
    merged: dict[str, int] = {}
    for (holder, asset, lot), points in account.holdings.items():
        if asset is Asset.POINTS and holder != PENDING:
            merged[lot] = merged.get(lot, 0) + points
    return [
        {"lot": lot, "points": merged[lot], "earned_on": dates.earned_on, "expires_on": dates.expires_on}
        for lot in sorted(merged)
        if merged[lot] and (dates := account.lots[Asset.POINTS, lot])
    ]


def _operations(connection: Connection, member: str) -> list[Operation]:
    table = schema.operation.c
    query = select(table.data).where(table.member == member).order_by(table.received_ms.desc(), table.seq.desc())
    found = []
    for data in connection.scalars(query.limit(NEWEST)):
        try:
            found.append(Operation.decode(data))
        except OperationError:  # parked: HQ shows it as a conflict until it can be read
            continue
    return found


def _purchase(operation: Operation) -> dict[str, Any]:
    quote = operation.detail.get("quote", {})
    lines = [
        {"gtin": line["gtin"], "quantity": line["quantity"], "net": line["net"]} for line in quote.get("lines", [])
    ]
    return {
        "store": operation.store,
        "device": operation.device,
        "seq": operation.seq,
        "at_ms": operation.at_ms,
        "business_date": operation.business_date,
        "net": quote.get("net"),
        "tenders": operation.detail.get("tenders", []),
        "lines": lines,
    }


def _moves(connection: Connection, member: str, times: dict[tuple[str, int, int], int]) -> list[dict[str, Any]]:
    """What was issued and redeemed, with its source: the opening balance, or a terminal's operation."""
    table = schema.posting.c
    roles = (Role.ISSUED.value, Role.REDEEMED.value)
    mine = (table.member == member) & (table.asset == Asset.POINTS.value) & table.account.in_(roles)
    columns = (table.device, table.epoch, table.seq, table.no, table.account, table.lot, table.amount)
    rows = connection.execute(select(*columns).where(mine).order_by(table.device, table.epoch, table.seq, table.no))
    moves = [
        {
            "kind": "earned" if row.account == Role.ISSUED.value else "used",
            "points": -row.amount,
            "lot": row.lot,
            "source": "opening balance" if row.epoch == 0 else f"{row.device} {row.seq}",
            "at_ms": times.get((row.device, row.epoch, row.seq)),
        }
        for row in rows
    ]
    return sorted(moves, key=lambda move: (move["at_ms"] or 0, str(move["source"])), reverse=True)


def as_text(record: dict[str, Any]) -> str:
    """The record for people, a line each."""
    who = record["member"]
    lines = [
        f"{who['id']}  {who['name']}  {who['phone']}  {who['tier']}  {who['state']}  home store {who['home_store']}"
    ]
    lines.append(f"balance {record['balance']} points, debt {record['debt']}")
    lines += [f"  {points:>8} at {holder}" for holder, points in record["held"].items()]
    lines += [f"  {lot['points']:>8} good until {lot['expires_on'] or 'for ever'}" for lot in record["lots"]]
    lines.append("purchases")
    lines += [
        f"  {p['business_date']}  {p['device']} {p['seq']:>6}  {p['net']} minor units" for p in record["purchases"]
    ]
    lines.append("points")
    lines += [f"  {move['points']:>+8}  {move['kind']}  {move['source']}" for move in record["points"]]
    return "\n".join(lines)
