"""The invariants of the ledger at HQ (sync.md, Proof), checked over the whole database."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from hq.accounts import PENDING
from hq.schema import holding, member, operation, posting, terminal
from loyalty.ledger import Account, Asset

_OUTSIDE = (Account.ISSUED.value, Account.REDEEMED.value, Account.EXPIRED.value, Account.PENDING.value)


def audit(connection: Connection) -> list[str]:
    """Every broken invariant as a sentence; empty when all hold. Reads everything: not for the hot path."""
    return [*_wrong_balances(connection), *_unbalanced(connection), *_negative(connection), *_gaps(connection)]


def _wrong_balances(connection: Connection) -> list[str]:
    """balance = Σ holdings − debt, and balance = fold of the postings; what is pending is not active yet."""
    active = (holding.c.holder != PENDING) & (holding.c.asset == Asset.POINTS.value)
    query = select(holding.c.member, func.sum(holding.c.amount)).where(active).group_by(holding.c.member)
    held = dict(connection.execute(query).all())
    outside = posting.c.account.in_(_OUTSIDE) & (posting.c.asset == Asset.POINTS.value)
    query = select(posting.c.member, func.sum(posting.c.amount)).where(outside).group_by(posting.c.member)
    folded = {who: -amount for who, amount in connection.execute(query)}
    wrong = []
    for who, balance, debt in connection.execute(select(member.c.id, member.c.balance, member.c.debt)):
        if balance != held.get(who, 0) - debt:
            wrong.append(f"{who}: balance {balance}, but {held.get(who, 0)} held less {debt} debt")
        if balance != folded.get(who, 0):
            wrong.append(f"{who}: balance {balance}, but its postings fold to {folded.get(who, 0)}")
    return wrong


def _unbalanced(connection: Connection) -> list[str]:
    """Postings of one operation sum to zero for each asset."""
    key = (posting.c.device, posting.c.epoch, posting.c.seq, posting.c.asset)
    query = select(*key, func.sum(posting.c.amount)).group_by(*key).having(func.sum(posting.c.amount) != 0)
    return [
        f"{device} {epoch} {seq}: {asset} sums to {total}"
        for device, epoch, seq, asset, total in connection.execute(query)
    ]


def _negative(connection: Connection) -> list[str]:
    """Available ≥ 0: the table's own check guards it too."""
    query = select(holding.c.member, holding.c.holder, holding.c.amount).where(holding.c.amount < 0)
    return [f"{who}: {holder} holds {points}" for who, holder, points in connection.execute(query)]


def _gaps(connection: Connection) -> list[str]:
    """seq is dense from 1 up to what was acknowledged."""
    key = (operation.c.device, operation.c.epoch)
    counts = select(*key, func.count(), func.max(operation.c.seq)).group_by(*key)
    found = {(device, epoch): (count, last) for device, epoch, count, last in connection.execute(counts)}
    query = select(terminal.c.device, terminal.c.epoch, terminal.c.acked_seq)
    return [
        f"{device} {epoch}: acknowledged {acked}, and HQ holds {found.get((device, epoch), (0, 0))[0]} operations"
        for device, epoch, acked in connection.execute(query)
        if found.get((device, epoch), (0, 0)) != (acked, acked)
    ]
