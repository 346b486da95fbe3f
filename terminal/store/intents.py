"""Intents: the same wish gets the same answer, another wish under the same name is refused (sync.md, Operations)."""

from __future__ import annotations

import json
from typing import Any

import apsw

from protocol.operation import Operation
from terminal.errors import IntentConflict
from terminal.store.ledger_file import LedgerFile
from terminal.store.schema import FINISH_INTENT

_FOUND = "SELECT digest, answer FROM intent LEFT JOIN operation USING (seq) WHERE intent = ?"
_BEGIN = """INSERT INTO intent (intent, digest, begun_after)
SELECT ?, ?, max(coalesce((SELECT max(seq) FROM operation), 0), anchor_seq) FROM ledger"""


def find(file: LedgerFile, intent: str) -> tuple[str, dict[str, Any] | None] | None:
    """The digest of the body that began an intent, and its answer once it is done."""
    rows = file.rows(_FOUND, (intent,))
    if not rows:
        return None
    digest, answer = rows[0]
    return digest, None if answer is None else json.loads(answer)


def recorded(file: LedgerFile, intent: str, body_digest: str) -> dict[str, Any] | None:
    """The answer that this intent has had. Raises IntentConflict if it belongs to another body."""
    found = find(file, intent)
    if found is None:
        return None
    digest, answer = found
    if digest != body_digest:
        raise _conflict(intent)
    return answer


def begin(file: LedgerFile, intent: str, body_digest: str) -> dict[str, Any] | None:
    """As `recorded`; a new intent is on the disk when this returns."""
    if find(file, intent) is None:
        with file.transaction() as cursor:
            cursor.execute(_BEGIN, (intent, body_digest))
        return None
    return recorded(file, intent, body_digest)


def finish(cursor: apsw.Cursor, operation: Operation, body_digest: str) -> None:
    """Tie the intent to its operation. Raises IntentConflict if it has one already or belongs to another body."""
    cursor.execute(FINISH_INTENT, (operation.intent, body_digest, operation.seq))
    if cursor.connection.changes() == 0:
        raise _conflict(operation.intent)


def _conflict(intent: str) -> IntentConflict:
    return IntentConflict(f"intent {intent} was already used for something else: begin a new one")
