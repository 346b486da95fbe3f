"""Points: leases, pool, what is pending and what is owed (D12, D13, sync.md Leases 3)."""

from __future__ import annotations

from hq.accounts import PENDING, POOL, Account, LotFacts
from hq.booking import Booking, credits_first
from hq.reasons import Reason
from loyalty import active_on
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from protocol.operation import LotRecord, PostingRecord

_PLACES = (Role.LEASE, Role.POOL, Role.PENDING)


def book_points(booking: Booking, account: Account) -> None:
    """What a lease, the pool or pending points lack becomes debt, and the pool pays debt at once.

    Pending points that have become active meanwhile are taken from the pool, in their own lot first.
    """
    for lot in booking.operation.lots:
        account.know(Asset.POINTS, _facts(booking, lot))
    short = {Role.LEASE: 0, Role.POOL: 0, Role.PENDING: 0}
    for posting in credits_first(booking.of(Asset.POINTS, *_PLACES)):
        short[posting.account] += _move(booking, account, posting)
    account.debt += sum(short.values())
    _debts(booking, account)
    account.net_debt()
    account.balance = account.active_points()
    if short[Role.LEASE]:
        booking.judgement.flag(Reason.LEASE_EXCEEDED, shortfall=short[Role.LEASE])


def _facts(booking: Booking, lot: LotRecord) -> LotFacts:
    """Pending points become active by the policy of the newest programme."""
    programme = booking.rules.programme
    pending = any(p.lot == lot.id for p in booking.of(Asset.POINTS, Role.PENDING))
    active = active_on(lot.earned_on, programme.points) if programme and pending else None
    return LotFacts(lot.id, lot.earned_on, lot.expires_on, active)


def _move(booking: Booking, account: Account, posting: PostingRecord) -> int:
    """Book one posting; gives what was not there to be taken."""
    place = PENDING if posting.account is Role.PENDING else booking.place(posting)
    taken = max(posting.amount, -account.holdings.get((place, Asset.POINTS, posting.lot), 0))
    account.add(place, Asset.POINTS, posting.lot, taken)
    short = taken - posting.amount
    if short and place == PENDING:
        part = min(short, account.holdings.get((POOL, Asset.POINTS, posting.lot), 0))
        account.add(POOL, Asset.POINTS, posting.lot, -part)
        short -= part
    return short


def _debts(booking: Booking, account: Account) -> None:
    """New points paid what the till knew of a debt (D12). What has been paid meanwhile goes to the pool."""
    for posting in booking.of(Asset.POINTS, Role.DEBT):
        paid = min(posting.amount, account.debt)
        account.debt -= paid
        if posting.amount > paid:
            account.add(POOL, Asset.POINTS, posting.lot, posting.amount - paid)
