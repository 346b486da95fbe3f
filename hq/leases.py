"""Leases: atomic moves of points from a member's pool to one terminal, numbered densely (sync.md, Leases 1 and 7)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from hq import schema, terminals
from hq.account_rows import load, save
from hq.accounts import Account
from hq.terminals import State, Terminal
from loyalty.lots import Lot
from protocol.lease import Grant, GrantAsk, GrantLot, GrantPage

PAGE_GRANTS = 500
LEASES_PER_MEMBER = 4


def grant(connection: Connection, to: Terminal, given: Sequence[tuple[Account, tuple[Lot, ...]]], now_ms: int) -> None:
    """Record lots that `Account.lease` has moved to a terminal, under its next numbers, and save the accounts."""
    if not given:
        return
    rows = [
        {
            "device": to.device,
            "epoch": to.epoch,
            "number": number,
            "member": account.member,
            "body": Grant(number=number, member=account.member, lots=tuple(map(_grant_lot, lots))).model_dump_json(),
            "made_ms": now_ms,
        }
        for number, (account, lots) in enumerate(given, to.granted + 1)
    ]
    save(connection, [account for account, _ in given])
    connection.execute(insert(schema.granted), rows)
    terminals.change(connection, to, granted=to.granted + len(given))


def page(connection: Connection, device: str, epoch: int, after: int) -> GrantPage:
    """At most PAGE_GRANTS grants after number `after`."""
    table, who = schema.granted.c, terminals.lock(connection, device, epoch)
    query = select(table.body).where(table.device == device, table.epoch == epoch)
    bodies = connection.scalars(query.where(table.number > after).order_by(table.number).limit(PAGE_GRANTS))
    grants = tuple(map(Grant.model_validate_json, bodies))
    return GrantPage(device=device, epoch=epoch, grants=grants, head=who.granted)


def ask(connection: Connection, asker: Terminal, wish: GrantAsk, today: str, now_ms: int) -> None:
    """Grant what a terminal online is missing, if the pool has all of it.

    Grants that are on their way to the terminal count, so a question that is asked again gives nothing twice.
    """
    to = terminals.lock(connection, asker.device, asker.epoch)
    account = load(connection, [wish.member]).get(wish.member)
    if to.state is not State.ACTIVE or account is None or account.blocked or not _may_hold(account, to.holder):
        return
    missing = wish.points - _on_the_way(connection, to, wish)
    if 0 < missing <= sum(lot.points for lot in account.pool_lots(today)):
        grant(connection, to, [(account, account.lease(to.holder, missing, today))], now_ms)


def _may_hold(account: Account, holder: str) -> bool:
    holders = account.lessees()
    return holder in holders or len(holders) < LEASES_PER_MEMBER


def _on_the_way(connection: Connection, to: Terminal, wish: GrantAsk) -> int:
    table = schema.granted.c
    query = select(table.body).where(table.device == to.device, table.epoch == to.epoch, table.member == wish.member)
    bodies = connection.scalars(query.where(table.number > wish.after))
    return sum(lot.points for body in bodies for lot in Grant.model_validate_json(body).lots)


def _grant_lot(lot: Lot) -> GrantLot:
    return GrantLot(lot=lot.id, points=lot.points, earned_on=lot.earned_on, expires_on=lot.expires_on)
