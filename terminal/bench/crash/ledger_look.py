"""What a ledger says, all of it, after it has been opened and audited by the real code."""

from __future__ import annotations

import hashlib
from pathlib import Path

import apsw

from terminal.bench.crash.day import open_ledger
from terminal.errors import StoreError
from terminal.store.audit import audit
from terminal.store.ledger_file import connect

NAME = "ledger.db"


def look(folder: Path) -> str | list[str]:
    """A digest of every row of the ledger in `folder`, or what is wrong with it."""
    path = folder / NAME
    try:
        with open_ledger(path):
            return audit(path) or _digest(path)
    except StoreError as error:
        return [str(error)]


def _digest(path: Path) -> str:
    connection = connect(path, apsw.SQLITE_OPEN_READONLY)
    try:
        digest = hashlib.sha256()
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (table,) in tables:
            rows = connection.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2').fetchall()
            digest.update(repr((table, rows)).encode())
        return digest.hexdigest()
    finally:
        connection.close()
