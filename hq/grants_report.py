"""A restored HQ hears from its terminals what it had granted and forgot (sync.md, Leases 10).

A terminal tells its grants before it sends its operations, so that what it spent comes out of a lease that HQ knows.
What the pool no longer has for a grant is owed, as ever; it comes back with the operations that other terminals send.
"""

from __future__ import annotations

from sqlalchemy import Connection

from hq import terminals
from hq.account_rows import save
from hq.accounts import POOL, Account, LotFacts
from hq.changes import note_members
from hq.database import read_setting
from hq.following import move
from hq.granting import write
from hq.judgement import Rules
from hq.people import load_people
from hq.refund_rights import key_of, load_rights, save_rights
from hq.shared_rights import load_shared, save_shared
from hq.terminals import Terminal
from loyalty.ledger import Asset
from protocol.lease import Grant, GrantPage


def take_report(connection: Connection, sender: Terminal, told: GrantPage, rules: Rules) -> int:
    """Book grants above HQ's number again, once each and in order; gives how many grants HQ has now.

    When the page reaches the terminal's own head, the terminal counts as reported for this generation.
    """
    who = terminals.lock(connection, sender.device, sender.epoch)
    new = sorted((grant for grant in told.grants if grant.number > who.granted), key=lambda grant: grant.number)
    granted = who.granted
    for grant in new:
        if grant.number != granted + 1:
            break
        _again(connection, who, grant)
        write(connection, who, [grant], rules.now_ms)
        granted = grant.number
    if granted >= told.head:
        terminals.change(connection, who, generation_reported=int(read_setting(connection, "generation")))
    return granted


def _again(connection: Connection, who: Terminal, grant: Grant) -> None:
    if grant.member is not None:
        people = load_people(connection, [grant.member])
        account, stays = people.of(grant.member), people.of(people.stays.get(grant.member))
        if account is not None:
            _of_member(account, who.holder, grant)
            if stays is not None:
                move(account, stays)
            save(connection, people.accounts.values())
            note_members(connection, people.accounts)
    else:
        _of_nobody(connection, who.holder, grant)
    rights = load_rights(connection, [key_of(right.sale) for right in grant.refunds])
    for right in grant.refunds:
        rights.hear(key_of(right.sale), who.holder, right.so_far)
    save_rights(connection, rights)


def _of_member(account: Account, holder: str, grant: Grant) -> None:
    for lot in grant.lots:
        account.know(Asset.POINTS, LotFacts(lot.lot, lot.earned_on, lot.expires_on))
        account.add(holder, Asset.POINTS, lot.lot, lot.points)
        account.debt += lot.points - _take(account, Asset.POINTS, lot.lot, lot.points)
    for record in grant.value:
        facts = LotFacts(record.id, record.topped_up_on, record.expires_on, draw=record.draw.value)
        account.know(Asset.PRINCIPAL, facts)
        for asset, amount in ((Asset.PRINCIPAL, record.principal), (Asset.BONUS, record.bonus)):
            account.add(holder, asset, record.id, amount)
            account.owed[asset] = account.owed.get(asset, 0) + amount
    for coupon in grant.coupons:
        account.know(
            Asset.COUPON,
            LotFacts(coupon.code, "", coupon.expires_on, rule=coupon.rule, starts_on=coupon.starts_on),
        )
        account.add(holder, Asset.COUPON, coupon.code, 1)
        lacking = 1 - _take(account, Asset.COUPON, coupon.code, 1)
        account.owed[Asset.COUPON] = account.owed.get(Asset.COUPON, 0) + lacking
    for key, amount in grant.limits.items():
        account.add(holder, Asset.LIMIT, key, amount)
    account.net_debt()
    account.balance = account.total(Asset.POINTS) - account.held("pending")


def _take(account: Account, asset: Asset, lot: str, amount: int) -> int:
    there = min(amount, account.holdings.get((POOL, asset, lot), 0))
    account.add(POOL, asset, lot, -there)
    return there


def _of_nobody(connection: Connection, holder: str, grant: Grant) -> None:
    codes = [(Asset.COUPON, coupon.code) for coupon in grant.coupons]
    shared = load_shared(connection, [*((Asset.LIMIT, key) for key in grant.limits), *codes])
    for key, amount in grant.limits.items():
        shared.add(holder, Asset.LIMIT, key, amount)
    for asset, code in codes:
        there = min(1, shared.amount(POOL, asset, code))
        shared.add(POOL, asset, code, -there)
        shared.add(holder, asset, code, 1)
        shared.owe(asset, code, 1 - there)
    save_shared(connection, shared)
