"""A member's account in memory: what operations and grants change, and the sum that must hold all the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from loyalty.lots import Lot, draw
from protocol.directory import MemberState

POOL = "pool"
PENDING = "pending"  # earned, and not active before the return window has ended (D13)
AT_HQ = (POOL, PENDING)  # the other holders are terminals
COPYABLE = "copyable:"  # a limit key is this and the business date
BIRTHDAY = "birthday"  # how the key of a right begins that is used once for each birthday (D19)


def lease_holder(device: str, epoch: int) -> str:
    return f"{device}:{epoch}"


@dataclass
class Account:
    """`holdings` are points by (holder, lot); `lots` their dates (their points are not used); `limits` by key.

    balance = Σ holdings − debt, always, without what is pending; `net_debt` and `add` keep it.
    """

    member: str
    name: str
    phone: str
    birthday: str | None
    language: str
    tier: str
    state: str
    home_store: str
    second_store: str | None
    last_seen: str
    balance: int = 0
    debt: int = 0
    holdings: dict[tuple[str, str], int] = field(default_factory=dict)
    lots: dict[str, Lot] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    known_lots: frozenset[str] = frozenset()

    @property
    def blocked(self) -> bool:
        return self.state != MemberState.ACTIVE

    def held(self, holder: str) -> int:
        return sum(points for (who, _), points in self.holdings.items() if who == holder)

    def add(self, holder: str, lot: str, points: int) -> None:
        """Add to (below zero: take from) a holding, which never goes below zero."""
        left = self.holdings.get((holder, lot), 0) + points
        assert left >= 0, f"{self.member}: {holder} would hold {left} of {lot}"
        if left:
            self.holdings[holder, lot] = left
        else:
            self.holdings.pop((holder, lot), None)

    def pool_lots(self, today: str) -> tuple[Lot, ...]:
        """What the pool can give: lots whose last good day has not passed."""
        lots = (
            Lot(lot, points, self.lots[lot].earned_on, self.lots[lot].expires_on)
            for (holder, lot), points in self.holdings.items()
            if holder == POOL
        )
        return tuple(lot for lot in lots if lot.expires_on is None or lot.expires_on >= today)

    def lease(self, holder: str, points: int, today: str) -> tuple[Lot, ...]:
        """Move `points` from the pool to `holder`, soonest expiry first (D17). Raises ValueError if it has less."""
        drawn = draw(self.pool_lots(today), points)
        for part in drawn:
            self.add(POOL, part.id, -part.points)
            self.add(holder, part.id, part.points)
        self.check()
        return drawn

    def net_debt(self) -> None:
        """Pay what the member owes from the pool (D12); leases are left alone (sync.md, Leases 3)."""
        pool = [
            Lot(lot, points, self.lots[lot].earned_on, self.lots[lot].expires_on)
            for (holder, lot), points in self.holdings.items()
            if holder == POOL
        ]
        for part in draw(pool, min(self.debt, sum(lot.points for lot in pool))):
            self.add(POOL, part.id, -part.points)
            self.debt -= part.points

    def check(self) -> None:
        total = sum(points for (holder, _), points in self.holdings.items() if holder != PENDING)
        assert self.balance == total - self.debt, f"{self.member}: {self.balance} ≠ {total} − {self.debt}"


def last_copyable(account: Account, today: str) -> tuple[str, int] | None:
    """The newest business date, not after tomorrow, on which copyable cards were used, and the points."""
    latest = date.fromordinal(date.fromisoformat(today).toordinal() + 1).isoformat()
    days = {key.removeprefix(COPYABLE): used for key, used in account.limits.items() if key.startswith(COPYABLE)}
    day = max((day for day in days if day <= latest), default=None)
    return None if day is None else (day, days[day])


def birthdays_used(account: Account) -> dict[str, int]:
    """The birthday rights that were used, by key: every till must know."""
    return {key: used for key, used in sorted(account.limits.items()) if key.startswith(f"{BIRTHDAY}:")}
