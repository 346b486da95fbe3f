"""Grants of every right and the operations that move them, for the tests of the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty.ledger import Posting
from loyalty.value import ValueLot
from loyalty.value_move import ValueMove, issue_value
from protocol.lease import Grant, GrantPage
from protocol.operation import Kind, Operation, OperationKey, PostingRecord
from protocol.sale_records import ValueLotRecord
from terminal.store.ledger import Ledger
from tests.terminal.store.material import ADA, DEVICE, DIGEST, EPOCH, posting, sale

WHEN = "2026-09-21"
PURSE = ValueLot("g-v", principal=10_000, bonus=2_000, spent=0, topped_up_on="2026-03-01", expires_on="2027-03-31")


def page(*given: Grant) -> GrantPage:
    return GrantPage(device=DEVICE, epoch=EPOCH, grants=given, head=given[-1].number)


def grant(number: int, member: str | None = ADA, **gives: Any) -> Grant:
    return Grant(number=number, member=member, **gives)


def value_grant(number: int, lot: ValueLot = PURSE, member: str | None = ADA) -> Grant:
    return grant(number, member, value=(ValueLotRecord.of(lot),))


def records(postings: Sequence[Posting]) -> tuple[PostingRecord, ...]:
    return tuple(PostingRecord(account=p.account, asset=p.asset, lot=p.lot, amount=p.amount) for p in postings)


def moved(before: ValueLot, after: ValueLot) -> tuple[PostingRecord, ...]:
    return records(ValueMove(before, after).postings())


def issued(lot: ValueLot) -> tuple[PostingRecord, ...]:
    return records(issue_value(lot))


def back(asset: str, lot: str, amount: int) -> tuple[PostingRecord, ...]:
    """Out of the lease, into HQ's pool."""
    return posting("lease", lot, -amount, asset), posting("pool", lot, amount, asset)


def act(ledger: Ledger, kind: Kind, **more: Any) -> Operation:
    """Append an operation of any kind and return it."""
    operation = sale(ledger.next_seq(), kind=kind, **{"detail": {}, **more})
    ledger.append(operation, DIGEST, {"number": operation.seq})
    return operation


def bought(**state: Any) -> dict[str, Any]:
    """The detail of a sale of 9.90 in cash, as far as a right to refund and its lots of value need it."""
    return {
        "basket": {"lines": [], "removed": [], "points": 0},
        "member": None,
        "state": {"assurance": "P0", "copyable_used": 0, "lots": [], **state},
        "cutoff_hours": 4,
        "programme_version": 1,
        "engine": "1",
        "tenders": [{"kind": "cash", "amount": 990}],
        "quote": {},
        "receipt": {"rounding": 0, "change": 0},
    }


def key(seq: int, device: str = DEVICE, epoch: int = EPOCH) -> OperationKey:
    return OperationKey(device=device, epoch=epoch, seq=seq)


def refund_detail(sale_key: OperationKey, so_far: dict[str, Any], back_minor: int, **more: Any) -> dict[str, Any]:
    """One more unit of line 1 came back."""
    units = so_far["lines"][0]["back"] if so_far["lines"] else 0
    after = {**so_far, "lines": [{"no": 1, "back": units + 1}], "value": so_far["value"] + back_minor}
    return {"sale": sale_key.model_dump(), "so_far": so_far, "after": after, **more}
