"""Moving all that an account has to another: to a replacement card (F093), or into one member of two (`merge_members`).

Each side balances by itself against `moved`, so that each is an operation of one account, and what leaves one side is
what arrives at the other: the same lots with the same dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from loyalty.coupon import Coupon
from loyalty.ledger import Account, Asset, Posting
from loyalty.lots import Lot
from loyalty.sale import Refused, Verdict
from loyalty.standing import Pending, Standing, total

DEBT = "debt"  # the lot of a posting that moves a debt, which belongs to no lot
SAME_KEYS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Holdings:
    """What one account has at HQ. `rights` is what it holds of all other assets: principal, bonus, counts, coupons,
    stamps, merit and what is counted against limits; each as account, asset, lot and amount. `coupons` are its coupons.
    """

    standing: Standing = field(default_factory=Standing)
    rights: tuple[Posting, ...] = ()
    coupons: tuple[Coupon, ...] = ()

    def __post_init__(self) -> None:
        if any(each.asset is Asset.POINTS for each in self.rights):
            raise ValueError("points stand in the standing: leave them out of the rights")

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there, not even a lease that may come back."""
        return self == Holdings()


@dataclass(frozen=True)
class Transfer:
    """`out` are the postings of the old account and `into` those of the new one.

    `lots` and `pending` are what arrived, with their dates; `coupons` have their new holder. `leased` points stay where
    tills hold them: they can be spent there, and follow by another transfer when they have come back.
    """

    out: tuple[Posting, ...]
    into: tuple[Posting, ...]
    lots: tuple[Lot, ...]
    pending: tuple[Pending, ...]
    coupons: tuple[Coupon, ...]
    leased: int


def transfer(old: Holdings, new: Holdings, new_id: str) -> Transfer | Refused:
    """Move everything from a lost or worn account to the one that replaces it. `new_id` is who holds its coupons.

    Refused if the new account has something already: then two accounts are to be merged. A debt moves too.
    """
    if not new.is_empty:
        return Refused(Verdict.TRANSFER_NOT_EMPTY)
    return move_all(old, new_id)


def move_all(old: Holdings, new_id: str, keys: Mapping[str, str] = SAME_KEYS) -> Transfer:
    """Both sides of a move of everything. `keys` gives a lot that names its owner, as limits do, its new name."""
    standing = old.standing
    held = [
        *(_points(Account.PENDING, each.lot) for each in standing.pending),
        *(_points(Account.POOL, lot) for lot in standing.pool),
        *([Posting(Account.DEBT, Asset.POINTS, DEBT, -standing.debt)] if standing.debt else []),
        *old.rights,
    ]
    return Transfer(
        out=tuple(_moved(held, out=True)),
        into=tuple(_moved([replace(each, lot=keys.get(each.lot, each.lot)) for each in held], out=False)),
        lots=standing.pool,
        pending=standing.pending,
        coupons=tuple(replace(coupon, holder=new_id) for coupon in old.coupons),
        leased=total(standing.lease),
    )


def _points(account: Account, lot: Lot) -> Posting:
    return Posting(account, Asset.POINTS, lot.id, lot.points)


def _moved(held: Iterable[Posting], *, out: bool) -> list[Posting]:
    postings = []
    for each in held:
        amount = -each.amount if out else each.amount
        postings.append(replace(each, amount=amount))
        postings.append(Posting(Account.MOVED, each.asset, each.lot, -amount))
    return postings
