"""Leases: parts of a member's balance and rights placed at one terminal, and what HQ wants back (sync.md, Leases)."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from pydantic import Field

from loyalty.ledger import Asset
from protocol.canonical import MAX_BYTES
from protocol.operation import Identifier, Int64, IsoDate, Message, OperationKey, later
from protocol.sale_records import CouponRecord, ValueLotRecord

SPEND_UNTIL = "spend_until"  # purpose of the signed document
Amount = Annotated[int, Field(gt=0, lt=2**63)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
MOST_DIGESTS = 5000  # in one message


class GrantLot(Message):
    lot: Identifier
    points: Amount
    earned_on: IsoDate
    expires_on: IsoDate | None = None


class RefundRight(Message):
    """The right to refund a sale (D30): the sale's own bytes as text, and what came back so far (`so_far_json`)."""

    sale: OperationKey
    operation: Annotated[str, Field(max_length=MAX_BYTES)]
    so_far: dict[str, Any]


class Recall(Message):
    """HQ wants up to `amount` of a lease back: the terminal answers with a LEASE_RETURN, or a RELEASE for `sale`.

    Value comes back by whole lots. `lot` is the id of the lot, the coupon's code or the limit's key; with `sale` both
    asset and lot are None.
    """

    asset: Asset | None = Field(default=None, strict=False)
    lot: Identifier | None = None
    amount: Count = 0
    sale: OperationKey | None = None


class Grant(Message):
    """`number` is dense from 1 per (device, epoch); a terminal applies each once, in order.

    `lots` are points, `value` fresh lots of stored value, `limits` counted rights by key, room for top-ups included.
    `member` None is for what has no member: shared limits, bearer coupons, rights to refund a guest's sale.
    """

    number: Annotated[int, Field(ge=1)]
    member: Identifier | None
    lots: tuple[GrantLot, ...] = Field(default=(), strict=False)
    value: tuple[ValueLotRecord, ...] = later((), strict=False)
    coupons: tuple[CouponRecord, ...] = later((), strict=False)
    limits: dict[Identifier, Amount] = later({})
    refunds: tuple[RefundRight, ...] = later((), strict=False)
    recalls: tuple[Recall, ...] = later((), strict=False)


class Whereabouts(Message):
    """Where a right lies that was asked for and not given: the terminal, its store, and when HQ last heard of it."""

    device: Identifier
    store: Identifier
    last_contact_ms: Int64 | None


class GrantPage(Message):
    """Grants after the asked number, in order; `head` is the newest number at HQ."""

    device: Identifier
    epoch: Int64
    grants: tuple[Grant, ...] = Field(strict=False)
    head: Int64
    held_by: Whereabouts | None = later(None)


class Reported(Message):
    """HQ's answer to a page of grants that it had forgotten: the number of the newest that it knows now."""

    granted: Count


class KeptGrants(Message):
    """Which grants a terminal has applied and still keeps, from number `first` on: a digest of each.

    `rights` are the sales whose right to refund came by one of these and lies here now, before operation `next_seq` is
    made. The answer is Reported: HQ's newest number, once it has taken back what this terminal never applied.
    """

    device: Identifier
    epoch: Int64
    first: Annotated[int, Field(ge=1, lt=2**63)]
    digests: tuple[Digest, ...] = Field(strict=False, max_length=MOST_DIGESTS)
    rights: tuple[OperationKey, ...] = Field(default=(), strict=False, max_length=MOST_DIGESTS)
    next_seq: Annotated[int, Field(ge=1, lt=2**63)]


class GrantAsk(Message):
    """A terminal online asks for more; the answer is a GrantPage, maybe without a new grant.

    `points` and `value` (minor units of stored value) of `member`, `limits` by key, `coupons` by code, and the right
    to refund `sale`. Grants above number `after` are on their way and count.
    """

    member: Identifier | None
    points: Count = 0
    after: Count
    value: Count = later(0)
    limits: dict[Identifier, Amount] = later({})
    coupons: tuple[Identifier, ...] = later((), strict=False)
    sale: OperationKey | None = later(None)


class SpendUntil(Message):
    """Signed by HQ with purpose `spend_until`: after `until_ms` this device spends no lease (rule 4)."""

    device: Identifier
    epoch: Int64
    until_ms: Int64
    issued_ms: Int64


def grant_digest(grant: Grant) -> str:
    """Tells grants of one number apart: their content, not how it was written down."""
    data = json.dumps(grant.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(data.encode()).hexdigest()[:16]
