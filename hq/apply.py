"""One operation onto one account. HQ never rejects a fact: what it understands it books, and says what was odd.

Pure: it changes the account in memory and reads nothing else, so a batch is judged the same way wherever it runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from hq.accounts import BIRTHDAY, COPYABLE, PENDING, POOL, Account, lease_holder
from hq.reasons import Reason
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from loyalty.limits import Scope
from loyalty.lots import Lot
from protocol.batch import Outcome
from protocol.operation import Operation, PostingRecord

MAX_AMOUNT = 10**12  # of one posting; more is not a sale of any shop, and sums stay far below 63 bits
_MOVES = {  # role: the amounts that a sale may move, as a sign; 0 is either
    (Asset.POINTS, Role.LEASE): 0,
    (Asset.POINTS, Role.ISSUED): -1,
    (Asset.POINTS, Role.REDEEMED): 1,
    (Asset.POINTS, Role.DEBT): 1,
    (Asset.POINTS, Role.PENDING): 1,
    (Asset.LIMIT, Role.USED): 1,
    (Asset.LIMIT, Role.LIMIT): -1,
    (Asset.LIMIT, Role.LEASE): -1,
    (Asset.STAMP, Role.LEASE): 0,
    (Asset.STAMP, Role.ISSUED): -1,
    (Asset.STAMP, Role.REDEEMED): 1,
    (Asset.COUPON, Role.LEASE): -1,
    (Asset.COUPON, Role.REDEEMED): 1,
    (Asset.PRINCIPAL, Role.LEASE): -1,
    (Asset.PRINCIPAL, Role.REDEEMED): 1,
    (Asset.BONUS, Role.LEASE): -1,
    (Asset.BONUS, Role.REDEEMED): 1,
    (Asset.BONUS, Role.EXPIRED): 1,
}
# Of these HQ gives out no leases yet: what a sale takes out of one is kept in the postings, and flagged.
_NOT_GIVEN_OUT = frozenset({Asset.LIMIT, Asset.COUPON, Asset.PRINCIPAL, Asset.BONUS})
_HOMES = (Role.LEASE, Role.DEBT, Role.PENDING)  # where earned points go
_OUTSIDE = (Role.ISSUED, Role.REDEEMED, Role.PENDING)  # what moves there leaves the active balance
_COUNTED_ELSEWHERE = frozenset({Scope.TERMINAL, Scope.STORE, Scope.CHAIN})  # limits that are not the member's


@dataclass
class Judgement:
    """What HQ did with an operation, why, and the values of the sentences."""

    outcome: Outcome = Outcome.APPLIED
    reasons: list[Reason] = field(default_factory=list)
    params: dict[str, int | str] = field(default_factory=dict)

    def flag(self, reason: Reason, **params: int | str) -> None:
        """Applied, but to be looked at."""
        self.outcome = Outcome.FLAGGED
        self.reasons.append(reason)
        self.params |= params

    @classmethod
    def parked(cls, reason: Reason, **params: int | str) -> Judgement:
        """Kept as it came; nothing of it is booked."""
        return cls(Outcome.PARKED, [reason], params)


def apply(operation: Operation, account: Account | None, today: str, copyable_daily: int | None) -> Judgement:
    """Book `operation` onto the account of its member (None: HQ does not know the member). `today` is HQ's, ISO.

    A redemption beyond the lease is honoured: what the lease lacks becomes debt, and the pool pays debt at once.
    Stamps, coupons and value have no account at HQ: their postings are kept, and their sums are the balance.
    """
    if operation.member is None:
        return _of_a_guest(operation)
    if account is None:
        return Judgement.parked(Reason.MEMBER_UNKNOWN, member=operation.member)
    if not _understood(operation, account):
        return Judgement.parked(Reason.POSTINGS_UNKNOWN, member=operation.member)
    judgement = Judgement(params={"member": operation.member})
    if account.blocked:
        judgement.flag(Reason.MEMBER_BLOCKED)
    _book_points(operation, account, judgement)
    _book_limits(operation, account, judgement, copyable_daily)
    _flag_rights(operation, judgement)
    _note_visit(operation, account, today)
    account.check()
    return judgement


def _of_a_guest(operation: Operation) -> Judgement:
    """Limits, coupons and gift cards need no member."""
    if not all(_lawful(posting, operation) for posting in operation.postings):
        return Judgement.parked(Reason.POSTINGS_UNKNOWN)
    judgement = Judgement()
    _flag_rights(operation, judgement)
    return judgement


def _understood(operation: Operation, account: Account) -> bool:
    """A lot is new exactly once, a credited lot is known or new, and every posting moves as a sale may."""
    new = [lot.id for lot in operation.lots]
    known = account.lots.keys() | set(new)
    return (
        len(set(new)) == len(new)
        and not account.lots.keys() & set(new)
        and all(map(_is_date, _dates(operation)))
        and all(_lawful(posting, operation) for posting in operation.postings)
        and all(posting.lot in known for posting in _given(operation) if posting.amount > 0)
    )


def _given(operation: Operation) -> Iterable[PostingRecord]:
    return [posting for role in _HOMES for posting in _of(operation, Asset.POINTS, role)]


def _lawful(posting: PostingRecord, operation: Operation) -> bool:
    sign = _MOVES.get((posting.asset, posting.account))
    if sign is None or posting.amount * sign < 0 or abs(posting.amount) > MAX_AMOUNT:
        return False
    own_day = posting.lot == COPYABLE + operation.business_date
    return own_day or posting.asset is not Asset.LIMIT or not posting.lot.startswith(COPYABLE)


def _dates(operation: Operation) -> list[str]:
    lots = [day for lot in operation.lots for day in (lot.earned_on, lot.expires_on) if day]
    return [operation.business_date, *lots]


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _book_points(operation: Operation, account: Account, judgement: Judgement) -> None:
    holder, short = lease_holder(operation.device, operation.epoch), 0
    for lot in operation.lots:
        account.lots[lot.id] = Lot(lot.id, 0, lot.earned_on, lot.expires_on)
    for posting in sorted(_of(operation, Asset.POINTS, Role.LEASE), key=lambda posting: -posting.amount):
        taken = max(posting.amount, -account.holdings.get((holder, posting.lot), 0))
        account.add(holder, posting.lot, taken)
        short += taken - posting.amount
    for posting in _of(operation, Asset.POINTS, Role.PENDING):
        account.add(PENDING, posting.lot, posting.amount)
    account.balance -= sum(posting.amount for role in _OUTSIDE for posting in _of(operation, Asset.POINTS, role))
    account.debt += short
    _pay_debt(operation, account)
    account.net_debt()
    if short:
        judgement.flag(Reason.LEASE_EXCEEDED, shortfall=short)


def _pay_debt(operation: Operation, account: Account) -> None:
    """New points paid what the till knew of a debt (D12). What has been paid meanwhile goes to the pool."""
    for posting in _of(operation, Asset.POINTS, Role.DEBT):
        owed = min(posting.amount, account.debt)
        account.debt -= owed
        account.add(POOL, posting.lot, posting.amount - owed)


def _book_limits(operation: Operation, account: Account, judgement: Judgement, copyable_daily: int | None) -> None:
    for posting in _of(operation, Asset.LIMIT, Role.USED):
        counted = posting.lot.partition(":")[0]
        if counted in _COUNTED_ELSEWHERE:
            continue
        used = account.limits.get(posting.lot, 0) + posting.amount
        account.limits[posting.lot] = used
        if posting.lot.startswith(COPYABLE) and copyable_daily is not None and used > copyable_daily:
            judgement.flag(Reason.COPYABLE_DAILY, used=used, limit=copyable_daily)
        if counted == BIRTHDAY and used > 1:
            judgement.flag(Reason.BIRTHDAY_TWICE, times=used)


def _flag_rights(operation: Operation, judgement: Judgement) -> None:
    taken = {p.asset for p in operation.postings if p.account is Role.LEASE and p.amount < 0} & _NOT_GIVEN_OUT
    if taken:
        judgement.flag(Reason.RIGHT_NOT_GIVEN, rights=", ".join(sorted(taken)))


def _note_visit(operation: Operation, account: Account, today: str) -> None:
    """A terminal's clock may be years ahead: nobody was seen after today."""
    account.last_seen = max(account.last_seen, min(operation.business_date, today))
    if operation.store != account.home_store:
        account.second_store = operation.store


def _of(operation: Operation, asset: Asset, role: Role) -> Iterable[PostingRecord]:
    return [posting for posting in operation.postings if posting.asset is asset and posting.account is role]
