"""Accounts from and to the tables: loaded in a few queries, and of a whole batch only what differs is written back."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from hq import schema
from hq.accounts import Account, LotFacts, Stored
from hq.bulk import delete_all, insert_all, one_of, portions, update_all, upsert_all
from loyalty.ledger import Asset

_PROFILE = [column for column in schema.member.columns if column.name not in ("id", "unsized")]
_ASSETS = {asset.value: asset for asset in Asset}  # thousands of rows are read for one batch


def load(connection: Connection, members: Iterable[str]) -> dict[str, Account]:
    """The accounts of those `members` that exist, locked in id order (sync.md, Operations)."""
    return _load(connection, members, lock=True)


def look(connection: Connection, members: Iterable[str]) -> dict[str, Account]:
    """As `load`, to be read and not saved: nothing is locked, so all must be of one moment."""
    return _load(connection, members, lock=False)


def _load(connection: Connection, members: Iterable[str], *, lock: bool) -> dict[str, Account]:
    accounts: dict[str, Account] = {}
    for some in portions(connection, sorted(set(members))):
        query = _of(connection, select(schema.member.c.id, *_PROFILE), schema.member, some, "id")
        query = query.order_by(schema.member.c.id)
        for row in connection.execute(query.with_for_update() if lock else query).all():
            accounts[row[0]] = Account(*row)
        _load_lots(connection, some, accounts)
        _load_counts(connection, some, accounts)
    for account in accounts.values():
        account.stored = _stored(account)
    return accounts


def _of(
    connection: Connection, query: Select[Any], table: Table, members: Sequence[str], name: str = "member"
) -> Select[Any]:
    return query.where(one_of(connection, table.c[name], members))


def _load_lots(connection: Connection, members: Sequence[str], accounts: Mapping[str, Account]) -> None:
    for row in connection.execute(_of(connection, select(schema.lot), schema.lot, members)).all():
        member, asset, lot, earned_on, expires_on, facts = row
        of = LotFacts.of(lot, earned_on, expires_on, json.loads(facts) if facts else None)
        accounts[member].lots[_ASSETS[asset], lot] = of
    held = connection.execute(_of(connection, select(schema.holding), schema.holding, members)).all()
    for member, holder, asset, lot, amount in held:
        accounts[member].holdings[holder, _ASSETS[asset], lot] = amount


def _load_counts(connection: Connection, members: Sequence[str], accounts: Mapping[str, Account]) -> None:
    for member, asset, amount in connection.execute(_of(connection, select(schema.owed), schema.owed, members)):
        accounts[member].owed[Asset(asset)] = amount
    for member, key, used in connection.execute(_of(connection, select(schema.limit_use), schema.limit_use, members)):
        accounts[member].limits[key] = used


def save(connection: Connection, accounts: Collection[Account]) -> None:
    """Write back what operations and grants change: balance, debt, holdings, new lots, limits, where last seen."""
    for account in accounts:
        account.check()
    update_all(connection, schema.member, [_member(account) for account in accounts])
    insert_all(connection, schema.lot, [row for account in accounts for row in _new_lots(account)])
    _write(connection, schema.holding, accounts, lambda of: of.holdings)
    _write(connection, schema.owed, accounts, lambda of: of.owed)
    _write(connection, schema.limit_use, accounts, lambda of: of.limits)
    for account in accounts:
        account.stored = _stored(account)


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
        changed = [(key, amount) for key, amount in now.items() if before.get(key) != amount]
        put += [dict(zip(names, (account.member, *_texts(key), amount), strict=True)) for key, amount in changed]
        gone += [dict(zip(names, (account.member, *_texts(key)), strict=False)) for key in before if key not in now]
    delete_all(connection, table, gone)
    upsert_all(connection, table, put)


def _texts(key: str | tuple[str, ...]) -> list[str]:
    return [str(part) for part in ((key,) if isinstance(key, str) else key)]


def _stored(account: Account) -> Stored:
    return Stored(dict(account.holdings), frozenset(account.lots), dict(account.owed), dict(account.limits))


def _member(account: Account) -> dict[str, Any]:
    return {
        "id": account.member,
        "balance": account.balance,
        "debt": account.debt,
        "second_store": account.second_store,
        "last_seen": account.last_seen,
        "unsized": 1,
    }


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
