"""Points that end with their date (D18, F077), and those that soon will (F078)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from loyalty.ledger import Account, Asset, Posting
from loyalty.lots import Lot, spending_order
from loyalty.points_policy import PointsPolicy
from loyalty.standing import is_good


@dataclass(frozen=True)
class Expiring:
    """`points` whose last good day is `day` (ISO)."""

    day: str
    points: int


def expire_lease(lots: Iterable[Lot], day: str) -> tuple[Posting, ...]:
    """End the leased lots that are past their date, by the holder's own operation and no other way (D18).

    `day` is today in the programme's zone, by a clock that is trusted. In the holder's chain this comes after all that
    it spent, so what was redeemed in time is safe, whenever HQ hears of it.
    """
    return _ended(Account.LEASE, lots, day)


def expire_pool(lots: Iterable[Lot], day: str, policy: PointsPolicy) -> tuple[Posting, ...]:
    """End the lots at HQ that are past their date, once no till can still bring news of a day when they were good.

    `day` is today in the programme's zone. Until then such points cannot be spent or leased, yet a claw-back or a debt
    of a day when they were good still takes them.
    """
    heard_of = date.fromisoformat(day) - timedelta(days=policy.longest_offline_days)
    return _ended(Account.POOL, lots, heard_of.isoformat())


def expiring(lots: Iterable[Lot], day: str, days: int) -> tuple[Expiring, ...]:
    """What ends from `day` on (ISO), until `days` days later, that day included: soonest first.

    For a reminder or a promotion before points are cleared. Raises ValueError if `days` is negative.
    """
    if days < 0:
        raise ValueError(f"cannot look {days} days ahead: use 0 or more")
    last = (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    ends: dict[str, int] = defaultdict(int)
    for lot in lots:
        if lot.expires_on is not None and lot.points and day <= lot.expires_on <= last:
            ends[lot.expires_on] += lot.points
    return tuple(Expiring(each, ends[each]) for each in sorted(ends))


def _ended(account: Account, lots: Iterable[Lot], day: str) -> tuple[Posting, ...]:
    over = [lot for lot in lots if lot.points and not is_good(lot, day)]
    return tuple(
        Posting(place, Asset.POINTS, lot.id, amount)
        for lot in sorted(over, key=spending_order)
        for place, amount in ((account, -lot.points), (Account.EXPIRED, lot.points))
    )
