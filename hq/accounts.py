"""A member's account in memory: what operations and grants change, and the sums that must hold all the time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from loyalty.ledger import Asset
from loyalty.lots import Lot, draw
from protocol.directory import MemberState

POOL = "pool"
PENDING = "pending"  # earned, and not active before the return window has ended (D13)
AT_HQ = (POOL, PENDING)  # the other holders are terminals
COPYABLE = "copyable:"  # a limit key is this and the business date
BIRTHDAY = "birthday"  # how the key of a right begins that is used once for each birthday (D19)
MERGED = "merged"  # state of a member who is another one now: leases stay valid until they come back
HELD = (Asset.POINTS, Asset.PRINCIPAL, Asset.BONUS, Asset.COUPON, Asset.STAMP)  # assets with a balance of their own
VALUE = (Asset.PRINCIPAL, Asset.BONUS)

_MORE = ("active_on", "draw", "rule", "starts_on", "store")

Holdings = dict[tuple[str, Asset, str], int]


def lease_holder(device: str, epoch: int) -> str:
    return f"{device}:{epoch}"


def lot_asset(asset: Asset) -> Asset:
    """Under which asset a lot's facts are kept: principal and bonus of one top-up are one lot."""
    return Asset.PRINCIPAL if asset is Asset.BONUS else asset


class LotFacts(NamedTuple):
    """What is known of a lot beside its amounts, which are in the holdings. Dates are ISO.

    `active_on` is of points that were earned pending (D13), `draw` of stored value (D24), `rule` and `starts_on` of a
    coupon, whose lot is its code; `store` binds a bearer's coupon to one store.
    """

    id: str
    earned_on: str
    expires_on: str | None = None
    active_on: str | None = None
    draw: str | None = None
    rule: str | None = None
    starts_on: str | None = None
    store: str | None = None

    def facts(self) -> dict[str, str] | None:
        """What lots of points usually do not have, for JSON."""
        more = {name: getattr(self, name) for name in _MORE}
        return {name: value for name, value in more.items() if value} or None

    @classmethod
    def of(cls, lot: str, earned_on: str, expires_on: str | None, facts: Mapping[str, Any] | None) -> LotFacts:
        return cls(lot, earned_on, expires_on, **(facts or {}))

    def good(self, today: str) -> bool:
        return self.expires_on is None or self.expires_on >= today

    def lot(self, points: int) -> Lot:
        return Lot(self.id, points, self.earned_on, self.expires_on)


@dataclass(frozen=True)
class Stored:
    """What the tables hold of an account, so that only what differs is written (hq.account_rows).

    `listed`: its leases are to be looked at already.
    """

    holdings: Mapping[tuple[str, Asset, str], int] = field(default_factory=dict)
    lots: frozenset[tuple[Asset, str]] = frozenset()
    owed: Mapping[Asset, int] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    second_store: str | None = None
    listed: bool = False


