"""A member's points as one device, or HQ, sees them: what waits, what may be spent here, what lies at HQ, what is owed.

balance = lease + pool − debt; pending points are not part of it yet (domain.md, Points states).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from loyalty.ledger import Account, Asset, Posting
from loyalty.lots import Lot

NOTHING: tuple[Lot, ...] = ()


@dataclass(frozen=True)
class Pending:
    """Points that wait until the return window ends: they become active on the day `active_on` (ISO, D13)."""

    lot: Lot
    active_on: str


@dataclass(frozen=True)
class Standing:
    """`lease` may be spent here; `pool` lies at HQ, as far as it can be reached: offline a till knows of none.

    `debt` is what the member owes, from 0 (D12). At HQ, `lease` is the lease that an operation is about.
    """

    pending: tuple[Pending, ...] = ()
    lease: tuple[Lot, ...] = NOTHING
    pool: tuple[Lot, ...] = NOTHING
    debt: int = 0


@dataclass(frozen=True)
class Balance:
    """`certain` may be spent here now; `elsewhere` is at HQ; `waiting` is pending; known up to `as_of_ms` (UTC).

    `certain` + `elsewhere` is what the member has, `debt` taken off; where that is below zero, only `debt` is shown.
    """

    certain: int
    elsewhere: int
    waiting: int
    debt: int
    as_of_ms: int | None


def is_good(lot: Lot, day: str) -> bool:
    """Whether the lot may be used on `day` (ISO, the programme's zone): its last good day counts (D18, D20)."""
    return lot.expires_on is None or lot.expires_on >= day


def good(lots: Iterable[Lot], day: str) -> tuple[Lot, ...]:
    """The lots that may be used on `day`."""
    return tuple(lot for lot in lots if is_good(lot, day))


def total(lots: Iterable[Lot]) -> int:
    return sum(lot.points for lot in lots)


def balance(standing: Standing, day: str, as_of_ms: int | None) -> Balance:
    """What is certain here, what is waiting, and how old the knowledge is. `day` is today in the programme's zone.

    Debt is held against the pool first, as HQ does, then against the lease: nothing is redeemed below zero (D12).
    """
    lease, pool = total(good(standing.lease, day)), total(good(standing.pool, day))
    certain = max(0, lease - max(0, standing.debt - pool))
    elsewhere = max(0, pool - standing.debt)
    return Balance(certain, elsewhere, total(each.lot for each in standing.pending), standing.debt, as_of_ms)


def after(
    standing: Standing, postings: Iterable[Posting], new: Sequence[Lot] = (), pending: Sequence[Pending] = ()
) -> Standing:
    """`standing` after `postings`; `new` and `pending` give the dates of lots that it does not hold yet.

    Raises ValueError if a lot would fall below zero, if there would be less debt than none, or for an unknown lot.
    """
    dates = [*new, *standing.lease, *standing.pool, *(each.lot for each in (*standing.pending, *pending))]
    days = {each.lot.id: each.active_on for each in (*pending, *standing.pending)}
    for posting in postings:
        if posting.asset is not Asset.POINTS:
            continue
        if posting.account is Account.DEBT:
            standing = replace(standing, debt=_not_below_zero(standing.debt - posting.amount, "debt"))
        elif posting.account is Account.PENDING:
            lots = _moved([each.lot for each in standing.pending], posting, dates)
            standing = replace(standing, pending=tuple(Pending(lot, days[lot.id]) for lot in lots))
        elif posting.account is Account.LEASE:
            standing = replace(standing, lease=_moved(standing.lease, posting, dates))
        elif posting.account is Account.POOL:
            standing = replace(standing, pool=_moved(standing.pool, posting, dates))
    return standing


def _moved(lots: Sequence[Lot], posting: Posting, dated: Sequence[Lot]) -> tuple[Lot, ...]:
    """`lots` after one posting; a lot that is used up is left out."""
    held = next((lot for lot in lots if lot.id == posting.lot), None)
    origin = held or next((lot for lot in dated if lot.id == posting.lot), None)
    if origin is None:
        raise ValueError(f"lot {posting.lot} is not known: give its dates")
    left = _not_below_zero((held.points if held else 0) + posting.amount, f"lot {posting.lot}")
    others = tuple(lot for lot in lots if lot.id != posting.lot)
    return (*others, replace(origin, points=left)) if left else others


def _not_below_zero(points: int, what: str) -> int:
    if points < 0:
        raise ValueError(f"{what} would be {points}: it never goes below zero")
    return points
