"""A ledger of an older schema becomes one of the present, in one transaction: every operation, lease and grant stays.

Schema 1 leased points alone. What other assets its operations moved into the lease is added up from their postings.
Schema 2 did not say when an intent was begun: those that it left count as begun now. Schema 3 knew no member codes and
no PINs: nothing was taken and nothing guessed. Schema 4 remembered no links of cards.
"""

from __future__ import annotations

from typing import Any

import apsw

from protocol.lease import Grant, GrantLot
from terminal.store.schema import INTENTS_AND_LEASES, LEDGER, LINKS, PROOFS, TRIGGERS

_BEFORE = """
DROP TRIGGER operation_is_dense;
DROP TRIGGER operation_no_update; DROP TRIGGER operation_no_delete;
DROP TRIGGER posting_no_update; DROP TRIGGER posting_no_delete;
DROP TRIGGER granted_no_update; DROP TRIGGER granted_no_delete;
ALTER TABLE ledger RENAME TO ledger_1;
ALTER TABLE granted RENAME TO granted_1;
ALTER TABLE lease RENAME TO lease_1;
ALTER TABLE intent RENAME TO intent_1;
ALTER TABLE operation ADD COLUMN kind TEXT NOT NULL DEFAULT 'sale';
UPDATE operation SET kind = json_extract(CAST(bytes AS TEXT), '$.kind')
WHERE json_extract(CAST(bytes AS TEXT), '$.kind') <> 'sale';
"""
_COPY = """
INSERT INTO ledger (id, device, epoch, acked_seq, grants, spend_until_ms)
SELECT id, device, epoch, acked_seq, grants, spend_until_ms FROM ledger_1;
INSERT INTO intent (intent, digest, seq, begun_after)
SELECT intent, digest, seq, CASE WHEN seq IS NULL THEN (SELECT coalesce(max(seq), 0) FROM operation) END FROM intent_1;
INSERT INTO lease (member, asset, lot, earned_on, expires_on, first, born, remaining)
SELECT member, 'points', lot, earned_on, expires_on, first, born, remaining FROM lease_1;
INSERT INTO lease (member, asset, lot, remaining)
SELECT coalesce(operation.member, ''), asset, lot, sum(amount) FROM posting JOIN operation USING (seq)
WHERE account = 'lease' AND asset <> 'points' GROUP BY 1, 2, 3 HAVING sum(amount) > 0;
"""
_GRANTED = """SELECT number, granted_1.member, lot, points, earned_on, expires_on
FROM granted_1 LEFT JOIN lease_1 USING (member, lot) ORDER BY number, line"""
_KEEP = "INSERT INTO granted (number, after_seq, body) SELECT ?, coalesce(max(seq), 0), ? FROM operation"
_FROM_2 = """
ALTER TABLE intent ADD COLUMN begun_after INTEGER;
UPDATE intent SET begun_after = (SELECT max(coalesce((SELECT max(seq) FROM operation), 0), anchor_seq) FROM ledger)
WHERE seq IS NULL;
"""
_AFTER = "DROP TABLE granted_1; DROP TABLE lease_1; DROP TABLE intent_1; DROP TABLE ledger_1;"


def upgrade(cursor: apsw.Cursor, found: int) -> None:
    """From schema `found`, inside a transaction of the caller's, who also notes the version."""
    if found == 1:
        _from_1(cursor)
    elif found == 2:
        cursor.execute(_FROM_2)
    if found < 4:
        cursor.execute(PROOFS)
    cursor.execute(LINKS)


def _from_1(cursor: apsw.Cursor) -> None:
    cursor.execute(_BEFORE)
    cursor.execute(LEDGER + INTENTS_AND_LEASES)
    cursor.execute(_COPY)
    _grants(cursor)
    cursor.execute(_AFTER)
    cursor.execute(TRIGGERS)


def _grants(cursor: apsw.Cursor) -> None:
    """Grants are kept whole from now on. When an old one was applied is not known: it counts as new, to be kept."""
    rows: Any = cursor.execute(_GRANTED).fetchall()
    lots: dict[int, list[GrantLot]] = {}
    members: dict[int, str] = {}
    for number, member, lot, points, earned_on, expires_on in rows:
        members[number] = member
        lots.setdefault(number, []).append(GrantLot(lot=lot, points=points, earned_on=earned_on, expires_on=expires_on))
    for number, given in lots.items():
        grant = Grant(number=number, member=members[number], lots=tuple(given))
        cursor.execute(_KEEP, (number, grant.model_dump_json()))
