"""How much of a refund is points: the part of the order that points paid, in whole points (D14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from loyalty.ledger import Account, Asset, Posting
from loyalty.limit_keys import counter_key
from loyalty.lots import Lot


@dataclass(frozen=True)
class Mix:
    """How the order was paid: `points` worth `worth` minor units, and `money`. `goods` is what points could pay (D04).

    Points never pay freight or tips, so their part of a return is that of the goods in it.
    """

    points: int
    worth: int
    money: int
    goods: int

    def part(self, value: int, goods: int, before: int = 0) -> tuple[int, int]:
        """The points and the money of all that came back, worth `value`, of which `goods` is goods.

        `before` points went back earlier and stay there. Points are floored and the rest is money; where that is more
        money than came in, more points go back, and the money in all is not below zero for it. A point falls due at
        once: where one is worth more than what comes back with it, the money in all is less than before.
        """
        if not self.points:
            return 0, value
        share = min(max(goods, 0), self.goods)
        points = self.points * share // self.goods
        money = value - min(self._covers(points), self.worth * share // self.goods)
        needed = -((value - self.money) * self.points // -self.worth) if money > self.money else 0
        if max(needed, before) > points:
            points = max(needed, before)
            money = max(value - self._covers(points), min(value, 0))
        return points, money

    def _covers(self, points: int) -> int:
        """What `points` of the points used are worth; the last fraction of a minor unit counts."""
        return -(points * self.worth // -self.points)


@dataclass(frozen=True)
class LotBack:
    """Points that go back to `lot`: itself, or a lot of its own with a short grace where the old date has passed."""

    drawn: str
    lot: Lot

    @property
    def in_grace(self) -> bool:
        return self.lot.id != self.drawn


def lots_back(drawn: Sequence[Lot], already: int, points: int, today: date, grace_days: int) -> tuple[LotBack, ...]:
    """`points` go back to the lots they came from, the one last consumed first, after `already` did (D14).

    A lot keeps its old expiry. If that has passed, the points are good for `grace_days` from `today`, the day of the
    return by the programme's calendar, in a lot of their own, `grace:` with the old id and the last day. Raises
    ValueError for more than was drawn.
    """
    if already + points > sum(lot.points for lot in drawn):
        raise ValueError(f"cannot give {points} points back after {already}: {sum(lot.points for lot in drawn)} paid")
    found = []
    for lot in reversed(drawn):
        skipped = min(lot.points, already)
        part = min(lot.points - skipped, points)
        already, points = already - skipped, points - part
        if part:
            found.append(LotBack(lot.id, _good_now(replace(lot, points=part), today, grace_days)))
    return tuple(found)


def _good_now(lot: Lot, today: date, grace_days: int) -> Lot:
    if lot.expires_on is None or lot.expires_on >= today.isoformat():
        return lot
    last = (today + timedelta(days=grace_days)).isoformat()
    return replace(lot, id=counter_key("grace", lot.id, last), expires_on=last)


def back_postings(backs: Sequence[LotBack], debt: int) -> list[Posting]:
    """Out of what was redeemed, into the lease of the till where the goods come back; a `debt` is paid first (D12)."""
    postings = []
    for back in backs:
        pays = min(back.lot.points, debt)
        debt -= pays
        postings.append(Posting(Account.REDEEMED, Asset.POINTS, back.drawn, -back.lot.points))
        moved = ((Account.DEBT, pays), (Account.LEASE, back.lot.points - pays))
        postings += [Posting(account, Asset.POINTS, back.lot.id, points) for account, points in moved if points]
    return postings
