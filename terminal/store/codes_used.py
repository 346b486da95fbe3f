"""Member codes that were taken here: each is taken once, and that outlives a power cut (cards.md, Dynamic member code).

A code is on the disk before it is accepted. It is forgotten when the time that has surely passed is beyond the last
moment at which it could be taken, or when there are too many; the newest such moment is kept, and no code that was good
no longer than that is taken again, whatever a clock says.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import apsw

from terminal.store.ledger_file import LedgerFile

MOST = 5000  # codes live for two minutes: no till takes so many

_FORGOTTEN = "SELECT good_until_s FROM code_forgotten"
_SURPLUS = "SELECT good_until_s FROM code_used ORDER BY good_until_s DESC LIMIT 1 OFFSET ?"
_NEWEST = "SELECT max(good_until_s) FROM code_used WHERE good_until_s <= ?"
_FORGET = "UPDATE code_forgotten SET good_until_s = ?1 WHERE good_until_s < ?1"
_DELETE = "DELETE FROM code_used WHERE good_until_s <= ?"
_INSERT = "INSERT INTO code_used (digest, good_until_s) VALUES (?, ?) ON CONFLICT DO NOTHING"


class CodeUse(StrEnum):
    """What became of a code."""

    FIRST = "first"  # take it: it is on the disk that it was taken
    AGAIN = "again"  # it was taken here before
    FORGOTTEN = "forgotten"  # so old that nobody knows whether it was: show a fresh one


class CodesUsed:
    """The part of a ledger that remembers codes. The ledger's one thread uses it; errors are the ledger's."""

    def __init__(self, file: LedgerFile, most: int = MOST) -> None:
        self._file, self._most = file, most

    def use(self, digest: bytes, good_until_s: int, surely_s: int) -> CodeUse:
        """Take a code, if it may be. `digest` (SHA-256) names it, `good_until_s` is the last second at which any
        terminal may take it, `surely_s` the time that has surely passed. Raises StorageFull: then it is not taken."""
        with self._file.transaction() as cursor:
            self._forget(cursor, surely_s)
            rows: Any = cursor.execute(_FORGOTTEN).fetchall()
            if good_until_s <= rows[0][0]:
                return CodeUse.FORGOTTEN
            cursor.execute(_INSERT, (digest, good_until_s))
            return CodeUse.FIRST if cursor.connection.changes() else CodeUse.AGAIN

    def _forget(self, cursor: apsw.Cursor, surely_s: int) -> None:
        """Make room for one: what surely cannot be taken any more goes, and the oldest of too many."""
        surplus: Any = cursor.execute(_SURPLUS, (self._most - 1,)).fetchall()
        until = max([surely_s - 1, *(row[0] for row in surplus)])
        rows: Any = cursor.execute(_NEWEST, (until,)).fetchall()
        ((newest,),) = rows
        if newest is not None:  # not `until`: a clock that is years ahead must not refuse what is yet to come
            cursor.execute(_FORGET, (newest,))
            cursor.execute(_DELETE, (newest,))
