"""How large leases are: 60 % at the home store, 20 % at the second, at least 20 % in the pool (sync.md, Leases 7).

A store's share lies at the terminal that was enrolled last. The member feed is the list of work: a member whose row
has not changed since a terminal was last sized is not looked at again.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, or_, select

from hq import feed, terminals
from hq.account_rows import load
from hq.accounts import Account
from hq.leases import grant
from hq.schema import feed_row, member
from hq.terminals import Terminal
from loyalty.lots import Lot
from protocol.feed import Bucket, RowKind

HOME_PERCENT, SECOND_PERCENT, POOL_PERCENT = 60, 20, 20
SEEN_DAYS = 90
AT_ONCE = 2000  # members looked at in one transaction; the rest follows at the next contact


def size(connection: Connection, who: Terminal, today: str, now_ms: int) -> None:
    """Top up this terminal's leases where they are below half of their target."""
    terminal = terminals.lock(connection, who.device, who.epoch)
    if terminals.newest_active(connection, terminal.store) != terminal:
        return
    changed, looked_at = _changed_members(connection, terminal)
    if looked_at == terminal.sized_cseq:
        return
    accounts = load(connection, changed)
    given = [(account, lots) for account in accounts.values() if (lots := top_up(account, terminal, today))]
    grant(connection, terminal, given, now_ms)
    terminals.change(connection, terminal, sized_cseq=looked_at)


def top_up(account: Account, terminal: Terminal, today: str) -> tuple[Lot, ...]:
    """Move what is missing to the target, as far as the pool keeps its part; nothing from half of the target up."""
    target, held = target_of(account, terminal.store, today), account.held(terminal.holder)
    if 2 * held >= target:
        return ()
    spare = sum(lot.points for lot in account.pool_lots(today)) - -(-account.balance * POOL_PERCENT // 100)
    points = min(target - held, spare)
    return account.lease(terminal.holder, points, today) if points > 0 else ()


def target_of(account: Account, store: str, today: str) -> int:
    """The points of `account` that should lie at `store`; 0 for a member who is blocked, in debt or long unseen."""
    if account.blocked or account.balance <= 0 or account.last_seen < _days_before(today, SEEN_DAYS):
        return 0
    if store == account.home_store:
        return account.balance * HOME_PERCENT // 100
    return account.balance * SECOND_PERCENT // 100 if store == account.second_store else 0


def _days_before(today: str, days: int) -> str:
    return (date.fromisoformat(today) - timedelta(days)).isoformat()


def _changed_members(connection: Connection, terminal: Terminal) -> tuple[list[str], int]:
    """Members of this store whose rows are newer than the last sizing, and the number up to which these are all."""
    query = (
        select(feed_row.c.key, feed_row.c.cseq)
        .join(member, member.c.id == feed_row.c.key)
        .where(feed_row.c.bucket == Bucket.MEMBERS.value, feed_row.c.kind == RowKind.MEMBER.value)
        .where(feed_row.c.cseq > terminal.sized_cseq)
        .where(or_(member.c.home_store == terminal.store, member.c.second_store == terminal.store))
        .order_by(feed_row.c.cseq)
        .limit(AT_ONCE)
    )
    rows = connection.execute(query).all()
    complete = len(rows) < AT_ONCE
    return [key for key, _ in rows], feed.head_of(connection, Bucket.MEMBERS) if complete else rows[-1].cseq
