"""Accounts from and to the tables: loaded in a few queries, and of a whole batch only what differs is written back."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from hq import schema
from hq.accounts import Account, LotFacts, Stored
from hq.bulk import delete_all, insert_all, update_all, upsert_all
from hq.prepared import rows_among
from loyalty.ledger import Asset

_PROFILE = tuple(column for column in schema.member.columns if column.name != "unsized")  # as an Account takes it
_ASSETS = {asset.value: asset for asset in Asset}  # thousands of rows are read for one batch


def load(connection: Connection, members: Iterable[str]) -> dict[str, Account]:
    """The accounts of those `members` that exist, locked in id order (sync.md, Operations)."""
    return _load(connection, members, lock=True)


def look(connection: Connection, members: Iterable[str]) -> dict[str, Account]:
    """As `load`, to be read and not saved: nothing is locked, so all must be of one moment."""
    return _load(connection, members, lock=False)


def _load(connection: Connection, members: Iterable[str], *, lock: bool) -> dict[str, Account]:
    names = sorted(set(members))
    if not names:
        return {}
    rows = rows_among(connection, (*_PROFILE, schema.member.c.unsized), schema.member.c.id, names, lock=lock)
    accounts = {row[0]: Account(*row[:-1]) for row in rows}
    _load_lots(connection, names, accounts)
    _load_counts(connection, names, accounts)
    for row in rows:
        accounts[row[0]].stored = _stored(accounts[row[0]], listed=row[-1] == 1)
    return accounts


def _all(connection: Connection, table: Table, members: Sequence[str]) -> Sequence[Any]:
    return rows_among(connection, tuple(table.columns), table.c.member, members)


def _load_lots(connection: Connection, members: Sequence[str], accounts: Mapping[str, Account]) -> None:
    lots = {member: account.lots for member, account in accounts.items()}
    for member, asset, lot, earned_on, expires_on, facts in _all(connection, schema.lot, members):
        of = (
            LotFacts.of(lot, earned_on, expires_on, json.loads(facts))
            if facts
            else LotFacts(lot, earned_on, expires_on)
        )
        lots[member][_ASSETS[asset], lot] = of
    holdings = {member: account.holdings for member, account in accounts.items()}
    for member, holder, asset, lot, amount in _all(connection, schema.holding, members):
        holdings[member][holder, _ASSETS[asset], lot] = amount


def _load_counts(connection: Connection, members: Sequence[str], accounts: Mapping[str, Account]) -> None:
    for member, asset, amount in _all(connection, schema.owed, members):
        accounts[member].owed[_ASSETS[asset]] = amount
    for member, key, used in _all(connection, schema.limit_use, members):
        accounts[member].limits[key] = used


def save(connection: Connection, accounts: Collection[Account]) -> None:
    """Write back what operations and grants change: balance, debt, holdings, new lots, limits, where last seen."""
    for account in accounts:
        account.check()
    update_all(connection, schema.member, [_member(account) for account in accounts if not _is_listed(account)])
    update_all(connection, schema.member, [_usual(account) for account in accounts if _is_listed(account)])
    insert_all(connection, schema.lot, [row for account in accounts for row in _new_lots(account)])
    _write(connection, schema.holding, accounts, lambda of: of.holdings)
    _write(connection, schema.owed, accounts, lambda of: of.owed)
    _write(connection, schema.limit_use, accounts, lambda of: of.limits)
    for account in accounts:
        account.stored = _stored(account, listed=True)


def _write(
    connection: Connection,
    table: Table,
    accounts: Collection[Account],
    part: Callable[[Account | Stored], Mapping[Any, int]],
) -> None:
    """Amounts that differ from what the table has, and those that are gone."""
    names = [str(column.name) for column in table.columns]
    put, gone = [], []
    for account in accounts:
        before, now = part(account.stored), part(account)
        if before == now:
            continue
        changed = [(key, amount) for key, amount in now.items() if before.get(key) != amount]
        put += [dict(zip(names, (account.member, *_texts(key), amount), strict=True)) for key, amount in changed]
        gone += [dict(zip(names, (account.member, *_texts(key)), strict=False)) for key in before if key not in now]
    delete_all(connection, table, gone)
    upsert_all(connection, table, put)


def _texts(key: str | tuple[str, ...]) -> list[str]:
    return [str(part) for part in ((key,) if isinstance(key, str) else key)]


def _stored(account: Account, *, listed: bool) -> Stored:
    amounts = dict(account.holdings), frozenset(account.lots), dict(account.owed), dict(account.limits)
    return Stored(*amounts, account.second_store, listed)


def _is_listed(account: Account) -> bool:
    """Whether no index of the member's row has to change."""
    return account.stored.listed and account.second_store == account.stored.second_store


def _usual(account: Account) -> dict[str, Any]:
    return {
        "id": account.member,
        "balance": account.balance,
        "debt": account.debt,
        "last_seen": account.last_seen,
    }


def _member(account: Account) -> dict[str, Any]:
    return {**_usual(account), "second_store": account.second_store, "unsized": 1}


def _new_lots(account: Account) -> Iterator[dict[str, Any]]:
    for (asset, _), lot in account.lots.items():
        if (asset, lot.id) not in account.stored.lots:
            facts = lot.facts()
            yield {
                "member": account.member,
                "asset": asset.value,
                "id": lot.id,
                "earned_on": lot.earned_on,
                "expires_on": lot.expires_on,
                "facts": json.dumps(facts) if facts else None,
            }
