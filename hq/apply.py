"""One operation onto one account. HQ never rejects a fact: what it understands it books, and says what was odd.

Pure: it changes the account, the shared rights and the rights to refund in memory and reads nothing else, so a batch
is judged the same way wherever it runs. What a kind may move is in `hq.moves`; each subject has a `booking_` module.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import ValidationError

from hq.accounts import COPYABLE, HELD, MERGED, Account
from hq.booking import Booking
from hq.booking_limits import book_limits
from hq.booking_points import book_points
from hq.booking_refunds import book_refund, book_release
from hq.booking_value import book_held, made_lot
from hq.judgement import Judgement, Rules
from hq.moves import INSIDE, OWN_KINDS, may_move
from hq.reasons import Reason
from hq.refund_rights import RefundRights
from hq.shared_rights import Shared
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from protocol.operation import Kind, LotRecord, Operation, PostingRecord

OWN_DEVICE = "hq"  # whose operations are HQ's own
_BACK = frozenset({Kind.REFUND, Kind.VOID})
_VISITS = frozenset({Kind.SALE, Kind.REFUND, Kind.VOID, Kind.TOP_UP, Kind.PAY_OUT})


def apply(
    operation: Operation, account: Account | None, shared: Shared, rights: RefundRights, rules: Rules
) -> Judgement:
    """Book `operation` onto the account of its member (None: HQ does not know the member).

    A redemption beyond the lease is honoured: what the lease lacks is owed, and the pool pays that at once.
    """
    if operation.member is not None and account is None:
        return Judgement.parked(Reason.MEMBER_UNKNOWN, member=operation.member)
    judgement = Judgement(params={"member": operation.member} if operation.member else {})
    booking = Booking(operation, account, shared, rights, rules, judgement)
    if not _understood(booking):
        return Judgement.parked(Reason.POSTINGS_UNKNOWN, **judgement.params)
    before = account.totals() if account else {}
    _book(booking)
    if account:
        _check(booking, account, before)
    return judgement


def _book(booking: Booking) -> None:
    operation, account = booking.operation, booking.account
    if account and account.blocked and account.state != MERGED and operation.device != OWN_DEVICE:
        booking.judgement.flag(Reason.MEMBER_BLOCKED)
    if account:
        book_points(booking, account)
    book_held(booking)
    book_limits(booking)
    if operation.kind in _BACK:
        book_refund(booking)
    elif operation.kind is Kind.RELEASE:
        book_release(booking)
    if account and operation.kind in _VISITS:
        _note_visit(operation, account, booking.rules.today)


def _check(booking: Booking, account: Account, before: dict[Asset, int]) -> None:
    """What the member has changes by what came from outside and went there, and by nothing else.

    What no member is known to have moved at its bearer, so it is not counted here.
    """
    outside = dict.fromkeys(HELD, 0)
    for posting in booking.operation.postings:
        own = posting.asset in (Asset.POINTS, Asset.STAMP) or booking.members_own(posting.asset, posting.lot)
        if own and posting.asset in outside and posting.account not in INSIDE:
            outside[posting.asset] -= posting.amount
    now = account.totals()
    for asset in HELD:
        assert now[asset] - before[asset] == outside[asset], (
            f"{booking.operation.device} {booking.operation.seq}: {asset} of {account.member} went from "
            f"{before[asset]} to {now[asset]}, and {outside[asset]} came from outside"
        )
    account.check()


def _understood(booking: Booking) -> bool:
    """Every posting moves as its kind may, every day is one, a lot is new exactly once, a credited lot is known."""
    operation = booking.operation
    if (operation.kind in OWN_KINDS) != (operation.device == OWN_DEVICE) and operation.kind is not Kind.EXPIRE:
        return False
    if not all(map(_is_date, _dates(operation))) or not all(_lawful(p, operation) for p in operation.postings):
        return False
    return _detail_is_read(booking) and _lots_are_known(booking)


def _detail_is_read(booking: Booking) -> bool:
    """Of a top-up, whose detail names the lot that it made, once and for all that it issues."""
    try:
        made = made_lot(booking)
    except (KeyError, TypeError, ValidationError):
        return False
    issued = booking.of(Asset.PRINCIPAL, Role.ISSUED) + booking.of(Asset.BONUS, Role.ISSUED)
    if made is None:
        return booking.operation.kind in OWN_KINDS or not issued
    known = booking.account.lots if booking.account else booking.shared.lots
    asset, lot = made
    return (asset, lot.id) not in known and all(p.lot == lot.id for p in issued)


def _lots_are_known(booking: Booking) -> bool:
    operation, account = booking.operation, booking.account
    if account is None:
        return not operation.lots
    new = [lot.id for lot in operation.lots]
    if len(set(new)) != len(new):
        return False
    if operation.kind not in _BACK and not all(_is_new(lot, operation, account) for lot in operation.lots):
        return False
    credited = booking.of(Asset.POINTS, Role.LEASE, Role.POOL, Role.PENDING, Role.DEBT)
    return all((Asset.POINTS, p.lot) in account.lots or p.lot in new for p in credited if p.amount > 0)


def _is_new(lot: LotRecord, operation: Operation, account: Account) -> bool:
    """Or known from a grant alone, which a terminal has told to a restored HQ before its maker sent the operation."""
    known = account.lots.get((Asset.POINTS, lot.id))
    own = f"{operation.device}.{operation.epoch}.{operation.seq}"
    same = known is not None and (known.earned_on, known.expires_on) == (lot.earned_on, lot.expires_on)
    return known is None or (same and lot.id == own)


def _lawful(posting: PostingRecord, operation: Operation) -> bool:
    if not may_move(operation, posting):
        return False
    if posting.asset is not Asset.LIMIT:
        return True
    if posting.lot.startswith(COPYABLE) and operation.kind is Kind.SALE:
        return posting.lot == COPYABLE + operation.business_date
    return operation.member is not None or not posting.lot.startswith("member:")


def _dates(operation: Operation) -> Iterable[str]:
    lots = [day for lot in operation.lots for day in (lot.earned_on, lot.expires_on) if day]
    return [operation.business_date, *lots]


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _note_visit(operation: Operation, account: Account, today: str) -> None:
    """A terminal's clock may be years ahead: nobody was seen after today."""
    account.last_seen = max(account.last_seen, min(operation.business_date, today))
    if operation.store != account.home_store:
        account.second_store = operation.store