@dataclass
class Account:
    """`holdings` are amounts by (holder, asset, lot), `lots` their facts, `limits` what was used by key.

    Points: balance = Σ holdings − debt, always, without what is pending. Other assets: what leases gave out beyond
    themselves is `owed`.
    """

    member: str
    name: str
    phone: str = field(repr=False)
    birthday: str | None
    language: str
    tier: str
    state: str
    home_store: str
    second_store: str | None
    last_seen: str
    balance: int = 0
    debt: int = 0
    holdings: Holdings = field(default_factory=dict)
    lots: dict[tuple[Asset, str], LotFacts] = field(default_factory=dict)
    owed: dict[Asset, int] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    stored: Stored = field(default_factory=Stored, repr=False, compare=False)

    @property
    def blocked(self) -> bool:
        return self.state != MemberState.ACTIVE

    def held(self, holder: str, *assets: Asset) -> int:
        """What a holder has of these assets; of points if none is named."""
        wanted = assets or (Asset.POINTS,)
        return sum(amount for (who, asset, _), amount in self.holdings.items() if who == holder and asset in wanted)

    def parts(self, holder: str, asset: Asset) -> dict[str, int]:
        """What a holder has of an asset, by lot."""
        return {lot: n for (who, what, lot), n in sorted(self.holdings.items()) if (who, what) == (holder, asset)}

    def lessees(self) -> list[str]:
        """The terminals that hold something, in order."""
        return sorted({holder for holder, _, _ in self.holdings} - set(AT_HQ))

    def add(self, holder: str, asset: Asset, lot: str, amount: int) -> None:
        """Add to (below zero: take from) a holding, which never goes below zero."""
        key = (holder, asset, lot)
        left = self.holdings.get(key, 0) + amount
        assert left >= 0, f"{self.member}: {holder} would hold {left} of {lot}"
        if left:
            self.holdings[key] = left
        else:
            self.holdings.pop(key, None)

    def know(self, asset: Asset, facts: LotFacts) -> None:
        """Keep the facts of a lot; the first ones stay."""
        self.lots.setdefault((lot_asset(asset), facts.id), facts)

    def pool_lots(self, today: str) -> tuple[Lot, ...]:
        """What the pool can give of points: lots whose last good day has not passed."""
        return tuple(lot for lot in self._pool() if lot.expires_on is None or lot.expires_on >= today)

    def _pool(self) -> Iterable[Lot]:
        return [self.lots[Asset.POINTS, lot].lot(n) for lot, n in self.parts(POOL, Asset.POINTS).items()]

    def lease(self, holder: str, points: int, today: str) -> tuple[Lot, ...]:
        """Move `points` from the pool to `holder`, soonest expiry first (D17). Raises ValueError if it has less."""
        drawn = draw(self.pool_lots(today), points)
        for part in drawn:
            self.add(POOL, Asset.POINTS, part.id, -part.points)
            self.add(holder, Asset.POINTS, part.id, part.points)
        self.check()
        return drawn

    def net_debt(self) -> None:
        """Pay what is owed from the pool (D12); leases are left alone (sync.md, Leases 3)."""
        if not self.debt and not self.owed:
            return
        pool = tuple(self._pool())
        for part in draw(pool, min(self.debt, sum(lot.points for lot in pool))):
            self.add(POOL, Asset.POINTS, part.id, -part.points)
            self.debt -= part.points
        for asset in VALUE:
            for lot, amount in self.parts(POOL, asset).items():
                self._pay(asset, lot, min(amount, self.owed.get(asset, 0)))
        self.owed = {asset: amount for asset, amount in self.owed.items() if amount}

    def _pay(self, asset: Asset, lot: str, amount: int) -> None:
        if amount:
            self.add(POOL, asset, lot, -amount)
            self.owed[asset] -= amount

    def total(self, asset: Asset) -> int:
        """Everything that the member has of an asset, pending included, less what is owed."""
        owed = self.debt if asset is Asset.POINTS else self.owed.get(asset, 0)
        return sum(amount for (_, what, _), amount in self.holdings.items() if what is asset) - owed

    def totals(self) -> dict[Asset, int]:
        """`total` of every asset with a balance of its own."""
        sums = {asset: -self.owed.get(asset, 0) for asset in HELD}
        sums[Asset.POINTS] = -self.debt
        for (_, asset, _), amount in self.holdings.items():
            if asset in sums:
                sums[asset] += amount
        return sums

    def active_points(self) -> int:
        """What the balance must be: all points but those that are pending, less the debt."""
        points, total = Asset.POINTS, -self.debt
        for (holder, asset, _), amount in self.holdings.items():
            if asset is points and holder != PENDING:
                total += amount
        return total

    def check(self) -> None:
        total = self.active_points()
        assert self.balance == total, f"{self.member}: {self.balance} ≠ {total + self.debt} − {self.debt}"
        assert min(self.owed.values(), default=0) >= 0 <= self.debt, f"{self.member}: owes less than nothing"


def last_copyable(account: Account, today: str) -> tuple[str, int] | None:
    """The newest business date, not after tomorrow, on which copyable cards were used, and the points."""
    latest = date.fromordinal(date.fromisoformat(today).toordinal() + 1).isoformat()
    days = {key.removeprefix(COPYABLE): used for key, used in account.limits.items() if key.startswith(COPYABLE)}
    day = max((day for day in days if day <= latest), default=None)
    return None if day is None else (day, days[day])


def birthdays_used(account: Account) -> dict[str, int]:
    """The birthday rights that were used, by key: every till must know."""
    return {key: used for key, used in sorted(account.limits.items()) if key.startswith(f"{BIRTHDAY}:")}
