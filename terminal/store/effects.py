"""What own operations did to a member: the overlay on HQ's row until HQ has booked them (sync.md, Feed)."""

from __future__ import annotations

from dataclasses import dataclass, field

from loyalty.ledger import Account, Asset
from loyalty.lots import Lot
from terminal.store.ledger_file import LedgerFile

COPYABLE = "copyable:"  # the limit's key is this and the business date (cards.md, P1)
_MEMBERS_SIDE = (Account.LEASE, Account.POOL)
_SUMS = """SELECT posting.account, posting.asset, posting.lot, sum(posting.amount)
FROM operation JOIN posting USING (seq) WHERE operation.member = ? AND operation.seq > ? GROUP BY 1, 2, 3"""
_SALES = "SELECT count(*) FROM operation WHERE member = ? AND seq > ?"
_BORN = "SELECT lot, first, earned_on, expires_on FROM lease WHERE member = ? AND born > ? ORDER BY born, lot"


@dataclass(frozen=True)
class Effects:
    """Changes of a member's active balance, whole and by lot (zero changes left out).

    `copyable` is what was redeemed with copyable cards by business date (ISO). `new_lots` were born here, with what
    they first put into the lease, which `by_lot` counts too. `debt_paid` is what earned points paid of a debt (D12);
    `pending` are points that wait for the end of the return window (D13); `sales` is how many there were.
    """

    points: int = 0
    by_lot: dict[str, int] = field(default_factory=dict)
    copyable: dict[str, int] = field(default_factory=dict)
    new_lots: tuple[Lot, ...] = ()
    debt_paid: int = 0
    pending: int = 0
    sales: int = 0


def effects_of(file: LedgerFile, member: str, after_seq: int) -> Effects:
    """The effects of the operations of `member` above `after_seq`."""
    by_lot: dict[str, int] = {}
    copyable: dict[str, int] = {}
    debt_paid = pending = 0
    for account, asset, lot, amount in file.rows(_SUMS, (member, after_seq)):
        if asset == Asset.POINTS and account in _MEMBERS_SIDE:
            by_lot[lot] = by_lot.get(lot, 0) + amount
        elif asset == Asset.POINTS and account == Account.DEBT:
            debt_paid += amount
        elif asset == Asset.POINTS and account == Account.PENDING:
            pending += amount
        elif asset == Asset.LIMIT and account == Account.USED and lot.startswith(COPYABLE):
            copyable[lot.removeprefix(COPYABLE)] = amount
    changed = {lot: amount for lot, amount in by_lot.items() if amount}
    born = tuple(Lot(*row) for row in file.rows(_BORN, (member, after_seq)))
    ((sales,),) = file.rows(_SALES, (member, after_seq))
    return Effects(sum(changed.values()), changed, copyable, born, debt_paid, pending, sales)
