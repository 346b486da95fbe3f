"""Accounts from and to the tables: loaded in a few queries and saved at once, whatever the size of a batch."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from hq import schema
from hq.accounts import Account, LotFacts
from hq.chunks import chunks
from loyalty.ledger import Asset


def load(connection: Connection, members: Iterable[str]) -> dict[str, Account]:
    """The accounts of those `members` that exist, locked in id order (sync.md, Operations)."""
    wanted, accounts = sorted(set(members)), {}
    for some in chunks(wanted):
        query = select(schema.member).where(schema.member.c.id.in_(some)).order_by(schema.member.c.id)
        for row in connection.execute(query.with_for_update()).mappings():
            profile = {key: value for key, value in row.items() if key != "id"}
            accounts[row["id"]] = Account(member=row["id"], **profile)
        _load_lots(connection, some, accounts)
    return accounts


def _load_lots(connection: Connection, members: Collection[str], accounts: dict[str, Account]) -> None:
    for row in connection.execute(select(schema.lot).where(schema.lot.c.member.in_(members))):
        account = accounts[row.member]
        facts = json.loads(row.facts) if row.facts else None
        account.lots[Asset(row.asset), row.id] = LotFacts.of(row.id, row.earned_on, row.expires_on, facts)
    for row in connection.execute(select(schema.holding).where(schema.holding.c.member.in_(members))):
        accounts[row.member].holdings[row.holder, Asset(row.asset), row.lot] = row.amount
    for row in connection.execute(select(schema.owed).where(schema.owed.c.member.in_(members))):
        accounts[row.member].owed[Asset(row.asset)] = row.amount
    for row in connection.execute(select(schema.limit_use).where(schema.limit_use.c.member.in_(members))):
        accounts[row.member].limits[row.limit_key] = row.used
    for member in members:
        if member in accounts:
            accounts[member].known_lots = frozenset(accounts[member].lots)
            accounts[member].owed_before = bool(accounts[member].owed)


def save(connection: Connection, accounts: Collection[Account]) -> None:
    """Write back what operations and grants change: balance, debt, holdings, new lots, limits, where last seen."""
    if not accounts:
        return
    for account in accounts:
        account.check()
    changed = update(schema.member).where(schema.member.c.id == bindparam("b_id"))
    connection.execute(
        changed,
        [
            {
                "b_id": account.member,
                "balance": account.balance,
                "debt": account.debt,
                "second_store": account.second_store,
                "last_seen": account.last_seen,
            }
            for account in accounts
        ],
    )
    _save_lots(connection, accounts)
    _save_owed(connection, accounts)
    _save_limits(connection, accounts)


def _save_lots(connection: Connection, accounts: Collection[Account]) -> None:
    new = [
        {
            "member": account.member,
            "asset": asset.value,
            "id": lot.id,
            "earned_on": lot.earned_on,
            "expires_on": lot.expires_on,
            "facts": json.dumps(facts) if (facts := lot.facts()) else None,
        }
        for account in accounts
        for (asset, _), lot in account.lots.items()
        if (asset, lot.id) not in account.known_lots
    ]
    if new:
        connection.execute(insert(schema.lot), new)
    for some in chunks([account.member for account in accounts]):
        connection.execute(delete(schema.holding).where(schema.holding.c.member.in_(some)))
    held = [
        {"member": account.member, "holder": holder, "asset": asset.value, "lot": lot, "amount": amount}
        for account in accounts
        for (holder, asset, lot), amount in account.holdings.items()
    ]
    if held:
        connection.execute(insert(schema.holding), held)


def _save_owed(connection: Connection, accounts: Collection[Account]) -> None:
    """Rare: only terminals that are broken give out what they do not have."""
    for account in accounts:
        if account.owed or account.owed_before:
            connection.execute(delete(schema.owed).where(schema.owed.c.member == account.member))
            rows = [{"member": account.member, "asset": a.value, "amount": n} for a, n in account.owed.items() if n]
            if rows:
                connection.execute(insert(schema.owed), rows)


def _save_limits(connection: Connection, accounts: Collection[Account]) -> None:
    used = [
        {"member": account.member, "limit_key": key, "used": amount}
        for account in accounts
        for key, amount in account.limits.items()
    ]
    if used:
        members = [account.member for account in accounts if account.limits]
        for some in chunks(members):
            connection.execute(delete(schema.limit_use).where(schema.limit_use.c.member.in_(some)))
        connection.execute(insert(schema.limit_use), used)
