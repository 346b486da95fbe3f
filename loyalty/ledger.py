"""Postings: the only way points and counted limits move (D12, D17, D29).

An account here is the role a balance plays in one operation; the operation names the member and the device, so
`lease` means "this member's lease at this device". Every asset of a set of postings sums to zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """Whose side of a posting: the member's places for points and limits, and the programme's."""

    LEASE = "lease"  # what this device may spend of the member's balance
    POOL = "pool"  # the member's balance that stays at HQ
    PENDING = "pending"  # earned, not yet active (D13)
    DEBT = "debt"  # owed by the member (D12)
    ISSUED = "issued"  # the programme's side of earning
    REDEEMED = "redeemed"  # the programme's side of spending
    EXPIRED = "expired"
    USED = "used"  # the member's side of a counted limit (D29)
    LIMIT = "limit"  # the programme's side of a counted limit
    CANCELLED = "cancelled"  # what a return, a void or a pay-out undoes
    PAID_OUT = "paid_out"  # principal given back in money (D24)
    MOVED = "moved"  # to or from another account of the same member: a merge, a replacement card


class Asset(StrEnum):
    """What is moved; the lot of a posting says which part of it."""

    POINTS = "points"
    LIMIT = "limit"  # what is counted against a limit; the posting's lot names the limit and its period
    PRINCIPAL = "principal"  # the paid part of stored value, in minor units (D24)
    BONUS = "bonus"  # the part of it that was given
    COUNT = "count"  # uses of a count card; the posting's lot names the card
    COUPON = "coupon"  # rights; the posting's lot is the code
    STAMP = "stamp"  # of a stamp card; the posting's lot is the offer
    MERIT = "merit"  # points for contributions, which never expire


@dataclass(frozen=True)
class Posting:
    """`amount` units of `asset` into `account` (negative: out of it). `lot` is the lot id, or the limit's key."""

    account: Account
    asset: Asset
    lot: str
    amount: int


def imbalance(postings: Iterable[Posting]) -> dict[Asset, int]:
    """The assets whose postings do not sum to zero, with their sums; empty when balanced."""
    sums: dict[Asset, int] = defaultdict(int)
    for posting in postings:
        sums[posting.asset] += posting.amount
    return {asset: total for asset, total in sums.items() if total}
