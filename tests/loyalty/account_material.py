"""An account with something of everything, for the tests of moving it."""

from __future__ import annotations

from loyalty.coupon import Coupon
from loyalty.ledger import Account, Asset, Posting
from loyalty.lots import Lot
from loyalty.standing import Pending, Standing
from loyalty.transfer import Holdings

DECEMBER = Lot("dec", 100, "2026-01-01", "2026-12-31")
APRIL = Lot("apr", 50, "2026-01-01", "2026-04-30")
WAITING = Pending(Lot("new", 45, "2026-03-01", "2028-03-01"), "2026-03-09")
LEASED = Lot("leased", 8, "2026-01-01")
RIGHTS = (
    Posting(Account.POOL, Asset.PRINCIPAL, "v1", 75000),
    Posting(Account.POOL, Asset.BONUS, "v1", 15000),
    Posting(Account.POOL, Asset.COUNT, "haircut", 7),
    Posting(Account.POOL, Asset.COUPON, "C-1", 1),
    Posting(Account.POOL, Asset.STAMP, "coffee", 4),
    Posting(Account.USED, Asset.LIMIT, "member:times:ever:happy:old", 2),
)
OLD = Holdings(Standing((WAITING,), (LEASED,), (DECEMBER, APRIL), 20), RIGHTS, (Coupon("C-1", "rule", "old"),))


def sums(postings: tuple[Posting, ...], account: Account) -> dict[tuple[Asset, str], int]:
    return {(each.asset, each.lot): each.amount for each in postings if each.account is account}
