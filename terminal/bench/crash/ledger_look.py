"""What a ledger says, all of it, after it has been opened and audited by the real code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from terminal.bench.crash.day import open_ledger
from terminal.errors import StoreError
from terminal.store.audit import audit
from terminal.store.ledger_file import connect

NAME = "ledger.db"


@dataclass
class LedgerLook:
    """Opens and reads each ledger; audits each content once, and its pages and indexes every time."""

    audited: dict[str, list[str]] = field(default_factory=dict)

    def __call__(self, folder: Path) -> str | list[str]:
        """A digest of every row of the ledger in `folder`, or what is wrong with it."""
        path = folder / NAME
        try:
            with open_ledger(path):
                said, digest = _read(path)
                if digest not in self.audited:
                    self.audited[digest] = audit(path)
        except StoreError as error:
            return [str(error)]
        return [*said, *self.audited[digest]] or digest


def _read(path: Path) -> tuple[list[str], str]:
    """What SQLite says of the file, if it is not well, and a digest of all rows."""
    connection = connect(path, apsw.SQLITE_OPEN_READONLY)
    try:
        said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        digest = hashlib.sha256()
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (table,) in tables:
            rows = sorted(map(repr, connection.execute(f'SELECT * FROM "{table}"')))
            digest.update(repr((table, rows)).encode())
    except apsw.Error as error:
        return [f"it cannot be read: {error}"], ""
    finally:
        connection.close()
    return said, digest.hexdigest()
