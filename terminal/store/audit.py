"""The invariants of a ledger, checked over all of it: what `doctor` asks and every test of the ledger ends with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw

from protocol import chain
from protocol.operation import Operation, OperationError
from terminal.store.ledger_file import connect

_UNBALANCED = "SELECT seq, asset, sum(amount) FROM posting GROUP BY seq, asset HAVING sum(amount) <> 0"
_FOLD = """SELECT member, lot, sum(points) FROM (
  SELECT member, lot, points FROM granted
  UNION ALL
  SELECT member, lot, amount FROM posting JOIN operation USING (seq) WHERE account = 'lease' AND asset = 'points'
) GROUP BY member, lot"""


def audit(path: Path) -> list[str]:
    """What is wrong with the ledger, one sentence each; empty when all is well. Reads only. Raises StoreError."""
    connection = connect(path, apsw.SQLITE_OPEN_READONLY)
    try:
        connection.execute("BEGIN")
        return [*_chain(connection), *_postings(connection), *_leases(connection), *_file(connection)]
    finally:
        connection.close()


def _chain(connection: apsw.Connection) -> Iterator[str]:
    owner: Any = connection.execute("SELECT device, epoch FROM ledger").fetchall()[0]
    previous = chain.genesis(*owner)
    rows: Any = connection.execute("SELECT seq, hash, bytes FROM operation ORDER BY seq")
    for expected, (seq, digest, data) in enumerate(rows, 1):
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
    booked = "SELECT account, asset, lot, amount FROM posting WHERE seq = ? ORDER BY line"
    said = [(p.account.value, p.asset.value, p.lot, p.amount) for p in operation.postings]
    if connection.execute(booked, (seq,)).fetchall() != said:
        yield f"operation {seq} and its postings differ"


def _postings(connection: apsw.Connection) -> Iterator[str]:
    for seq, asset, total in connection.execute(_UNBALANCED):
        yield f"the {asset} postings of operation {seq} sum to {total}"


def _leases(connection: apsw.Connection) -> Iterator[str]:
    sums: Any = connection.execute(_FOLD)
    fold = {(member, lot): total for member, lot, total in sums if total}
    rows: Any = connection.execute("SELECT member, lot, remaining FROM lease WHERE remaining <> 0")
    held = {(member, lot): remaining for member, lot, remaining in rows}
    for key in sorted(fold.keys() | held.keys()):
        if fold.get(key, 0) != held.get(key, 0):
            yield f"the lease of {key[0]} on lot {key[1]} is {held.get(key, 0)}, its history says {fold.get(key, 0)}"
        if held.get(key, 0) < 0:
            yield f"the lease of {key[0]} on lot {key[1]} is overspent: {held[key]}"


def _file(connection: apsw.Connection) -> Iterator[str]:
    for (said,) in connection.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield f"the file: {said}"
    for table, *_ in connection.execute("PRAGMA foreign_key_check"):
        yield f"a row of {table} points to nothing"
