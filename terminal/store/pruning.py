"""Pruning: what HQ has held for 35 days goes, up to an anchor that keeps its hash and its sums (sync.md, Upload).

HQ may be restored from a backup of at most 35 days ago, so the time counts from when HQ was known to hold an operation,
by a clock that is trusted; `mark` keeps such moments. Nothing that HQ has not acknowledged ever goes.
"""

from __future__ import annotations

import json
from typing import Any

import apsw

from loyalty.ledger import Account, Asset
from protocol.operation import Operation
from protocol.refund_right import born_right
from protocol.sale_detail import SaleDetailError
from terminal.store import grants
from terminal.store.booking import owner_of
from terminal.store.ledger_file import LedgerFile
from terminal.store.schema import ADD_SETTLED

DAY_MS = 24 * 3600 * 1000
KEPT_MS = 35 * DAY_MS
MARK_EVERY_MS = DAY_MS // 4
AT_ONCE = 200  # operations; the till waits for one such step at most

_NEWEST_MARK = "SELECT coalesce(max(at_ms), ?) FROM mark"
_MARK = "INSERT OR REPLACE INTO mark (at_ms, seq) SELECT ?, acked_seq FROM ledger"
_DUE = "SELECT coalesce(max(mark.seq), 0), anchor_seq FROM ledger LEFT JOIN mark ON mark.at_ms <= ?"
_OLD_MARKS = "DELETE FROM mark WHERE seq <= (SELECT anchor_seq FROM ledger)"
_BYTES = "SELECT bytes FROM operation WHERE seq <= ? ORDER BY seq"
_ITS_RIGHTS = """SELECT bytes FROM operation, ledger WHERE operation.seq <= ? AND kind = 'sale'
AND (operation.seq > released_through OR operation.seq IN (SELECT seq FROM refund_right
  WHERE refund_right.device = ledger.device AND refund_right.epoch = ledger.epoch))
AND operation.seq NOT IN (SELECT seq FROM released)"""
_KEEP_RIGHT = """INSERT INTO refund_right (device, epoch, seq, so_far, sale) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (device, epoch, seq) DO UPDATE SET sale = excluded.sale"""
_ANCHOR = """UPDATE ledger SET anchor_seq = ?1, anchor_hash = (SELECT hash FROM operation WHERE seq = ?1)"""
_GO = (
    "DELETE FROM intent WHERE seq <= ?",
    "DELETE FROM intent WHERE seq IS NULL AND begun_after < ?",  # so HQ has had a later operation for as long
    "DELETE FROM posting WHERE seq <= ?",
    "DELETE FROM operation WHERE seq <= ?",
    "DELETE FROM granted WHERE after_seq < ?",
    "DELETE FROM released WHERE seq <= ?",
    "DELETE FROM lease WHERE remaining = 0 AND coalesce(born, 0) <= ?",
)
_TIDY = (
    "DELETE FROM settled WHERE amount = 0",
    """DELETE FROM value_lot WHERE lot NOT IN (SELECT lot FROM lease WHERE asset IN ('principal', 'bonus'))
    AND lot NOT IN (SELECT lot FROM posting WHERE asset IN ('principal', 'bonus'))""",
    """DELETE FROM coupon WHERE code NOT IN (SELECT lot FROM lease WHERE asset = 'coupon')
    AND code NOT IN (SELECT lot FROM posting WHERE asset = 'coupon')""",
)


def prune(file: LedgerFile, now_ms: int, at_once: int = AT_ONCE) -> int:
    """Let one step of what is due go; returns how many operations went. `now_ms` is by a trusted clock."""
    ((newest_mark,),) = file.rows(_NEWEST_MARK, (now_ms - MARK_EVERY_MS,))
    if newest_mark <= now_ms - MARK_EVERY_MS:
        with file.transaction() as cursor:
            cursor.execute(_MARK, (now_ms,))
    ((due, anchor),) = file.rows(_DUE, (now_ms - KEPT_MS,))
    if due <= anchor:
        return 0
    last = min(due, anchor + at_once)
    with file.transaction() as cursor:
        _settle(cursor, last)
        _keep_rights(cursor, last)
        cursor.execute(_ANCHOR, (last,))
        for statement in _GO:
            cursor.execute(statement, (last,))
        for statement in (*_TIDY, _OLD_MARKS):
            cursor.execute(statement)
    return int(last - anchor)


def _settle(cursor: apsw.Cursor, last: int) -> None:
    """Add up what goes: the leases by grants and postings, and what was used of counted limits."""
    sums: dict[tuple[str, str, str, str], int] = {}

    def add(member: str, account: Account, asset: Asset, lot: str, amount: int) -> None:
        key = (member, account.value, asset.value, lot)
        sums[key] = sums.get(key, 0) + amount

    bodies: Any = cursor.execute("SELECT body FROM granted WHERE after_seq < ?", (last,)).fetchall()
    for (body,) in bodies:
        for member, asset, lot, _earned_on, _expires_on, amount in grants.placed(grants.read(body)):
            add(member, Account.LEASE, asset, lot, amount)
    facts: Any = cursor.execute(_BYTES, (last,)).fetchall()
    for (data,) in facts:
        operation = Operation.model_validate_json(data)
        for posting in operation.postings:
            if posting.account is Account.LEASE:
                owner = owner_of(cursor, operation, posting.asset, posting.lot)
                add(owner, posting.account, posting.asset, posting.lot, posting.amount)
            elif posting.account is Account.USED:
                add(operation.member or "", posting.account, posting.asset, posting.lot, posting.amount)
    cursor.executemany(ADD_SETTLED, [(*key, amount) for key, amount in sums.items() if amount])


def _keep_rights(cursor: apsw.Cursor, last: int) -> None:
    """A sale that can still be refunded here keeps its bytes with the right. One that cannot be read never could."""
    rows: Any = cursor.execute(_ITS_RIGHTS, (last,)).fetchall()
    for (data,) in rows:
        try:
            right = born_right(data)
        except SaleDetailError:
            continue
        key = right.sale
        cursor.execute(_KEEP_RIGHT, (key.device, key.epoch, key.seq, json.dumps(right.so_far), data))
