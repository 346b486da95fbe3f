"""Lots of stored value as they stand here: each follows from the postings that moved it (D24; sync.md, Leases)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import apsw

from loyalty.ledger import Account, Asset
from loyalty.value import Draw, ValueLot
from protocol.operation import Operation, PostingRecord
from protocol.sale_records import ValueLotRecord
from terminal.store.ledger_file import LedgerFile

VALUE = frozenset({Asset.PRINCIPAL, Asset.BONUS})
_COLUMNS = "lot, principal, bonus, spent, topped_up_on, expires_on, draw, paid_out, bonus_ended"
_OF_MEMBER = f"SELECT {_COLUMNS} FROM value_lot WHERE member = ?"
_ONE = f"SELECT {_COLUMNS} FROM value_lot WHERE lot = ?"
_KEEP = f"""INSERT INTO value_lot (member, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (lot) DO UPDATE SET principal = excluded.principal, bonus = excluded.bonus, spent = excluded.spent,
paid_out = excluded.paid_out, bonus_ended = excluded.bonus_ended"""
_ENDED = (Account.EXPIRED, Account.CANCELLED)
_NOT_IN_IT = (Account.POOL, Account.MOVED, Account.ISSUED)


def lots_of(file: LedgerFile, member: str) -> list[ValueLot]:
    """Every lot of the member that was ever here, also those with nothing left."""
    return [read(row) for row in file.rows(_OF_MEMBER, (member,))]


def lot_here(file: LedgerFile, lot: str) -> ValueLot | None:
    """The lot as it stands here; None if nothing of it was ever here."""
    rows = file.rows(_ONE, (lot,))
    return read(rows[0]) if rows else None


def read(row: tuple[Any, ...]) -> ValueLot:
    """A row of the lot's columns, in their order."""
    lot, principal, bonus, spent, topped_up_on, expires_on, draw, paid_out, bonus_ended = row
    return ValueLot(lot, principal, bonus, spent, topped_up_on, expires_on, Draw(draw), paid_out, bonus_ended)


def keep(cursor: apsw.Cursor, member: str, lot: ValueLot) -> None:
    """Write the lot as it stands now."""
    size = (lot.principal, lot.bonus, lot.spent)
    terms = (lot.topped_up_on, lot.expires_on, lot.draw.value, lot.paid_out, lot.bonus_ended)
    cursor.execute(_KEEP, (member, lot.id, *size, *terms))


def book(cursor: apsw.Cursor, operation: Operation, owners: dict[str, str]) -> None:
    """Move every lot that the operation touches. `owners` says whose each is."""
    moves: dict[str, list[PostingRecord]] = {}
    for posting in operation.postings:
        if posting.asset in VALUE:
            moves.setdefault(posting.lot, []).append(posting)
    for lot, postings in moves.items():
        rows = cursor.execute(_ONE, (lot,)).fetchall()
        before = read(rows[0]) if rows else as_written(operation, lot)
        after = moved(before, postings)
        _check(before, after, postings)
        keep(cursor, owners[lot], after)


def moved(lot: ValueLot, postings: Iterable[PostingRecord]) -> ValueLot:
    """The lot after the postings of one operation.

    What is issued makes it larger, what goes to HQ's pool makes it smaller, as if that part had never been in it: the
    rest of its record stays what was spent, so that a later refund can wind it back.
    """
    sums: dict[tuple[Asset, Account], int] = defaultdict(int)
    for posting in postings:
        sums[posting.asset, posting.account] += posting.amount
    gone = {
        asset: sum(sums[asset, place] for place in (Account.POOL, Account.MOVED, Account.ISSUED)) for asset in VALUE
    }
    ended = {asset: sum(sums[asset, place] for place in _ENDED) for asset in VALUE}
    return ValueLot(
        id=lot.id,
        principal=lot.principal - gone[Asset.PRINCIPAL] - ended[Asset.PRINCIPAL],
        bonus=lot.bonus - gone[Asset.BONUS],
        spent=lot.spent + sum(sums[asset, Account.REDEEMED] for asset in VALUE),
        topped_up_on=lot.topped_up_on,
        expires_on=lot.expires_on,
        draw=lot.draw,
        paid_out=lot.paid_out + sums[Asset.PRINCIPAL, Account.PAID_OUT],
        bonus_ended=lot.bonus_ended + ended[Asset.BONUS],
    )


def as_written(operation: Operation, lot: str) -> ValueLot:
    """A lot that is new here, with the terms that the operation says and, where it comes back, what was spent of it.

    A top-up writes its new lot under `lot`, a refund what it knew under `known`. Without either it is proportional
    and never expires.
    """
    made = operation.detail.get("lot")
    if isinstance(made, dict) and made.get("id") == lot:
        terms = ValueLotRecord.model_validate(made).read()
        return ValueLot(lot, 0, 0, 0, terms.topped_up_on, terms.expires_on, terms.draw)
    known = operation.detail.get("known", {}).get("value", [])
    found = next((each for each in known if each["id"] == lot), None)
    if found is not None:
        return ValueLotRecord.model_validate(found).read()
    return ValueLot(lot, 0, 0, 0, operation.business_date)


def _check(before: ValueLot, after: ValueLot, postings: list[PostingRecord]) -> None:
    leased = dict.fromkeys(VALUE, 0)
    for posting in postings:
        if posting.account is Account.LEASE:
            leased[posting.asset] += posting.amount
    moved_here = {
        Asset.PRINCIPAL: after.principal_left - before.principal_left,
        Asset.BONUS: after.bonus_left - before.bonus_left,
    }
    assert leased == moved_here, f"value lot {after.id} moves by {moved_here} and its postings say {leased}"
