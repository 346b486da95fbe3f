"""Grants and recalls of HQ, each applied once and in order, in one transaction (sync.md, Leases 1, 6 and 7)."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apsw

from loyalty.ledger import Account, Asset
from protocol.lease import Grant, GrantPage, Recall
from protocol.operation import Kind
from terminal.errors import StoreError
from terminal.store import refund_rights, value_lots
from terminal.store.leases import BEARER, owner_of_limit
from terminal.store.ledger_file import LedgerFile
from terminal.store.schema import ADD_LEASE, ADD_SETTLED

log = logging.getLogger(__name__)
ANSWERS = frozenset({Kind.LEASE_RETURN, Kind.RELEASE})
_GRANTED = "INSERT INTO granted (number, after_seq, body) VALUES (?, ?, ?)"
_SINCE = "SELECT body FROM granted WHERE number > ? ORDER BY number"
_COUPON = """INSERT INTO coupon (code, rule, member, starts_on, expires_on) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (code) DO UPDATE SET rule = excluded.rule, member = excluded.member,
starts_on = excluded.starts_on, expires_on = excluded.expires_on"""
_COUPON_HERE = "SELECT 1 FROM lease WHERE asset = 'coupon' AND lot = ? AND remaining > 0"
_RECALL = "INSERT INTO recall (intent, number, line, member, body) VALUES (?, ?, ?, ?, ?)"
_PENDING = "SELECT intent, number, line, member, body FROM recall ORDER BY number, line"
_ANSWERED = "DELETE FROM recall WHERE intent = ?"


@dataclass(frozen=True)
class PendingRecall:
    """A recall that was not answered yet: of grant `number`, the `line`-th there. The answer carries `intent`."""

    intent: str
    number: int
    line: int
    member: str | None
    recall: Recall


def recall_intent(device: str, epoch: int, number: int, line: int) -> str:
    """The intent of the answer to a recall: always the same, so that it is answered once."""
    return hashlib.sha256(f"recall|{device}|{epoch}|{number}|{line}".encode()).hexdigest()[:32]


def apply_page(file: LedgerFile, page: GrantPage, applied: int, head: int) -> int:
    """Apply the grants above number `applied`; `head` is the newest operation. Returns the newest number.

    Raises StoreError for a gap (ask HQ again from `applied`). A coupon that lies here already stays one coupon: only a
    broken HQ gives it twice, and what else it gives must not wait for that.
    """
    news = [item for item in page.grants if item.number > applied]
    if not news:
        return applied
    for expected, item in enumerate(news, applied + 1):
        if item.number != expected:
            raise StoreError(f"grant {expected} is missing before grant {item.number}: ask HQ again from {applied}")
    newest = news[-1].number
    with file.transaction() as cursor:
        for item in news:
            cursor.execute(_GRANTED, (item.number, head, item.model_dump_json()))
            _apply(cursor, item)
            _note_recalls(cursor, item, page.device, page.epoch)
        cursor.execute("UPDATE ledger SET grants = ?", (newest,))
    return newest


def since(file: LedgerFile, number: int) -> tuple[Grant, ...]:
    """The grants above `number` that are still kept, as HQ sent them."""
    return tuple(read(body) for (body,) in file.rows(_SINCE, (number,)))


def read(body: str) -> Grant:
    """A grant as it is kept."""
    return Grant.model_validate_json(body)


def pending(file: LedgerFile) -> tuple[PendingRecall, ...]:
    """The recalls without an answer, in the order in which they came."""
    rows: Any = file.rows(_PENDING)
    return tuple(
        PendingRecall(intent, number, line, member or None, Recall.model_validate_json(body))
        for intent, number, line, member, body in rows
    )


def answered(cursor: apsw.Cursor, intent: str) -> None:
    """An operation with this intent is being written."""
    cursor.execute(_ANSWERED, (intent,))


def placed(item: Grant) -> Iterator[tuple[str, Asset, str, str | None, str | None, int]]:
    """What a grant adds to the leases: member, asset, lot, amount, and for points between them the lot's dates."""
    member = item.member or BEARER
    for points in item.lots:
        yield member, Asset.POINTS, points.lot, points.earned_on, points.expires_on, points.points
    for value in item.value:
        lot = value.read()
        for asset, amount in ((Asset.PRINCIPAL, lot.principal_left), (Asset.BONUS, lot.bonus_left)):
            if amount:
                yield member, asset, lot.id, None, None, amount
    for coupon in item.coupons:
        yield coupon.holder or BEARER, Asset.COUPON, coupon.code, None, None, 1
    for key, amount in sorted(item.limits.items()):
        yield owner_of_limit(key, member), Asset.LIMIT, key, None, None, amount


def _apply(cursor: apsw.Cursor, item: Grant) -> None:
    known = {coupon.code for coupon in item.coupons if _is_here(cursor, coupon.code)}
    for member, asset, lot, earned_on, expires_on, amount in placed(item):
        if asset is Asset.COUPON and _is_here(cursor, lot):
            log.error("grant %d gives coupon %s, which is here already: it stays one", item.number, lot)
            cursor.execute(ADD_SETTLED, (member, Account.LEASE, asset, lot, -amount))  # for the grant says one more
            continue
        cursor.execute(ADD_LEASE, (member, asset, lot, earned_on, expires_on, None, None, amount))
    for value in item.value:
        value_lots.keep(cursor, item.member or BEARER, value.read())
    for coupon in (each for each in item.coupons if each.code not in known):
        dates = (coupon.starts_on, coupon.expires_on)
        cursor.execute(_COUPON, (coupon.code, coupon.rule, coupon.holder or BEARER, *dates))
    for right in item.refunds:
        refund_rights.grant(cursor, item.number, right)


def _is_here(cursor: apsw.Cursor, coupon: str) -> bool:
    return bool(cursor.execute(_COUPON_HERE, (coupon,)).fetchall())


def _note_recalls(cursor: apsw.Cursor, item: Grant, device: str, epoch: int) -> None:
    for line, recall in enumerate(item.recalls):
        intent = recall_intent(device, epoch, item.number, line)
        body = json.dumps(recall.model_dump(mode="json"))
        cursor.execute(_RECALL, (intent, item.number, line, item.member or BEARER, body))
