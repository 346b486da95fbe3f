"""Opening a ledger: make it, or find out that it is ours, that we can read it and that its end is whole."""

from __future__ import annotations

import apsw

from protocol import chain
from terminal.errors import StorageBroken, StoreError
from terminal.store.ledger_file import LedgerFile
from terminal.store.schema import SCHEMA, VERSION
from terminal.store.upgrade import upgrade

TAIL = 100  # operations whose chain is checked at every start; `audit` checks all
PROBLEMS_SHOWN = 3


def prepare(file: LedgerFile, device: str, epoch: int) -> None:
    """Make a new ledger of (device, epoch), or check that this is one: the file, its owner, the end of its chain.

    One of an older release is brought up to date. Raises StoreError.
    """
    (found,) = file.rows("PRAGMA user_version")[0]
    if found == 0:
        _create(file, device, epoch)
    elif found > VERSION:
        raise StoreError(f"{file.path} was written by a newer release (schema {found}, this one reads {VERSION})")
    else:
        _check_file(file)
    owner = file.rows("SELECT device, epoch FROM ledger")
    if owner != [(device, epoch)]:
        theirs = f"{owner[0][0]}, epoch {owner[0][1]}" if owner else "nobody"
        raise StoreError(f"{file.path} belongs to {theirs}; this terminal is {device}, epoch {epoch}: move it away")
    if 0 < found < VERSION:
        _upgrade(file, found)
    _check_tail(file, chain.genesis(device, epoch))


def _create(file: LedgerFile, device: str, epoch: int) -> None:
    try:
        with file.transaction() as cursor:
            cursor.execute(SCHEMA)
            cursor.execute("INSERT INTO ledger (id, device, epoch) VALUES (1, ?, ?)", (device, epoch))
            cursor.execute(f"PRAGMA user_version = {VERSION}")
    except apsw.SQLError as error:
        raise StoreError(f"{file.path} is another kind of database: move it away ({error})") from error


def _upgrade(file: LedgerFile, found: int) -> None:
    with file.transaction() as cursor:
        upgrade(cursor, found)
        cursor.execute(f"PRAGMA user_version = {VERSION}")


def _check_file(file: LedgerFile) -> None:
    """SQLite's own quick check: the pages hang together and the rows keep to their CHECKs."""
    said = [row[0] for row in file.rows(f"PRAGMA quick_check({PROBLEMS_SHOWN})")]
    if said != ["ok"]:
        raise StorageBroken(f"{file.path} is damaged: keep the file and have it looked at ({'; '.join(said)})")


def _check_tail(file: LedgerFile, genesis: bytes) -> None:
    ((before, anchor),) = file.rows("SELECT anchor_seq, anchor_hash FROM ledger")
    newest = file.rows("SELECT seq, hash, bytes FROM operation ORDER BY seq DESC LIMIT ?", (TAIL + 1,))
    rows, previous = newest[::-1], anchor or genesis
    if len(rows) > TAIL:
        before, previous = rows[0][0], rows[0][1]
        rows = rows[1:]
    for seq, digest, data in rows:
        if seq != before + 1:
            raise StoreError(f"{file.path} is damaged: operation {before + 1} is missing; keep the file for service")
        if digest != chain.link(previous, data):
            raise StoreError(f"{file.path} is damaged: operation {seq} was changed; keep the file for service")
        before, previous = seq, digest
