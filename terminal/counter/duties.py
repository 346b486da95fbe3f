"""What the till does unasked: it answers recalls, releases rights to refund, ends what has expired, and prunes.

Each is an operation in its own chain (sync.md, Leases 5, 6, 11 and 13) and is done once, also over a crash: what an
operation has done is not due any more, in the same transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from loyalty import Moment
from loyalty.expire import expire_lease
from loyalty.ledger import Account, Asset, Posting
from loyalty.value_draw import expire_bonus, has_expired
from protocol.movements import ExpireDetail, ReleaseDetail
from protocol.operation import ClockQuality, Kind, OperationKey
from terminal.counter.act import Act, digest, operation_of, posting_records
from terminal.counter.phrase import Refusal
from terminal.counter.recalls import answer_to
from terminal.counter.shop import Shop
from terminal.store.held import Held

AT_ONCE = 20  # operations; each is a flush to the disk, and the till waits for them
RECENT_MS = 3600 * 1000  # a right to refund is given up only while HQ can hear of it
MOST_LOTS = 150  # in one operation
MOST_SALES = 300
DONE = "duties"  # the note that says for which days nothing is due any more


def perform(shop: Shop) -> int:
    """Do some of what is due; returns how many operations were written. Call it again while there are any.

    After every page of grants, and now and then in an idle moment. Raises StoreError.
    """
    try:
        at, day = shop.moment(), _programme_day(shop)
    except Refusal:
        return 0  # before the first directory there is nothing to do it by
    written = 0
    for act in _acts(shop, at, day):
        shop.ledger.append(operation_of(shop, act), digest(act.detail), {})
        written += 1
        if written == AT_ONCE:
            return written
    if not written and shop.clock().quality is ClockQuality.TRUSTED:
        shop.ledger.prune(shop.clock().utc_ms)
    return written


def _acts(shop: Shop, at: Moment, day: str) -> Iterator[Act]:
    """What is due, one after the other: each is worked out when the one before is on the disk."""
    for pending in shop.ledger.recalls():
        yield answer_to(shop, pending)
    done = shop.ledger.noted(DONE) or {}
    today, reading = at.business_date().isoformat(), shop.clock()
    if done.get("released") != today and reading.dark_ms is not None and reading.dark_ms <= RECENT_MS:
        yield from _releases(shop, at, today)
        shop.ledger.note(DONE, {**done, "released": today})
        done = shop.ledger.noted(DONE) or {}
    if done.get("expired") != day and reading.quality is ClockQuality.TRUSTED:
        while members := shop.ledger.with_expired(day, AT_ONCE):
            for member in members:
                yield expiry(shop, at, day, member)
        shop.ledger.note(DONE, {**done, "expired": day})


def _releases(shop: Shop, at: Moment, today: str) -> Iterator[Act]:
    """The rights to refund what was sold until yesterday, and those that HQ granted, go back to HQ (Leases 11)."""
    through = shop.ledger.last_sale_before(today)
    if through is not None:
        yield _release(shop, at, ReleaseDetail(through=through))
    granted = shop.ledger.rights_granted()
    for first in range(0, len(granted), MOST_SALES):
        yield _release(shop, at, ReleaseDetail(sales=granted[first : first + MOST_SALES]))


def _release(shop: Shop, at: Moment, detail: ReleaseDetail) -> Act:
    return Act(Kind.RELEASE, _intent(shop, Kind.RELEASE), at, None, (), detail.model_dump(mode="json"))


def expiry(shop: Shop, at: Moment, day: str, member: str) -> Act:
    """The act that ends what lies here of a member, or of bearers (""), and whose last good day was before `day`."""
    held = shop.ledger.held(member) if member else shop.ledger.bearer()
    detail: dict[str, Any] = ExpireDetail(day=day).model_dump(mode="json")
    postings = posting_records(_ended(held, day, of_bearers=not member))
    return Act(Kind.EXPIRE, _intent(shop, Kind.EXPIRE), at, member or None, postings, detail)


def _ended(held: Held, day: str, of_bearers: bool) -> Iterator[Posting]:
    """Whole lots at a time, so that each balances: the rest is for the next operation."""
    yield from expire_lease(held.points, day)[: 2 * MOST_LOTS]
    coupons = [coupon.code for coupon in held.coupons if coupon.expires_on is not None and coupon.expires_on < day]
    for code in coupons[:MOST_LOTS]:
        yield from _out(Asset.COUPON, code, 1)
    for move in expire_bonus(held.value, day)[:MOST_LOTS]:
        yield from move.postings(Account.EXPIRED)
    if of_bearers:  # of a gift card the principal ends with its date
        for lot in [lot for lot in held.value if has_expired(lot, day)][:MOST_LOTS]:
            yield from _out(Asset.PRINCIPAL, lot.id, lot.principal_left)


def _out(asset: Asset, lot: str, amount: int) -> Iterator[Posting]:
    if amount:
        yield Posting(Account.LEASE, asset, lot, -amount)
        yield Posting(Account.EXPIRED, asset, lot, amount)


def _intent(shop: Shop, kind: Kind) -> str:
    """Named by the number that it takes: were it not written, the next try is the same one."""
    key = OperationKey(device=shop.identity.device, epoch=shop.identity.epoch, seq=shop.ledger.next_seq())
    return hashlib.sha256(f"{kind}|{key.name}".encode()).hexdigest()[:32]


def _programme_day(shop: Shop) -> str:
    """Today by the calendar of the programme's zone (D20)."""
    return Moment(shop.clock().utc_ms, shop.programme().zone).local().date().isoformat()
