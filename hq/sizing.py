"""How large leases are: 60 % at the home store, 20 % at the second, at least 20 % in the pool (sync.md, Leases 7).

A lease is topped up when less than half of its target is left, and what is more than a quarter above it goes back by a
recall. `member.unsized` is the list of work: whoever changes a member sets it, and all leases of that member are then
looked at together, whichever terminal asks first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, or_, select, update

from hq import schema, terminals
from hq.account_rows import load, save
from hq.changes import note_members
from hq.chunks import chunks
from hq.database import read_setting
from hq.granting import Stream, waiting_for
from hq.judgement import Rules
from hq.restoring import may_grant
from hq.sizing_member import Lanes, plan
from hq.sizing_shared import size_shared
from hq.store_lanes import share_lane, share_lanes
from hq.terminals import State, Terminal

AT_ONCE = 500  # members looked at in one transaction; the rest follows at the next contact
RIGHTS_AT_HOME = "rights_at_home"  # setting: `yes` places coupons at the home store


def size(connection: Connection, who: Terminal, rules: Rules) -> None:
    """Look at members of this terminal's store whose leases may have to change, and at what the store itself has."""
    if who.state is not State.ACTIVE or not may_grant(connection):
        return
    lane = share_lane(connection, who.store)
    members = _waiting(connection, who.store)
    if members:
        _size_members(connection, members, rules)
    if lane is not None and lane.device == who.device and lane.epoch == who.epoch:
        stream = Stream(terminals.lock(connection, who.device, who.epoch))
        size_shared(connection, stream, rules)
        stream.save(connection, rules.now_ms)


def size_now(connection: Connection, members: Sequence[str], rules: Rules) -> None:
    """Look at these members whatever terminal asks, so that recalls go out at once."""
    if may_grant(connection):
        _size_members(connection, members, rules)


def _waiting(connection: Connection, store: str) -> list[str]:
    table = schema.member.c
    here = or_(table.home_store == store, table.second_store == store)
    query = select(table.id).where(here, table.unsized == 1).order_by(table.id).limit(AT_ONCE)
    return list(connection.scalars(query))


def _size_members(connection: Connection, members: Sequence[str], rules: Rules) -> None:
    """Terminals are locked before members, each in the order of their names, as ingest does."""
    streams = _streams(connection, members)
    accounts = load(connection, members)
    lanes = {s.terminal.store: s.terminal.holder for s in streams.values() if s.terminal.shares and _is_active(s)}
    waited, recalled = waiting_for(connection, [stream.terminal for stream in streams.values()], rules.now_ms)
    busy = {holder: waited.get(holder, set()) | recalled.get(holder, set()) for holder in streams}
    at_home = _setting(connection, RIGHTS_AT_HOME) == "yes"
    for account in accounts.values():
        plan(account, Lanes(lanes, streams, busy, at_home), rules)
    for stream in streams.values():
        stream.save(connection, rules.now_ms)
    changed = [account for account in accounts.values() if account.holdings != account.stored.holdings]
    save(connection, changed)
    note_members(connection, [account.member for account in changed])
    later = {member for names in waited.values() for member in names}
    for some in chunks([member for member in members if member not in later]):
        connection.execute(update(schema.member).where(schema.member.c.id.in_(some)).values(unsized=0))


def _is_active(stream: Stream) -> bool:
    return stream.terminal.state is State.ACTIVE


def _streams(connection: Connection, members: Sequence[str]) -> Mapping[str, Stream]:
    """The lanes of the members' stores and every terminal that holds something of them, locked, by holder."""
    stores: set[str] = set()
    holders: set[str] = set()
    table = schema.member.c
    for some in chunks(members):
        for home, second in connection.execute(select(table.home_store, table.second_store).where(table.id.in_(some))):
            stores |= {home, second} - {None}
        held = select(schema.holding.c.holder).where(schema.holding.c.member.in_(some)).distinct()
        holders |= set(connection.scalars(held))
    lanes = share_lanes(connection, stores).values()
    wanted = {(lane.device, lane.epoch) for lane in lanes} | set(_terminals(holders))
    return {terminal.holder: Stream(terminal) for terminal in terminals.lock_all(connection, wanted)}


def _terminals(holders: Iterable[str]) -> list[tuple[str, int]]:
    named = (holder.rpartition(":") for holder in holders)
    return [(device, int(epoch)) for device, _, epoch in named if device]


def _setting(connection: Connection, name: str) -> str:
    try:
        return read_setting(connection, name)
    except KeyError:
        return ""
