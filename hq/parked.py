"""Operations that HQ kept and could not book: look at them, and try again after an upgrade (sync.md, Upload).

An operation that is tried again is booked now, onto the books as they are. Operations that came after it in the same
chain were booked long ago: where they used what it gave, the terminal's lease was short, and that became a debt. So
what it gives pays first what later operations of its own chain took of the same lots; then lease, debt and balance are
what they would have been in the right order. It is booked once: its row is locked, and is parked no more afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select, update

from hq import schema
from hq.account_rows import save
from hq.accounts import Account, lease_holder
from hq.apply import apply
from hq.changes import note_members
from hq.database import Database
from hq.following import follow
from hq.judgement import Rules
from hq.operation_rows import as_judged
from hq.people import load_people
from hq.reading import read
from hq.refund_rights import load_rights, named_sales, save_rights
from hq.shared_rights import load_shared, named_by, save_shared
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from protocol.batch import Outcome
from protocol.operation import Operation, OperationError

_TABLE = schema.operation
_PARKED = _TABLE.c.outcome == Outcome.PARKED.value


@dataclass(frozen=True)
class Parked:
    device: str
    epoch: int
    seq: int
    received_ms: int
    reason: str
    size: int


def parked(connection: Connection) -> list[Parked]:
    """All of them, in the order in which they can be tried again: each chain by its numbers."""
    table = _TABLE.c
    query = select(table.device, table.epoch, table.seq, table.received_ms, table.reasons, table.data).where(_PARKED)
    rows = connection.execute(query.order_by(table.device, table.epoch, table.seq))
    return [Parked(*row[:5], len(row.data)) for row in rows]


def bytes_of(connection: Connection, device: str, epoch: int, seq: int) -> bytes | None:
    """The operation as it came."""
    return connection.scalar(select(_TABLE.c.data).where(_is(device, epoch, seq)))


def retry(connection: Connection, device: str, epoch: int, seq: int, rules: Rules) -> Outcome | None:
    """Book it if HQ understands it now. None if it is not parked (any more)."""
    query = select(_TABLE.c.data).where(_is(device, epoch, seq), _PARKED)
    data = connection.scalar(query.with_for_update())
    if data is None:
        return None
    reading = read(device, epoch, seq, data)
    operation = reading.operation
    if operation is None or reading.parked:
        return Outcome.PARKED
    people = load_people(connection, [operation.member] if operation.member else [])
    shared, rights = load_shared(connection, named_by([operation])), load_rights(connection, named_sales([operation]))
    account = people.of(operation.member)
    judgement = apply(operation, account, shared, rights, rules)
    if judgement.outcome is Outcome.PARKED:
        return Outcome.PARKED
    follow(people, operation, judgement, rules)
    if account:
        _used_since(connection, operation, account, people.of(people.stays.get(account.member)) or account)
    save(connection, people.accounts.values())
    save_shared(connection, shared)
    save_rights(connection, rights)
    note_members(connection, people.accounts)
    connection.execute(update(_TABLE).where(_is(device, epoch, seq)).values(**as_judged(operation, judgement)))
    return judgement.outcome


def retry_all(database: Database, rules: Rules) -> list[tuple[Parked, Outcome | None]]:
    """Each in a transaction of its own, each chain in its order."""
    with database.reading() as connection:
        waiting = parked(connection)
    return [(each, _one(database, each, rules)) for each in waiting]


def _one(database: Database, each: Parked, rules: Rules) -> Outcome | None:
    return database.repeated(lambda connection: retry(connection, each.device, each.epoch, each.seq, rules))


def _is(device: str, epoch: int, seq: int) -> ColumnElement[bool]:
    return (_TABLE.c.device == device) & (_TABLE.c.epoch == epoch) & (_TABLE.c.seq == seq)


def _used_since(connection: Connection, operation: Operation, account: Account, debtor: Account) -> None:
    """What later operations of this chain took of the lots that this one gave to the lease is not there any more.

    It is owed by `debtor`: the member, or who that is since a merge.
    """
    holder = lease_holder(operation.device, operation.epoch)
    given = {p.lot for p in operation.postings if p.asset is Asset.POINTS and p.account is Role.LEASE and p.amount > 0}
    for lot in sorted(given):
        used = _taken_later(connection, operation, lot)
        part = min(used, debtor.debt, account.holdings.get((holder, Asset.POINTS, lot), 0))
        account.add(holder, Asset.POINTS, lot, -part)
        debtor.debt -= part
    for each in (account, debtor):
        each.balance = each.active_points()
        each.check()


def _taken_later(connection: Connection, operation: Operation, lot: str) -> int:
    table = _TABLE.c
    mine = (table.device == operation.device) & (table.epoch == operation.epoch) & (table.seq > operation.seq)
    booked = (table.member == operation.member) & (table.outcome != Outcome.PARKED.value)
    taken = 0
    for data in connection.scalars(select(table.data).where(mine, booked)):
        try:
            later = Operation.decode(data)
        except OperationError:
            continue
        here = (p for p in later.postings if (p.asset, p.account, p.lot) == (Asset.POINTS, Role.LEASE, lot))
        taken -= sum(min(0, p.amount) for p in here)
    return taken
