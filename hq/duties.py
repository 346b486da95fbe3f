"""What HQ owes its members every day: points become active (D13), the pool's part of a lot ends (D18), leases are
looked at again where time alone has changed them. All are functions of HQ's day; running one twice does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select, update

from hq import schema
from hq.account_rows import load
from hq.accounts import PENDING, POOL, Account, LotFacts
from hq.bulk import upsert_all
from hq.chunks import chunks
from hq.database import Database, read_setting
from hq.judgement import Rules
from hq.own_chain import Act, perform
from hq.sizing_member import SEEN_DAYS, days_before
from loyalty import activate, expire_pool
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset, Posting
from loyalty.points_policy import PointsPolicy
from loyalty.standing import Pending, Standing
from protocol.operation import Kind

LAST = "duties_day"  # setting: the last day whose duties were done


@dataclass(frozen=True)
class Done:
    """How many members got active points, lost expired ones, and are to be sized again."""

    activated: int
    expired: int
    unsized: int


def run(database: Database, rules: Rules) -> Done:
    """Everything that is due on `rules.today`."""
    policy = rules.programme.points if rules.programme else PointsPolicy()
    activated = _each(database, rules, _with_pending, lambda account: activation(account, rules.today))
    expired = _each(database, rules, _with_pool, lambda account: expiry(account, rules.today, policy))
    return Done(activated, expired, database.repeated(lambda connection: _look_again(connection, rules.today)))


def due(database: Database, today: str) -> bool:
    with database.reading() as connection:
        return _setting(connection) < today


def activation(account: Account, today: str) -> Act | None:
    """Pending points whose window has ended pay the debt first, the rest goes to the pool (D12, D13)."""
    pending = tuple(_pending(account))
    found = activate(Standing(pending=pending, debt=account.debt), today)
    return Act(Kind.ACTIVATE, account.member, found.postings) if found.postings else None


def _pending(account: Account) -> Iterable[Pending]:
    for lot, points in account.parts(PENDING, Asset.POINTS).items():
        facts = account.lots[Asset.POINTS, lot]
        yield Pending(facts.lot(points), facts.active_on or facts.earned_on)


def expiry(account: Account, today: str, policy: PointsPolicy) -> Act | None:
    """The pool's part of lots past their date and the grace; leased parts end at their terminal (D18, Leases 13)."""
    lots = [account.lots[Asset.POINTS, lot].lot(points) for lot, points in account.parts(POOL, Asset.POINTS).items()]
    postings = [*expire_pool(lots, today, policy)]
    heard_of = days_before(today, policy.longest_offline_days)
    for asset in (Asset.BONUS, Asset.COUPON):
        for lot, amount in account.parts(POOL, asset).items():
            facts = account.lots[Asset.COUPON if asset is Asset.COUPON else Asset.PRINCIPAL, lot]
            postings += _ended(facts, asset, amount, heard_of)
    return Act(Kind.EXPIRE, account.member, tuple(postings), detail={"day": heard_of}) if postings else None


def _ended(facts: LotFacts, asset: Asset, amount: int, heard_of: str) -> list[Posting]:
    if facts.good(heard_of):
        return []
    return [Posting(Role.POOL, asset, facts.id, -amount), Posting(Role.EXPIRED, asset, facts.id, amount)]


Waiting = Callable[[Connection, str], list[str]]


def _each(database: Database, rules: Rules, waiting: Waiting, act: Callable[[Account], Act | None]) -> int:
    """One transaction for some members at a time, so that nobody waits long."""
    with database.reading() as connection:
        members = waiting(connection, rules.today)

    def book(some: list[str]) -> Callable[[Connection], int]:
        def work(connection: Connection) -> int:
            acts = [found for account in load(connection, some).values() if (found := act(account))]
            perform(connection, acts, rules)
            return len(acts)

        return work

    return sum(database.repeated(book(list(some))) for some in chunks(members))


def _with_pending(connection: Connection, _today: str) -> list[str]:
    table = schema.holding.c
    return list(
        connection.scalars(select(table.member).where(table.holder == PENDING).distinct().order_by(table.member))
    )


def _with_pool(connection: Connection, today: str) -> list[str]:
    """Members with something at the pool that is past its date."""
    held, lot = schema.holding.c, schema.lot.c
    asset = or_(held.asset == lot.asset, (held.asset == Asset.BONUS.value) & (lot.asset == Asset.PRINCIPAL.value))
    query = select(held.member).join(schema.lot, (held.member == lot.member) & (held.lot == lot.id) & asset)
    return list(
        connection.scalars(query.where(held.holder == POOL, lot.expires_on < today).distinct().order_by(held.member))
    )


def _look_again(connection: Connection, today: str) -> int:
    """Who was not seen for 90 days holds no leases; with a new month every counted limit of a month begins again."""
    last, table = _setting(connection), schema.member
    if last >= today:
        return 0
    gone = days_before(today, SEEN_DAYS)
    quiet = (table.c.last_seen < gone) & (table.c.last_seen >= days_before(last or "1970-04-01", SEEN_DAYS))
    month = table.c.last_seen >= gone if last[:7] != today[:7] else quiet
    found = connection.execute(update(table).where(or_(quiet, month)).values(unsized=1)).rowcount
    upsert_all(connection, schema.setting, [{"name": LAST, "value": today}])
    return found


def _setting(connection: Connection) -> str:
    try:
        return read_setting(connection, LAST)
    except KeyError:
        return ""
