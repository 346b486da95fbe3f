"""From pending to active: when the return window ends, and the debt that is paid first (D12, D13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from loyalty.ledger import Account, Asset, Posting
from loyalty.lots import Lot, draw, spending_order
from loyalty.points_policy import PointsPolicy
from loyalty.standing import Pending, Standing, good, total


@dataclass(frozen=True)
class Activated:
    """The postings of points that became active, and the parts of their lots that are left to spend."""

    postings: tuple[Posting, ...]
    lots: tuple[Lot, ...]


def active_on(earned_on: str, policy: PointsPolicy) -> str:
    """The first day (ISO, programme's zone) on which points earned on this day are active.

    The goods may come back until `return_window_days` after the day of the sale, that day included.
    """
    if policy.return_window_days == 0:
        return earned_on
    return (date.fromisoformat(earned_on) + timedelta(days=policy.return_window_days + 1)).isoformat()


def activate(standing: Standing, day: str) -> Activated:
    """Make every pending lot active whose window has ended on `day` (ISO, programme's zone).

    First they pay the debt, in the order in which they become active; the rest goes to HQ's pool, in its own lot.
    """
    postings: list[Posting] = []
    lots, debt = [], standing.debt
    for each in sorted(standing.pending, key=_order):
        if each.active_on <= day:
            pays = min(each.lot.points, debt)
            debt -= pays
            left = each.lot.points - pays
            postings += _out_of(Account.PENDING, each.lot.id, pays, left)
            lots += [Lot(each.lot.id, left, each.lot.earned_on, each.lot.expires_on)] if left else []
    return Activated(tuple(postings), tuple(lots))


def pay_debt(standing: Standing, day: str) -> tuple[Posting, ...]:
    """Pay what the member owes from HQ's pool, by D17, as far as lots good on `day` reach; leases are left alone."""
    pool = good(standing.pool, day)
    parts = draw(pool, min(standing.debt, total(pool)))
    return tuple(posting for part in parts for posting in _out_of(Account.POOL, part.id, part.points, 0))


def _order(each: Pending) -> tuple[str, tuple[bool, str, str, str]]:
    return (each.active_on, spending_order(each.lot))


def _out_of(account: Account, lot: str, pays: int, into_pool: int) -> list[Posting]:
    moved = ((account, -pays - into_pool), (Account.DEBT, pays), (Account.POOL, into_pool))
    return [Posting(place, Asset.POINTS, lot, amount) for place, amount in moved if amount]
