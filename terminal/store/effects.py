"""What own operations did to a member: the overlay on HQ's row until HQ has booked them (sync.md, Feed)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from loyalty.ledger import Account, Asset
from loyalty.lots import Lot
from terminal.store.ledger_file import LedgerFile
from terminal.store.value_lots import VALUE

COPYABLE = "copyable:"  # the limit's key is this and the business date (cards.md, P1)
_MEMBERS_SIDE = (Account.LEASE, Account.POOL)
_SUMS = """SELECT posting.account, posting.asset, posting.lot, sum(posting.amount)
FROM operation JOIN posting USING (seq) WHERE operation.member = ? AND operation.seq > ? GROUP BY 1, 2, 3"""
_SALES = "SELECT count(*) FROM operation WHERE member = ? AND seq > ? AND kind = 'sale'"
_BORN = """SELECT lot, first, earned_on, expires_on FROM lease
WHERE member = ? AND asset = 'points' AND born > ? ORDER BY born, lot"""
_BEARERS = "SELECT lot FROM value_lot WHERE member <> ?"


@dataclass(frozen=True)
class Effects:
    """Changes of what a member has at HQ and here together, whole and by lot (zero changes left out).

    `points` and `by_lot` are of the active balance. `copyable` is what was redeemed with copyable cards by business
    date (ISO). `new_lots` came here with these operations, with what they first put into the lease, which `by_lot`
    counts too. `debt_paid` is what earned points paid of a debt, below zero for new debt (D12); `pending` are points
    that wait for the end of the return window (D13); `sales` is how many there were. `value` is stored value in minor
    units by lot; `coupons` and `stamps` are by code and by offer; `used` is what was used by the limit's key.
    """

    points: int = 0
    by_lot: Mapping[str, int] = field(default_factory=dict)
    copyable: Mapping[str, int] = field(default_factory=dict)
    new_lots: tuple[Lot, ...] = ()
    debt_paid: int = 0
    pending: int = 0
    sales: int = 0
    value: Mapping[str, int] = field(default_factory=dict)
    coupons: Mapping[str, int] = field(default_factory=dict)
    stamps: Mapping[str, int] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)


class _Sums:
    """The sums of the postings, sorted by what they are about."""

    def __init__(self) -> None:
        self.members: dict[str, dict[str, int]] = {}  # by asset and lot, on the member's side
        self.used: dict[str, int] = {}
        self.points: dict[str, int] = {}  # by account, where they wait or were owed

    def add(self, account: str, asset: str, lot: str, amount: int) -> None:
        if account in _MEMBERS_SIDE:
            kind = Asset.PRINCIPAL if asset in VALUE else asset
            lots = self.members.setdefault(kind, {})
            lots[lot] = lots.get(lot, 0) + amount
        elif asset == Asset.LIMIT and account == Account.USED:
            self.used[lot] = self.used.get(lot, 0) + amount
        elif asset == Asset.POINTS:
            self.points[account] = self.points.get(account, 0) + amount

    def changed(self, asset: Asset) -> dict[str, int]:
        return {lot: amount for lot, amount in self.members.get(asset, {}).items() if amount}


def effects_of(file: LedgerFile, member: str, after_seq: int) -> Effects:
    """The effects of the operations of `member` above `after_seq`."""
    rows = file.rows(_SUMS, (member, after_seq))
    if not rows:
        return Effects(sales=_sales(file, member, after_seq))
    sums = _Sums()
    for row in rows:
        sums.add(*row)
    by_lot = sums.changed(Asset.POINTS)
    return Effects(
        points=sum(by_lot.values()),
        by_lot=by_lot,
        copyable={key.removeprefix(COPYABLE): used for key, used in sums.used.items() if key.startswith(COPYABLE)},
        new_lots=tuple(Lot(*row) for row in file.rows(_BORN, (member, after_seq))),
        debt_paid=sums.points.get(Account.DEBT, 0),
        pending=sums.points.get(Account.PENDING, 0),
        sales=_sales(file, member, after_seq),
        value=_own(file, member, sums.changed(Asset.PRINCIPAL)),
        coupons=sums.changed(Asset.COUPON),
        stamps=sums.changed(Asset.STAMP),
        used=sums.used,
    )


def _sales(file: LedgerFile, member: str, after_seq: int) -> int:
    rows: Any = file.rows(_SALES, (member, after_seq))
    return int(rows[0][0])


def _own(file: LedgerFile, member: str, value: dict[str, int]) -> dict[str, int]:
    """Without the gift cards that the member paid with: they are whoever's bears them."""
    if not value:
        return value
    others = {lot for (lot,) in file.rows(_BEARERS, (member,))}
    return {lot: amount for lot, amount in value.items() if lot not in others}
