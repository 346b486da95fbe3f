"""The invariants of a ledger, checked over all of it: what `doctor` asks and every test of the ledger ends with."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw

from loyalty.ledger import Account, Asset
from protocol import chain
from protocol.operation import Operation, OperationError, OperationKey
from terminal.store import grants, value_lots
from terminal.store.booking import owner_of
from terminal.store.ledger_file import connect

_UNBALANCED = "SELECT seq, asset, sum(amount) FROM posting GROUP BY seq, asset HAVING sum(amount) <> 0"
_VALUE = "SELECT lot, principal, bonus, spent, topped_up_on, expires_on, draw, paid_out, bonus_ended FROM value_lot"
_LEFT = "SELECT asset, lot, sum(remaining) FROM lease WHERE asset IN ('principal', 'bonus') GROUP BY asset, lot"
_RELEASES = "SELECT max(json_extract(CAST(bytes AS TEXT), '$.detail.through')) FROM operation WHERE kind = 'release'"
_LOST = "SELECT intent FROM intent WHERE seq IS NOT NULL AND seq NOT IN (SELECT seq FROM operation)"
_USED = "SELECT seq, bytes FROM operation WHERE kind IN ('refund', 'void')"
_GRANTED = "SELECT after_seq, number, body FROM granted"
_AGES = """SELECT subject FROM pin_count GROUP BY subject
HAVING min(version) <> max(version) OR min(reset) <> max(reset) ORDER BY subject"""
_LINKS = """SELECT card FROM link_seen GROUP BY card
HAVING max(counter) > coalesce((SELECT max(counter) FROM card_counter WHERE card = link_seen.card), -1) ORDER BY card"""
_RIGHTS = "SELECT device, epoch, seq, so_far FROM refund_right"


def audit(path: Path) -> list[str]:
    """What is wrong with the ledger, one sentence each; empty when all is well. Reads only. Raises StoreError."""
    connection = connect(path, apsw.SQLITE_OPEN_READONLY)
    try:
        connection.execute("BEGIN")
        found = [*_chain(connection), *_postings(connection), *_file(connection)]
        checks = (_leases, _value, _coupons, _rights, _guesses, _links)
        return found or [said for check in checks for said in check(connection)]
    finally:
        connection.close()


def _chain(connection: apsw.Connection) -> Iterator[str]:
    owner: Any = connection.execute("SELECT device, epoch FROM ledger").fetchall()[0]
    found: Any = connection.execute("SELECT anchor_seq, anchor_hash FROM ledger").fetchall()[0]
    anchor, kept = found
    previous = chain.genesis(*owner) if kept is None else kept
    rows: Any = connection.execute("SELECT seq, hash, bytes FROM operation ORDER BY seq")
    for expected, (seq, digest, data) in enumerate(rows, anchor + 1):
        if seq != expected:
            yield f"operation {expected} is missing"
            return
        if digest != chain.link(previous, data):
            yield f"operation {seq} does not continue the chain"
        previous = digest
        yield from _bytes_agree(connection, seq, data, owner)


def _bytes_agree(connection: apsw.Connection, seq: int, data: bytes, owner: tuple[str, int]) -> Iterator[str]:
    try:
        operation = Operation.decode(data)
    except OperationError as error:
        yield f"operation {seq} cannot be read: {error}"
        return
    if (operation.device, operation.epoch, operation.seq) != (*owner, seq):
        yield f"operation {seq} says it is another's"
    ((kind, member),) = connection.execute("SELECT kind, member FROM operation WHERE seq = ?", (seq,)).fetchall()
    if (kind, member) != (operation.kind.value, operation.member):
        yield f"operation {seq} is filed as a {kind} of {member}"
    booked = "SELECT account, asset, lot, amount FROM posting WHERE seq = ? ORDER BY line"
    said = [(p.account.value, p.asset.value, p.lot, p.amount) for p in operation.postings]
    if connection.execute(booked, (seq,)).fetchall() != said:
        yield f"operation {seq} and its postings differ"


def _postings(connection: apsw.Connection) -> Iterator[str]:
    for seq, asset, total in connection.execute(_UNBALANCED):
        yield f"the {asset} postings of operation {seq} sum to {total}"


def _leases(connection: apsw.Connection) -> Iterator[str]:
    """What each lease holds is what was granted and posted, what was pruned included."""
    fold = {key: total for key, total in _history(connection).items() if total}
    rows: Any = connection.execute("SELECT member, asset, lot, remaining FROM lease WHERE remaining <> 0")
    held = {(member, asset, lot): remaining for member, asset, lot, remaining in rows}
    for key in sorted(fold.keys() | held.keys()):
        whose, what = key[0] or "a bearer", f"{key[1]}, lot {key[2]}"
        if fold.get(key, 0) != held.get(key, 0):
            yield f"the lease of {whose} on {what} is {held.get(key, 0)}, its history says {fold.get(key, 0)}"
        if held.get(key, 0) < 0:
            yield f"the lease of {whose} on {what} is overspent: {held[key]}"


def _history(connection: apsw.Connection) -> dict[tuple[str, str, str], int]:
    fold: dict[tuple[str, str, str], int] = defaultdict(int)
    settled = "SELECT member, asset, lot, amount FROM settled WHERE account = 'lease'"
    for member, asset, lot, amount in connection.execute(settled):
        fold[member, asset, lot] += amount
    for (body,) in connection.execute("SELECT body FROM granted"):
        for member, asset, lot, _earned_on, _expires_on, amount in grants.placed(grants.read(body)):
            fold[member, asset.value, lot] += amount
    cursor = connection.cursor()
    for (data,) in connection.execute("SELECT bytes FROM operation"):
        operation = Operation.decode(data)
        for posting in operation.postings:
            if posting.account is Account.LEASE:
                owner = owner_of(cursor, operation, posting.asset, posting.lot)
                fold[owner, posting.asset.value, posting.lot] += posting.amount
    return fold


def _value(connection: apsw.Connection) -> Iterator[str]:
    """What is left of each lot of value by its own record is what its leases hold."""
    left: dict[Asset, dict[str, int]] = {asset: {} for asset in value_lots.VALUE}
    leases: Any = connection.execute(_LEFT)
    for asset, lot_id, remaining in leases:
        left[Asset(asset)][lot_id] = remaining
    for row in connection.execute(_VALUE):
        try:
            lot = value_lots.read(row)
        except ValueError as error:
            yield str(error)
            continue
        says = (lot.principal_left, lot.bonus_left)
        holds = (left[Asset.PRINCIPAL].pop(lot.id, 0), left[Asset.BONUS].pop(lot.id, 0))
        if says != holds:
            yield f"value lot {lot.id} has {says} left and its leases hold {holds}"
    for which in sorted(left):
        for name, amount in sorted(left[which].items()):
            if amount:
                yield f"the lease of {which} on {name} has no lot of value"


def _coupons(connection: apsw.Connection) -> Iterator[str]:
    twice = "SELECT lot FROM lease WHERE asset = 'coupon' GROUP BY lot HAVING sum(remaining) > 1 ORDER BY lot"
    for (code,) in connection.execute(twice):
        yield f"coupon {code} lies here more than once"


def _rights(connection: apsw.Connection) -> Iterator[str]:
    """Rights to refund are as the newest refund left them, and nothing was given up that no operation gave up."""
    kept: Any = connection.execute("SELECT released_through, anchor_seq FROM ledger").fetchall()[0]
    said: Any = connection.execute(_RELEASES).fetchall()[0][0] or 0
    through, anchor = kept
    if said > through or (not anchor and through != said):
        yield f"rights up to {said} were released, and the ledger says up to {through}"
    newest = _handed_on(connection)
    rights: Any = connection.execute(_RIGHTS)
    for device, epoch, seq, so_far in rights:
        expected = newest.get((device, epoch, seq), so_far)
        if json.loads(so_far) != json.loads(expected):
            yield f"the right to refund {device}.{epoch}.{seq} is not as its newest refund left it"


def _handed_on(connection: apsw.Connection) -> dict[tuple[str, int, int], str]:
    """What each right was after the newest refund or grant of it; those that were pruned are not known."""
    known: list[tuple[int, int, OperationKey, str]] = []
    refunds: Any = connection.execute(_USED)
    for seq, data in refunds:
        detail = Operation.decode(data).detail
        if detail["sale"] is not None:
            known.append((seq, 0, OperationKey.model_validate(detail["sale"]), json.dumps(detail["after"])))
    given: Any = connection.execute(_GRANTED)
    for after_seq, number, body in given:
        known += [(after_seq, number, right.sale, json.dumps(right.so_far)) for right in grants.read(body).refunds]
    ordered = sorted(known, key=lambda each: each[:2])
    return {(sale.device, sale.epoch, sale.seq): so_far for _, _, sale, so_far in ordered}


def _guesses(connection: apsw.Connection) -> Iterator[str]:
    """All that is counted of one member's PIN belongs to one PIN and one reset."""
    for (subject,) in connection.execute(_AGES):
        yield f"the guesses at the PIN of {subject} are of several resets"


def _links(connection: apsw.Connection) -> Iterator[str]:
    rows: Any = connection.execute(_LINKS)
    for (card,) in rows:
        yield f"a link of card {card[:8]} was seen and could be shown again"


def _file(connection: apsw.Connection) -> Iterator[str]:
    for (said,) in connection.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield f"the file: {said}"
    for table, *_ in connection.execute("PRAGMA foreign_key_check"):
        yield f"a row of {table} points to nothing"
    for (intent,) in connection.execute(_LOST):
        yield f"intent {intent} points to nothing"
