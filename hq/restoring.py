"""HQ after its restore from a backup: no grant before every terminal has told what it holds (sync.md, Leases 10)."""

from __future__ import annotations

from sqlalchemy import Connection, select

from hq import schema
from hq.database import read_setting
from hq.terminals import State, Terminal

_LIVING = (State.ACTIVE, State.SUSPENDED)


def may_grant(connection: Connection) -> bool:
    """Whether nobody's leases are unknown. In HQ's first generation that is always so."""
    return not missing_reports(connection)


def missing_reports(connection: Connection) -> list[tuple[str, int]]:
    """The terminals (device, epoch) of whom HQ does not know all that it granted: not told, and not written off."""
    generation = int(read_setting(connection, "generation"))
    if generation == 1:
        return []
    table = schema.terminal.c
    waiting = (table.generation_reported < generation) & table.state.in_([state.value for state in _LIVING])
    query = select(table.device, table.epoch).where(waiting)
    return [(device, epoch) for device, epoch in connection.execute(query.order_by(table.device, table.epoch))]


def owes_report(sender: Terminal, generation: int) -> bool:
    """Whether it has to tell its grants first: what it spent must come out of leases that HQ knows."""
    return sender.generation_reported < generation > 1 and sender.state in _LIVING
