"""What is held and is no points: stored value, gift cards, coupons and stamps (D24, sync.md Leases)."""

from __future__ import annotations

from hq.accounts import POOL, VALUE, Account, LotFacts
from hq.booking import Booking, credits_first
from hq.reasons import Reason
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from protocol.operation import Kind, PostingRecord
from protocol.sale_records import CouponRecord, ValueLotRecord

HELD = (*VALUE, Asset.COUPON, Asset.STAMP)


def made_lot(booking: Booking) -> tuple[Asset, LotFacts] | None:
    """The lot of value that a top-up made, or the coupon that HQ issued, from the detail.

    Raises KeyError, TypeError or ValidationError where a top-up does not say.
    """
    kind, detail, day = booking.operation.kind, booking.operation.detail, booking.operation.business_date
    if kind is Kind.TOP_UP:
        lot = ValueLotRecord.model_validate(detail["lot"])
        return Asset.PRINCIPAL, LotFacts(lot.id, lot.topped_up_on, lot.expires_on, draw=lot.draw.value)
    if kind is Kind.ADJUST and "coupon" in detail:
        issued = CouponRecord.model_validate(detail["coupon"])
        facts = LotFacts(issued.code, day, issued.expires_on, rule=issued.rule, starts_on=issued.starts_on)
        return Asset.COUPON, facts
    return None


def book_held(booking: Booking) -> None:
    """A lease that gave out more than it held: the rest is owed, the pool pays what it can, and it is flagged."""
    made = made_lot(booking)
    if made is None and booking.assets.isdisjoint(HELD):
        return
    if made and any(posting.lot == made[1].id for posting in booking.operation.postings):  # else it was not loaded
        owner = booking.account or booking.shared
        owner.know(*made)
    never: set[str] = set()
    for asset in HELD:
        for posting in credits_first(booking.of(asset, Role.LEASE, Role.POOL)):
            short = _move(booking, posting)
            if short:
                _flag(booking, posting, short, never)
    if booking.account:
        booking.account.net_debt()
    booking.shared.settle()
    if never:
        booking.judgement.flag(Reason.RIGHT_NOT_GIVEN, rights=", ".join(sorted(never)))


def _move(booking: Booking, posting: PostingRecord) -> int:
    account, place = booking.account, booking.place(posting)
    if account and (posting.asset is Asset.STAMP or booking.members_own(posting.asset, posting.lot)):
        return _of_member(account, place, posting)
    return _of_bearer(booking, place, posting)


def _of_member(account: Account, place: str, posting: PostingRecord) -> int:
    asset, lot = posting.asset, posting.lot
    taken = max(posting.amount, -account.holdings.get((place, asset, lot), 0))
    account.add(place, asset, lot, taken)
    short = taken - posting.amount
    at_hq = min(short, account.holdings.get((POOL, asset, lot), 0))  # never given out, and used all the same
    account.add(POOL, asset, lot, -at_hq)
    if short > at_hq:
        account.owed[asset] = account.owed.get(asset, 0) + short - at_hq
    return short


def _of_bearer(booking: Booking, place: str, posting: PostingRecord) -> int:
    shared, asset, lot = booking.shared, posting.asset, posting.lot
    if posting.amount > 0:
        back = min(posting.amount, shared.owed.get((asset, lot), 0))
        shared.owe(asset, lot, -back)
        shared.add(place, asset, lot, posting.amount - back)
        return 0
    taken = max(posting.amount, -shared.amount(place, asset, lot))
    shared.add(place, asset, lot, taken)
    if taken > posting.amount:
        shared.owe(asset, lot, taken - posting.amount)
    return taken - posting.amount


def _flag(booking: Booking, posting: PostingRecord, short: int, never: set[str]) -> None:
    known = booking.members_own(posting.asset, posting.lot)
    if posting.asset is Asset.COUPON and known:
        booking.judgement.flag(Reason.COUPON_TWICE, coupon=posting.lot)
    elif posting.asset in VALUE and known:
        before = booking.judgement.params.get("short_minor", 0)
        booking.judgement.flag(Reason.VALUE_EXCEEDED, short_minor=int(before) + short)
    else:
        never.add(posting.asset.value)
