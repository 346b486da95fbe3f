"""What a merged member's operation leaves at HQ follows to the member who stays (sync.md, Conflicts). Pure.

The operation is booked under the id that the terminal knew, so that its lease and its lots are found. What it gave to
the pool, owes or waits for then goes to the other account, like all before it; only leases stay until they come back.
A limit that both used is flagged, whichever of the two ids the terminal knew.
"""

from __future__ import annotations

from datetime import date

from hq.accounts import AT_HQ, BIRTHDAY, COPYABLE, Account, lot_asset
from hq.apply import OWN_DEVICE
from hq.booking_limits import TERMINAL, value_limit
from hq.counted_limits import member_limits
from hq.judgement import Judgement, Rules
from hq.people import People
from hq.reasons import Reason
from hq.shared_rights import is_shared_limit
from loyalty import birthday_key
from loyalty.ledger import Account as Role
from loyalty.ledger import Asset
from loyalty.top_up import room_key
from protocol.batch import Outcome
from protocol.operation import Kind, Operation


def follow(people: People, operation: Operation, judgement: Judgement, rules: Rules) -> None:
    """After `operation` was booked onto its member's account; nothing where nobody was merged."""
    if judgement.outcome is Outcome.PARKED or operation.member is None:
        return
    gone, stays = people.of(operation.member), people.of(people.stays.get(operation.member))
    if gone is not None and stays is not None:
        gone.limits.clear()  # counted below, under the name of the one who stays
        names = renamed(gone, stays, rules, operation.business_date)
        for key, amount in _used(operation).items():
            _count(stays, names.get(key, key), amount, operation.business_date, judgement, rules)
        move(gone, stays)
        _look(operation, gone, stays, judgement, rules)
    elif gone is not None and operation.member in people.united:
        for key in (key for key, amount in _used(operation).items() if amount > 0):
            _check(gone, key, operation.business_date, judgement, rules)


def move(gone: Account, stays: Account) -> None:
    """All that is at HQ, what is owed, and where the member was seen; the pool pays what either owed."""
    for (holder, asset, lot), amount in list(gone.holdings.items()):
        if holder in AT_HQ:
            facts = gone.lots.get((lot_asset(asset), lot))
            if facts is not None:
                stays.know(asset, facts)
            gone.add(holder, asset, lot, -amount)
            stays.add(holder, asset, lot, amount)
    stays.debt += gone.debt
    for asset, amount in gone.owed.items():
        stays.owed[asset] = stays.owed.get(asset, 0) + amount
    gone.debt, gone.owed = 0, {}
    stays.last_seen = max(stays.last_seen, gone.last_seen)
    stays.net_debt()
    for account in (gone, stays):
        account.balance = account.active_points()
        account.check()


def move_limits(gone: Account, stays: Account, judgement: Judgement, rules: Rules) -> None:
    """What one used of a limit counts for both; flagged where both together used too much."""
    names = renamed(gone, stays, rules, rules.today)
    for key, used in sorted(gone.limits.items()):
        _count(stays, names.get(key, key), used, rules.today, judgement, rules)
    gone.limits.clear()


def renamed(gone: Account, stays: Account, rules: Rules, day: str) -> dict[str, str]:
    """The keys that name `gone`, each with its name for `stays`. A key may be a hash, so both are made anew; one of a
    period that is over, or of an offer that is gone, counts for nothing any more."""
    found = {key: key[: -len(gone.member)] + stays.member for key in gone.limits if key.endswith(f":{gone.member}")}
    found[room_key(gone.member)] = room_key(stays.member)
    if rules.programme is None:
        return found
    for on in {day, rules.today}:
        pair = (member_limits(rules.programme, account.member, on) for account in (gone, stays))
        found |= dict(zip(*pair, strict=True))
        year = date.fromisoformat(on).year
        found |= {
            birthday_key(offer.id, gone.member, of): birthday_key(offer.id, stays.member, of)
            for offer in rules.programme.offers
            for of in (year - 1, year, year + 1)
        }
    return found


def _used(operation: Operation) -> dict[str, int]:
    """What the operation counts against limits of its member."""
    found: dict[str, int] = {}
    for posting in operation.postings:
        own = posting.asset is Asset.LIMIT and posting.account is Role.USED
        if own and not is_shared_limit(posting.lot) and not posting.lot.startswith(TERMINAL):
            found[posting.lot] = found.get(posting.lot, 0) + posting.amount
    return found


def _count(stays: Account, key: str, amount: int, day: str, judgement: Judgement, rules: Rules) -> None:
    stays.limits[key] = max(0, stays.limits.get(key, 0) + amount)
    if amount > 0:
        _check(stays, key, day, judgement, rules)


def _check(stays: Account, key: str, day: str, judgement: Judgement, rules: Rules) -> None:
    used, cap = stays.limits.get(key, 0), rules.copyable_daily
    if key.startswith(COPYABLE):
        if cap is not None and used > cap:
            judgement.flag(Reason.COPYABLE_DAILY, used=used, limit=cap)
    elif key.startswith(f"{BIRTHDAY}:"):
        if used > 1:
            judgement.flag(Reason.BIRTHDAY_TWICE, times=used)
    elif rules.programme is not None:
        most = member_limits(rules.programme, stays.member, day).get(key)
        if most is not None and used > most:
            judgement.flag(Reason.MERGED_LIMIT, stays=stays.member, used=used, limit=most)


def _look(operation: Operation, gone: Account, stays: Account, judgement: Judgement, rules: Rules) -> None:
    """Whether the other is blocked, and whether both together have more stored value than one may."""
    if stays.blocked and operation.device != OWN_DEVICE:
        judgement.flag(Reason.MEMBER_BLOCKED)
    policy = rules.programme.stored_value if rules.programme else None
    if operation.kind is Kind.TOP_UP and policy is not None:
        held = gone.total(Asset.PRINCIPAL) + stays.total(Asset.PRINCIPAL)
        limit = value_limit(stays, policy)
        if held > limit:
            judgement.flag(Reason.TOP_UP_OVER_LIMIT, held_minor=held, limit_minor=limit)
