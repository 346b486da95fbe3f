"""Operations and grants for the tests of the store."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from protocol.lease import Grant, GrantLot, GrantPage
from protocol.operation import ClockQuality, Kind, LotRecord, Operation, PostingRecord
from terminal.store.ledger import Ledger

DEVICE, EPOCH = "s01-1-aa", 1
ADA, BEN = "m-ada", "m-ben"
NOON_MS = 1_790_000_000_000
FOREVER_MS = NOON_MS + 10**11
DIGEST = hashlib.sha256(b"body").hexdigest()


def open_ledger(path: Path, vfs: str | None = None) -> Ledger:
    return Ledger.open(path, DEVICE, EPOCH, vfs)


def intent(number: int) -> str:
    return f"{number:032x}"


def posting(account: str, lot: str, amount: int, asset: str = "points") -> PostingRecord:
    return PostingRecord.model_validate({"account": account, "asset": asset, "lot": lot, "amount": amount})


def sale(
    seq: int, member: str | None = ADA, earn: int = 0, draw: dict[str, int] | None = None, **more: Any
) -> Operation:
    """A sale that earns a lot of its own and redeems `draw` (points by lot) with a copyable card."""
    lot = f"{DEVICE}.{EPOCH}.{seq}"
    postings = [posting("issued", lot, -earn), posting("lease", lot, earn)] if earn else []
    for drawn, points in (draw or {}).items():
        postings += [posting("lease", drawn, -points), posting("redeemed", drawn, points)]
    used = sum((draw or {}).values())
    if used:
        limit = "copyable:2026-09-21"
        postings += [posting("used", limit, used, "limit"), posting("limit", limit, -used, "limit")]
    lots = (LotRecord(id=lot, points=earn, earned_on="2026-09-21", expires_on="2028-09-30"),) if earn else ()
    fields: dict[str, Any] = {
        "device": DEVICE,
        "epoch": EPOCH,
        "seq": seq,
        "kind": Kind.SALE,
        "intent": intent(seq),
        "at_ms": NOON_MS + seq,
        "clock": ClockQuality.TRUSTED,
        "zone": "Asia/Shanghai",
        "business_date": "2026-09-21",
        "store": "s01",
        "member": member,
        "lots": lots,
        "postings": tuple(postings),
        "detail": {"lines": [{"gtin": "6901234567892", "quantity": 1, "net": 990}]},
    }
    return Operation(**{**fields, **more})


def append(ledger: Ledger, **more: Any) -> Operation:
    """Append the next sale and return it."""
    operation = sale(ledger.next_seq(), **more)
    ledger.append(operation, DIGEST, {"number": operation.seq})
    return operation


def grants(*amounts: int, first: int = 1, member: str = ADA, lot: str = "g-1") -> GrantPage:
    """A page of one grant for each amount."""
    made = tuple(
        Grant(number=first + n, member=member, lots=(GrantLot(lot=lot, points=points, earned_on="2026-01-01"),))
        for n, points in enumerate(amounts)
    )
    return GrantPage(device=DEVICE, epoch=EPOCH, grants=made, head=first + len(made) - 1)
