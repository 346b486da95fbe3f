"""Which terminal of a store holds the store's share of leases: the lane used last (sync.md, Leases 7).

The share moves only when another lane has been used for a while since, so that two busy lanes do not pass it to and
fro; then every member of the store is looked at again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, or_, update

from hq import schema, terminals
from hq.chunks import chunks
from hq.terminals import State, Terminal

IDLE_MS = 15 * 60 * 1000


def share_lane(connection: Connection, store: str) -> Terminal | None:
    """The lane of `store`; notes where the share has moved. None: no terminal of the store is active."""
    return share_lanes(connection, [store]).get(store)


def share_lanes(connection: Connection, stores: Iterable[str]) -> dict[str, Terminal]:
    """The lane of each of `stores` that has one, as `share_lane`."""
    table, lanes = schema.terminal.c, defaultdict[str, list[Terminal]](list)
    for some in chunks(sorted(set(stores))):
        for lane in terminals.find(connection, table.store.in_(some), table.state == State.ACTIVE.value):
            lanes[lane.store].append(lane)
    found = {store: now for store, there in sorted(lanes.items()) if (now := chosen(there))}
    return {store: now if now.shares else _moved(connection, store, now) for store, now in found.items()}


def _moved(connection: Connection, store: str, now: Terminal) -> Terminal:
    table = schema.terminal.c
    where = (table.store == store) & (table.shares == 1)
    connection.execute(update(schema.terminal).where(where).values(shares=0))
    terminals.change(connection, now, shares=1)
    look_again(connection, store)
    return now


def chosen(lanes: Iterable[Terminal]) -> Terminal | None:
    """`lanes` are the active ones, newest first. One that was never used comes after those that were."""
    newest = max(lanes, key=lambda lane: lane.used_ms or 0, default=None)
    holder = next((lane for lane in lanes if lane.shares), None)
    if newest is None or holder is None or newest is holder:
        return newest
    if holder.used_ms is None and newest.used_ms is None:
        return newest
    return newest if (newest.used_ms or 0) - (holder.used_ms or 0) > IDLE_MS else holder


def look_again(connection: Connection, store: str) -> None:
    """Every member of this store is to be sized."""
    table = schema.member
    mine = or_(table.c.home_store == store, table.c.second_store == store)
    connection.execute(update(table).where(mine).values(unsized=1))
