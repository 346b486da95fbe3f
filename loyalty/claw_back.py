"""Taking points back: how many a return costs (D10), and where they are taken from (D12, D30)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from loyalty.ledger import Account, Asset, Posting
from loyalty.lots import Lot, spending_order
from loyalty.standing import Standing, good


@dataclass(frozen=True)
class TakenBack:
    """`points` = `cancelled` + `expired` + `debt` + `over_cap`, and `postings` book `cancelled` and `debt`.

    `cancelled` were there; `expired` are points of the sale that have expired and so count as taken; `debt` is owed
    from now on; `over_cap` could neither be taken nor owed: their money value is for the refund to deduct (D30).
    """

    points: int
    cancelled: int
    expired: int
    debt: int
    over_cap: int
    postings: tuple[Posting, ...]


def to_take_back(earned: int, points_of_rest: int, taken: int) -> int:
    """What this return takes back: earned − points(what is left of the base) − already taken, never below 0 (D10).

    `points_of_rest` are computed by the rules of the sale (D11); `taken` counts everything that earlier returns took
    back, in whatever way: cancelled, expired, owed or deducted in money.
    """
    return max(0, earned - points_of_rest - taken)


def take_back(
    points: int,
    sale_lot: str,
    standing: Standing,
    day: str,
    *,
    expired: int = 0,
    counted: int = 0,
    debt_cap: int | None = None,
) -> TakenBack:
    """Take `points` back that the sale of `sale_lot` earned. `day` (ISO, programme's zone) is the day of the return.

    In order: the sale's own pending points; its own lot, here, then at HQ, whatever its date; its points that have
    ended by their date, `expired` less those that earlier returns `counted` as taken; other pending points, this till's
    lease and HQ's pool, each by D17 and only lots good on `day`; the rest is debt, up to `debt_cap` for the member with
    what he owes already (None: no cap). Raises ValueError if a number is negative.
    """
    if min(points, expired, counted) < 0:
        raise ValueError(f"cannot take back {points} points, {expired} expired, {counted} counted: use 0 or more")
    own = _cancel(_own(sale_lot, standing), points)
    lapsed = min(max(0, expired - counted), points - _sum(own))
    others = _cancel(_others(sale_lot, standing, day), points - _sum(own) - lapsed)
    cancelled = _sum(own) + _sum(others)
    short = points - cancelled - lapsed
    debt = short if debt_cap is None else min(short, max(0, debt_cap - standing.debt))
    postings = (*own, *others, *owe(debt, sale_lot))
    return TakenBack(points, cancelled, lapsed, debt, short - debt, postings)


def owe(points: int, sale_lot: str) -> tuple[Posting, ...]:
    """The postings that make `points` the member's debt, an entry of its own (D12)."""
    return _cancelled(Account.DEBT, sale_lot, points) if points else ()


def _own(sale_lot: str, standing: Standing) -> Iterator[tuple[Account, Lot]]:
    yield from ((Account.PENDING, each.lot) for each in standing.pending if each.lot.id == sale_lot)
    for account, lots in ((Account.LEASE, standing.lease), (Account.POOL, standing.pool)):
        yield from ((account, lot) for lot in lots if lot.id == sale_lot)


def _others(sale_lot: str, standing: Standing, day: str) -> Iterator[tuple[Account, Lot]]:
    pending = [each.lot for each in standing.pending]
    places = ((Account.PENDING, pending), (Account.LEASE, standing.lease), (Account.POOL, standing.pool))
    for account, lots in places:
        for lot in sorted(good(lots, day), key=spending_order):
            if lot.id != sale_lot:
                yield account, lot


def _cancel(places: Iterable[tuple[Account, Lot]], wanted: int) -> tuple[Posting, ...]:
    """Cancel up to `wanted` points at these places, in this order."""
    postings: list[Posting] = []
    for account, lot in places:
        part = min(lot.points, wanted)
        if part:
            postings += _cancelled(account, lot.id, part)
            wanted -= part
    return tuple(postings)


def _cancelled(account: Account, lot: str, points: int) -> tuple[Posting, Posting]:
    return (Posting(account, Asset.POINTS, lot, -points), Posting(Account.CANCELLED, Asset.POINTS, lot, points))


def _sum(postings: Iterable[Posting]) -> int:
    return sum(posting.amount for posting in postings if posting.account is Account.CANCELLED)
