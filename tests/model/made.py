"""Operations of the model, and what each of them means to the reference: its postings summed by account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from loyalty.ledger import Account, Asset, Posting
from protocol.lease import Grant
from protocol.operation import ClockQuality, Kind, LotRecord, Operation, PostingRecord
from tests.hq.devices import hash_of
from tests.hq.tiny_chain import NOW_MS
from tests.model.reference import LIMIT, Change, Lot
from tests.model.refunds import NO_RIGHT, RightChange
from tests.model.seats import Till

SHARED = ("store:", "chain:")


def moved(asset: Asset, lot: str, amount: int, source: Account, target: Account) -> tuple[Posting, ...]:
    return Posting(source, asset, lot, -amount), Posting(target, asset, lot, amount)


def change_of(who: str, postings: Iterable[Posting], right: RightChange = NO_RIGHT) -> Change:
    """What no member has is a bearer's."""
    sums = {account: Counter[Lot]() for account in (Account.LEASE, Account.POOL, Account.USED)}
    for posting in postings:
        if posting.account in sums:
            sums[posting.account][owned(who, posting.asset.value, posting.lot)] += posting.amount
    return Change(sums[Account.LEASE], sums[Account.POOL], sums[Account.USED], right)


def owned(who: str, asset: str, lot: str) -> Lot:
    """Whose it is: what stores and the chain count, and a bearer's coupon, are nobody's."""
    nobodys = (asset == LIMIT and lot.startswith(SHARED)) or (asset == "coupon" and lot.startswith("B"))
    return ("" if nobodys else who, asset, lot)


def granted_by(grant: Grant) -> Change:
    who = grant.member or ""
    parts = {(who, "points", lot.lot): lot.points for lot in grant.lots}
    parts |= {owned(who, "coupon", coupon.code): 1 for coupon in grant.coupons}
    parts |= {owned(who, LIMIT, key): amount for key, amount in grant.limits.items()}
    for lot in grant.value:
        assert lot.spent == 0, "a leased lot is fresh"
        parts |= {(who, "principal", lot.id): lot.principal, (who, "bonus", lot.id): lot.bonus}
    rights = tuple((right.sale.device, right.sale.seq) for right in grant.refunds)
    return Change({lot: amount for lot, amount in parts.items() if amount}, right=RightChange(granted=rights))


def operation_of(
    till: Till,
    kind: Kind,
    who: str | None,
    postings: Iterable[Posting],
    business_date: str,
    lots: tuple[LotRecord, ...],
    detail: dict[str, Any],
    intent: str | None,
) -> Operation:
    seq = till.ledger.next_seq()
    made = tuple(PostingRecord(account=p.account, asset=p.asset, lot=p.lot, amount=p.amount) for p in postings)
    return Operation(
        device=till.name,
        epoch=till.device.identity.epoch,
        seq=seq,
        kind=kind,
        intent=intent or f"{hash_of(till.name)}{seq:024x}",
        at_ms=NOW_MS + seq,
        clock=ClockQuality.TRUSTED,
        zone="Asia/Shanghai",
        business_date=business_date,
        store=till.device.identity.store,
        member=who,
        lots=lots,
        postings=made,
        detail=detail,
    )
