"""The answer to a recall: what HQ wants back leaves the lease, as far as it is here (sync.md, Leases 5, 6 and 11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from loyalty.ledger import Account, Asset, Posting
from protocol.lease import Recall
from protocol.movements import LeaseReturnDetail, ReleaseDetail
from protocol.operation import Kind
from terminal.counter.act import Act, posting_records
from terminal.counter.shop import Shop
from terminal.store.grants import PendingRecall
from terminal.store.held import Held

VALUE = frozenset({Asset.PRINCIPAL, Asset.BONUS})


def answer_to(shop: Shop, pending: PendingRecall) -> Act:
    """The act that answers. Where nothing is left here it moves nothing, and HQ knows that too."""
    recall = pending.recall
    if recall.sale is not None:
        here = shop.ledger.refund_right(recall.sale) is not None
        released = ReleaseDetail(sales=(recall.sale,) if here else (), recall=pending.number)
        return _act(shop, Kind.RELEASE, pending, (), released.model_dump(mode="json"))
    held = shop.ledger.held(pending.member) if pending.member is not None else shop.ledger.bearer()
    returned = LeaseReturnDetail(recall=pending.number)
    return _act(shop, Kind.LEASE_RETURN, pending, returned_postings(held, recall), returned.model_dump(mode="json"))


def returned_postings(held: Held, recall: Recall) -> tuple[Posting, ...]:
    """What goes back of what is held: up to the amount, of value whole lots. What expires last goes first."""
    postings: list[Posting] = []
    left = recall.amount
    if recall.asset in VALUE:
        for value in reversed(held.value):
            if recall.lot == value.id or (recall.lot is None and left > 0):
                left -= value.left
                for asset, amount in ((Asset.PRINCIPAL, value.principal_left), (Asset.BONUS, value.bonus_left)):
                    postings += _back(asset, value.id, amount)
        return tuple(postings)
    for lot, amount in _counted(held, recall.asset):
        if recall.lot in (None, lot):
            part = min(amount, left)
            left -= part
            postings += _back(recall.asset, lot, part)
    return tuple(postings)


def _counted(held: Held, asset: Asset | None) -> Iterable[tuple[str, int]]:
    if asset is Asset.POINTS:
        return [(lot.id, lot.points) for lot in reversed(held.points)]
    if asset is Asset.COUPON:
        return [(coupon.code, 1) for coupon in held.coupons]
    return sorted(held.limits.items()) if asset is Asset.LIMIT else ()


def _back(asset: Asset | None, lot: str, amount: int) -> Iterator[Posting]:
    if asset is not None and amount:
        yield Posting(Account.LEASE, asset, lot, -amount)
        yield Posting(Account.POOL, asset, lot, amount)


def _act(shop: Shop, kind: Kind, pending: PendingRecall, postings: Iterable[Posting], detail: dict[str, Any]) -> Act:
    member = None if kind is Kind.RELEASE else pending.member
    return Act(kind, pending.intent, shop.moment(), member, posting_records(postings), detail)
