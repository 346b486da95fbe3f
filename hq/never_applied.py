"""Grants of another time of HQ that their terminal never applied are taken back whole (decision 0021).

A restored HQ may know grants under numbers under which the terminal applied others: those of an HQ that was restored
before it, from an older backup. Numbers are dense and each is applied once, so from the first number at which the two
differ on, the terminal has applied nothing that this HQ gave, and nothing of it was spent.
"""

from __future__ import annotations

import logging

from sqlalchemy import Connection, delete, select

from hq import schema, terminals
from hq.account_rows import save
from hq.accounts import POOL, Account
from hq.changes import note_members
from hq.database import read_setting
from hq.following import move
from hq.people import load_people
from hq.refund_rights import key_of, load_rights, save_rights
from hq.restoring import owes_report
from hq.shared_rights import Shared, load_shared, save_shared
from hq.terminals import Terminal
from loyalty.ledger import Asset
from protocol.lease import Grant, KeptGrants, grant_digest

log = logging.getLogger(__name__)
Part = tuple[Asset, str, int]


def compare(connection: Connection, sender: Terminal, kept: KeptGrants) -> int:
    """Take back what HQ gave under numbers from the first on at which `kept` differs; gives HQ's newest number then.
    Where the terminal has a right to refund, it is.

    Only of a terminal that owes a report: of any other HQ knows what it has applied.
    """
    who = terminals.lock(connection, sender.device, sender.epoch)
    if not owes_report(who, int(read_setting(connection, "generation"))):
        return who.granted
    other = _first_other(connection, who, kept)
    granted = who.granted if other is None else _take_back_from(connection, who, other)
    rights = load_rights(connection, map(key_of, kept.rights))
    for sale in map(key_of, kept.rights):
        rights.claim(sale, who.holder, kept.next_seq)
    save_rights(connection, rights)
    return granted


def _take_back_from(connection: Connection, who: Terminal, other: int) -> int:
    log.warning("%s has applied another grant %d: HQ takes %d to %d back", who.holder, other, other, who.granted)
    table = schema.granted
    mine = (table.c.device == who.device) & (table.c.epoch == who.epoch) & (table.c.number >= other)
    for body in connection.scalars(select(table.c.body).where(mine).order_by(table.c.number)).all():
        _take_back(connection, who.holder, Grant.model_validate_json(body))
    connection.execute(delete(table).where(mine))
    terminals.change(connection, who, granted=other - 1)
    return other - 1


def _first_other(connection: Connection, who: Terminal, kept: KeptGrants) -> int | None:
    table, last = schema.granted.c, kept.first + len(kept.digests) - 1
    mine = (table.device == who.device) & (table.epoch == who.epoch) & table.number.between(kept.first, last)
    rows = connection.execute(select(table.number, table.body).where(mine).order_by(table.number)).all()
    own = ((number, grant_digest(Grant.model_validate_json(body))) for number, body in rows)
    return next((number for number, digest in own if digest != kept.digests[number - kept.first]), None)


def _take_back(connection: Connection, holder: str, grant: Grant) -> None:
    """The opposite of placing it. Fresh lots of value come to the pool as they are, as when a terminal returns them."""
    if grant.member is not None:
        people = load_people(connection, [grant.member])
        account, stays = people.of(grant.member), people.of(people.stays.get(grant.member))
        if account is not None:
            _of_member(account, holder, grant)
            if stays is not None:
                move(account, stays)
            save(connection, people.accounts.values())
            note_members(connection, people.accounts)
    else:
        _of_nobody(connection, holder, grant)
    rights = load_rights(connection, [key_of(right.sale) for right in grant.refunds])
    for sale in (key_of(right.sale) for right in grant.refunds):
        if rights.of(sale).holder == holder and not rights.of(sale).claimed:
            rights.move(sale, POOL)
    save_rights(connection, rights)


def _parts(grant: Grant) -> list[Part]:
    """What it placed."""
    parts = [(Asset.POINTS, lot.lot, lot.points) for lot in grant.lots]
    for record in grant.value:
        parts += [(Asset.PRINCIPAL, record.id, record.principal), (Asset.BONUS, record.id, record.bonus)]
    parts += [(Asset.COUPON, coupon.code, 1) for coupon in grant.coupons]
    return parts + [(Asset.LIMIT, key, amount) for key, amount in grant.limits.items()]


def _of_member(account: Account, holder: str, grant: Grant) -> None:
    for asset, lot, amount in _parts(grant):
        there = min(amount, account.holdings.get((holder, asset, lot), 0))
        account.add(holder, asset, lot, -there)
        if asset is not Asset.LIMIT:  # HQ's own part of a limit is not stored
            account.add(POOL, asset, lot, there)
    account.net_debt()
    account.check()


def _of_nobody(connection: Connection, holder: str, grant: Grant) -> None:
    parts = _parts(grant)
    shared: Shared = load_shared(connection, [(asset, lot) for asset, lot, _ in parts])
    for asset, lot, amount in parts:
        there = min(amount, shared.amount(holder, asset, lot))
        shared.add(holder, asset, lot, -there)
        if asset is not Asset.LIMIT:
            shared.add(POOL, asset, lot, there)
    shared.settle()
    save_shared(connection, shared)
