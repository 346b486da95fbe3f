"""From a decision to a fact: the operation of an act, and its commit with the answer that its intent gets (sync.md).

What is not committed never happened; an intent that comes again gets the same answer, with another body a conflict.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from loyalty import Moment
from loyalty.ledger import Posting
from protocol import canonical
from protocol.operation import Kind, LotRecord, Operation, PostingRecord
from terminal.counter.phrase import Refusal
from terminal.counter.shop import Shop


@dataclass(frozen=True)
class Act:
    """What was decided. `member` is an id, None for what has no member; `lots` are lots of points with their dates."""

    kind: Kind
    intent: str
    at: Moment
    member: str | None
    postings: tuple[PostingRecord, ...]
    detail: dict[str, Any]
    lots: tuple[LotRecord, ...] = ()


def operation_of(shop: Shop, act: Act) -> Operation:
    """The next operation of this terminal."""
    return Operation(
        device=shop.identity.device,
        epoch=shop.identity.epoch,
        seq=shop.ledger.next_seq(),
        kind=act.kind,
        intent=act.intent,
        at_ms=act.at.utc_ms,
        clock=shop.clock().quality,
        zone=act.at.zone,
        business_date=act.at.business_date().isoformat(),
        store=shop.identity.store,
        member=act.member,
        lots=act.lots,
        postings=act.postings,
        detail=act.detail,
    )


def commit(shop: Shop, operation: Operation, body: object, answer: dict[str, Any], too_large: Refusal) -> None:
    """Commit; when this returns, it is a fact. Raises `too_large` where no operation can hold it, and StoreError."""
    try:
        shop.ledger.append(operation, digest(body), answer)
    except canonical.CanonicalError as error:
        raise too_large from error


def recorded(shop: Shop, intent: str, body: object) -> dict[str, Any] | None:
    """The answer that this intent already has. Raises IntentConflict if it was for another body."""
    return shop.ledger.recorded(intent, digest(body))


def digest(body: object) -> str:
    return hashlib.sha256(canonical.encode(body)).hexdigest()


def posting_records(postings: Iterable[Posting]) -> tuple[PostingRecord, ...]:
    return tuple(PostingRecord(account=p.account, asset=p.asset, lot=p.lot, amount=p.amount) for p in postings)


def new_lot_id(shop: Shop) -> str:
    """The name of the lot that the next operation makes: no other device or epoch makes the same."""
    return f"{shop.identity.device}.{shop.identity.epoch}.{shop.ledger.next_seq()}"
