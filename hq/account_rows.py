"""Accounts from and to the tables: loaded in a few queries and saved at once, whatever the size of a batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from hq import schema
from hq.accounts import Account
from hq.chunks import chunks
from loyalty.ledger import Asset
from loyalty.lots import Lot


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
        account.lots[row.id] = Lot(row.id, 0, row.earned_on, row.expires_on)
        account.known_lots |= {row.id}
    for row in connection.execute(select(schema.holding).where(schema.holding.c.member.in_(members))):
        accounts[row.member].holdings[row.holder, row.lot] = row.amount
    for row in connection.execute(select(schema.limit_use).where(schema.limit_use.c.member.in_(members))):
        accounts[row.member].limits[row.limit_key] = row.used


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
    _save_limits(connection, accounts)


def _save_lots(connection: Connection, accounts: Collection[Account]) -> None:
    new = [
        {
            "member": account.member,
            "asset": Asset.POINTS.value,
            "id": lot.id,
            "earned_on": lot.earned_on,
            "expires_on": lot.expires_on,
        }
        for account in accounts
        for lot in account.lots.values()
        if lot.id not in account.known_lots
    ]
    if new:
        connection.execute(insert(schema.lot), new)
    for some in chunks([account.member for account in accounts]):
        connection.execute(delete(schema.holding).where(schema.holding.c.member.in_(some)))
    held = [
        {"member": account.member, "holder": holder, "asset": Asset.POINTS.value, "lot": lot, "amount": points}
        for account in accounts
        for (holder, lot), points in account.holdings.items()
    ]
    if held:
        connection.execute(insert(schema.holding), held)


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
