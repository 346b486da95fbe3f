"""Counted limits (D29): what was used, and the leases it came out of. HQ's own part of a limit is not stored.

most − used − Σ leases is what HQ can still give out; of the room for top-ups (D25) limit − Σ principal − Σ leases.
"""

from __future__ import annotations

from hq.accounts import BIRTHDAY, COPYABLE, Account
from hq.booking import Booking, credits_first
from hq.reasons import Reason
from hq.shared_rights import is_shared_limit
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from loyalty.limits import Scope
from loyalty.top_up import room_key
from loyalty.value_policy import StoredValue
from protocol.operation import Kind, PostingRecord

TERMINAL = f"{Scope.TERMINAL}:"


def book_limits(booking: Booking) -> None:
    for posting in credits_first(booking.of(Asset.LIMIT, Role.LEASE)):
        if _move(booking, posting):
            booking.judgement.flag(_beyond(booking, posting), rights=Asset.LIMIT.value)
    for posting in booking.of(Asset.LIMIT, Role.USED):
        _count(booking, posting)
    if booking.operation.kind is Kind.TOP_UP and booking.account:
        _check_room(booking, booking.account)


def _beyond(booking: Booking, posting: PostingRecord) -> Reason:
    room = booking.operation.member is not None and posting.lot == room_key(booking.operation.member)
    return Reason.TOP_UP_WITHOUT_ROOM if room else Reason.RIGHT_NOT_GIVEN


def _move(booking: Booking, posting: PostingRecord) -> int:
    """Into the lease or out of it; gives what was not there."""
    holder, key = booking.holder, posting.lot
    if is_shared_limit(key):
        taken = max(posting.amount, -booking.shared.amount(holder, Asset.LIMIT, key))
        booking.shared.add(holder, Asset.LIMIT, key, taken)
        return taken - posting.amount
    account = booking.account
    if account is None:
        return -posting.amount
    taken = max(posting.amount, -account.holdings.get((holder, Asset.LIMIT, key), 0))
    account.add(holder, Asset.LIMIT, key, taken)
    return taken - posting.amount


def _count(booking: Booking, posting: PostingRecord) -> None:
    """What terminals count for themselves is not HQ's to know."""
    key, account = posting.lot, booking.account
    if key.startswith(TERMINAL):
        return
    counts = booking.shared.limits if is_shared_limit(key) else account.limits if account else None
    if counts is None:
        return
    used = counts[key] = max(0, counts.get(key, 0) + posting.amount)
    cap = booking.rules.copyable_daily
    if key.startswith(COPYABLE) and cap is not None and used > cap:
        booking.judgement.flag(Reason.COPYABLE_DAILY, used=used, limit=cap)
    if key.startswith(f"{BIRTHDAY}:") and used > 1:
        booking.judgement.flag(Reason.BIRTHDAY_TWICE, times=used)


def _check_room(booking: Booking, account: Account) -> None:
    """Principal plus top-up within the limit of a member, whoever topped up (D25)."""
    policy = booking.rules.programme.stored_value if booking.rules.programme else None
    if policy is None:
        return
    held, limit = account.total(Asset.PRINCIPAL), value_limit(account, policy)
    if held > limit:
        booking.judgement.flag(Reason.TOP_UP_OVER_LIMIT, held_minor=held, limit_minor=limit)


def value_limit(account: Account, policy: StoredValue) -> int:
    """A card is named where HQ knows the member's name."""
    return policy.limit_named if account.name else policy.limit_unnamed
