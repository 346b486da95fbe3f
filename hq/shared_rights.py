"""What belongs to no member: counters of stores and the chain, bearer coupons, the value of gift cards.

They are loaded by key and locked in the order of their keys (sync.md, Operations).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select

from hq import schema
from hq.accounts import POOL, Holdings, LotFacts, lot_asset
from hq.chunks import chunks
from loyalty.ledger import Asset
from protocol.operation import Operation

SHARED_SCOPES = ("store:", "chain:")
Right = tuple[Asset, str]


def is_shared_limit(key: str) -> bool:
    return key.startswith(SHARED_SCOPES)


@dataclass
class Shared:
    """`holdings` by (holder, asset, lot), `owed` what leases gave out beyond themselves, `limits` uses by key."""

    holdings: Holdings = field(default_factory=dict)
    lots: dict[Right, LotFacts] = field(default_factory=dict)
    owed: dict[Right, int] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    loaded: set[Right] = field(default_factory=set)
    known_lots: frozenset[Right] = frozenset()

    def amount(self, holder: str, asset: Asset, lot: str) -> int:
        return self.holdings.get((holder, asset, lot), 0)

    def leased(self, asset: Asset, lot: str) -> int:
        """What all terminals hold of it."""
        mine = (n for (who, what, name), n in self.holdings.items() if (what, name) == (asset, lot) and who != POOL)
        return sum(mine)

    def add(self, holder: str, asset: Asset, lot: str, amount: int) -> None:
        left = self.amount(holder, asset, lot) + amount
        assert left >= 0, f"{holder} would hold {left} of {asset} {lot}"
        self.loaded.add((asset, lot))
        self.holdings[holder, asset, lot] = left

    def owe(self, asset: Asset, lot: str, amount: int) -> None:
        self.loaded.add((asset, lot))
        self.owed[asset, lot] = self.owed.get((asset, lot), 0) + amount

    def know(self, asset: Asset, facts: LotFacts) -> None:
        self.lots.setdefault((lot_asset(asset), facts.id), facts)

    def settle(self) -> None:
        """What is owed is paid by what came back to HQ of the same lot."""
        for (asset, lot), amount in list(self.owed.items()):
            part = min(amount, self.amount(POOL, asset, lot))
            if part:
                self.add(POOL, asset, lot, -part)
                self.owed[asset, lot] -= part


def named_by(operations: Iterable[Operation]) -> set[Right]:
    """What these operations may move that no member has: every value lot, coupon and shared counter they name."""
    return {
        (posting.asset, posting.lot)
        for operation in operations
        for posting in operation.postings
        if posting.asset in (Asset.PRINCIPAL, Asset.BONUS, Asset.COUPON)
        or (posting.asset is Asset.LIMIT and is_shared_limit(posting.lot))
    }


def load_shared(connection: Connection, rights: Iterable[Right]) -> Shared:
    """What is known of these rights, locked."""
    wanted = sorted(set(rights))
    shared = Shared(loaded=set(wanted))
    if not wanted:
        return shared
    _lock_counters(connection, [key for asset, key in wanted if asset is Asset.LIMIT], shared)
    names = sorted({lot for _, lot in wanted})
    for some in chunks(names):
        lots = select(schema.bearer_lot).where(schema.bearer_lot.c.id.in_(some))
        for row in connection.execute(lots.order_by(schema.bearer_lot.c.id).with_for_update()):
            facts = json.loads(row.facts) if row.facts else None
            shared.lots[Asset(row.asset), row.id] = LotFacts.of(row.id, row.earned_on, row.expires_on, facts)
        held = select(schema.bearer_holding).where(schema.bearer_holding.c.lot.in_(some))
        for row in connection.execute(held):
            shared.holdings[row.holder, Asset(row.asset), row.lot] = row.amount
        for row in connection.execute(select(schema.bearer_owed).where(schema.bearer_owed.c.lot.in_(some))):
            shared.owed[Asset(row.asset), row.lot] = row.amount
    shared.known_lots = frozenset(shared.lots)
    return shared


def _lock_counters(connection: Connection, keys: list[str], shared: Shared) -> None:
    """A counter's row is its lock, so one that is not there yet is made first."""
    table = schema.bearer_limit
    for some in chunks(keys):
        there = set(connection.scalars(select(table.c.limit_key).where(table.c.limit_key.in_(some))))
        new = [{"limit_key": key, "used": 0} for key in some if key not in there]
        if new:
            connection.execute(insert(table), new)
        query = select(table).where(table.c.limit_key.in_(some)).order_by(table.c.limit_key).with_for_update()
        shared.limits |= {row.limit_key: row.used for row in connection.execute(query)}


def save_shared(connection: Connection, shared: Shared) -> None:
    """Write back everything that was loaded or touched."""
    new = [
        {
            "asset": asset.value,
            "id": lot.id,
            "earned_on": lot.earned_on,
            "expires_on": lot.expires_on,
            "store": lot.store,
            "facts": json.dumps(facts) if (facts := lot.facts()) else None,
        }
        for (asset, _), lot in sorted(shared.lots.items())
        if (asset, lot.id) not in shared.known_lots
    ]
    if new:
        connection.execute(insert(schema.bearer_lot), new)
        shared.known_lots = frozenset(shared.lots)
    names = sorted({lot for _, lot in shared.loaded})
    for table in (schema.bearer_holding, schema.bearer_owed):
        for some in chunks(names):
            connection.execute(delete(table).where(table.c.lot.in_(some)))
    held = [
        {"holder": holder, "asset": asset.value, "lot": lot, "amount": amount}
        for (holder, asset, lot), amount in sorted(shared.holdings.items())
        if amount
    ]
    owed = [{"asset": asset.value, "lot": lot, "amount": n} for (asset, lot), n in sorted(shared.owed.items()) if n]
    for table, rows in ((schema.bearer_holding, held), (schema.bearer_owed, owed)):
        if rows:
            connection.execute(insert(table), rows)
    _save_counters(connection, shared)


def _save_counters(connection: Connection, shared: Shared) -> None:
    table = schema.bearer_limit
    rows = [{"limit_key": key, "used": used} for key, used in sorted(shared.limits.items())]
    for some in chunks([row["limit_key"] for row in rows]):
        connection.execute(delete(table).where(table.c.limit_key.in_(some)))
    if rows:
        connection.execute(insert(table), rows)
