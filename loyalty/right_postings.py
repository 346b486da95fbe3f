"""From the rights that a sale or a reward uses to their postings: coupons, counted limits and stamps (D29)."""

from __future__ import annotations

from collections.abc import Iterable

from loyalty.coupons import COUPON, use_postings
from loyalty.ledger import Account, Asset, Posting
from loyalty.limit_keys import LIMIT, is_leased
from loyalty.quote import RightUse
from loyalty.stamps import STAMP, stamp_postings


def right_postings(rights: Iterable[RightUse]) -> tuple[Posting, ...]:
    """What using these rights does to the accounts; it sums to zero for each asset. Zero of a right does nothing.

    Raises ValueError for a right of an unknown kind.
    """
    return tuple(posting for right in rights for posting in _postings(right))


def _postings(right: RightUse) -> tuple[Posting, ...]:
    if not right.amount:
        return ()
    if right.kind == COUPON:
        return use_postings(right.key)
    if right.kind == LIMIT:
        return _counted(right)
    if right.kind == STAMP:
        return stamp_postings(right.key, -right.amount)
    raise ValueError(f"right {right.key} is of the kind {right.kind!r}: use {COUPON}, {LIMIT} or {STAMP}")


def _counted(right: RightUse) -> tuple[Posting, ...]:
    """A limit that only HQ can know is used out of the lease on it, like points; the others are only counted."""
    side = Account.LEASE if is_leased(right.key) else Account.LIMIT
    return (
        Posting(side, Asset.LIMIT, right.key, -right.amount),
        Posting(Account.USED, Asset.LIMIT, right.key, right.amount),
    )
