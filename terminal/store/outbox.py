"""What waits for HQ, read from `ledger.db` by the sync agent: another process, which never writes the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import apsw

from protocol import chain
from protocol.operation import OperationKey
from terminal.errors import ChainDiverged, StoreError
from terminal.store.ledger_file import BUSY_MS, Rows, connect, failure_of

AT_ONCE = 50  # operations read at a time: the limit in bytes usually ends a batch long before the one in operations
_HEAD = "max(coalesce((SELECT max(seq) FROM operation), 0), anchor_seq)"
_RIGHTS = f"""SELECT here.next_seq, device, epoch, seq FROM (SELECT {_HEAD} + 1 AS next_seq FROM ledger) AS here
LEFT JOIN refund_right ON granted BETWEEN ? AND ? ORDER BY device, epoch, seq"""
_PIN_COUNTS = """SELECT subject, version, reset, sum(wrong * (terminal = ?)), max(last_ms) FROM pin_count
WHERE subject NOT GLOB 'unknown:*' GROUP BY subject, version, reset ORDER BY subject"""
_LINKS = "SELECT number, card, counter, from_ms, until_ms FROM link_seen WHERE number > ? ORDER BY number LIMIT ?"
_AFTER = "SELECT bytes FROM operation WHERE seq > ? ORDER BY seq LIMIT ?"


@dataclass(frozen=True)
class Pending:
    """Operations from number `first`, in order; `previous_hash` is the chain hash before them. May be empty."""

    first: int
    previous_hash: bytes
    operations: tuple[bytes, ...]


@dataclass(frozen=True)
class Position:
    """The newest operation, what HQ has acknowledged, and the newest grant in the leases.

    Operations up to `anchor` were pruned: only those above it can be read.
    """

    head: int
    acked: int
    grants: int
    anchor: int = 0


class OutboxReader:
    """A read-only view that sees each commit at once. Raises StoreError while there is no ledger yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            raise StoreError(f"{path} is not there yet: the terminal service makes it")
        self._connection = connect(path, apsw.SQLITE_OPEN_READONLY)
        self._connection.set_busy_timeout(BUSY_MS)
        self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)  # checkpoints belong to the writer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def position(self) -> Position:
        question = f"SELECT {_HEAD}, acked_seq, grants, anchor_seq FROM ledger"
        (row,) = self._rows(question)
        return Position(*row)

    def pending(self, acked_seq: int, limit_operations: int, limit_bytes: int) -> Pending:
        """Operations above `acked_seq`, at most so many and so many bytes, but one at least if there is any.

        Raises ChainDiverged if the ledger has no operation `acked_seq`.
        """
        previous = self.hash_at(acked_seq)
        operations: list[bytes] = []
        left = limit_bytes
        while len(operations) < limit_operations:
            here = acked_seq + len(operations)
            some = self._rows(_AFTER, (here, min(AT_ONCE, limit_operations - len(operations))))
            for (data,) in some:
                left -= len(data)
                if operations and left < 0:
                    return Pending(acked_seq + 1, previous, tuple(operations))
                operations.append(data)
            if len(some) < AT_ONCE:
                break
        return Pending(acked_seq + 1, previous, tuple(operations))

    def holder(self) -> tuple[str, int, int]:
        """Whose ledger it is, device and epoch, and the number of its newest grant."""
        ((device, epoch, grants),) = self._rows("SELECT device, epoch, grants FROM ledger")
        return str(device), int(epoch), int(grants)

    def grants_since(self, number: int, limit_bytes: int) -> tuple[str, ...]:
        """The grants above `number` as HQ sent them, JSON, in order: so many bytes, but one if there is any."""
        found: list[str] = []
        for (body,) in self._rows("SELECT body FROM granted WHERE number > ? ORDER BY number LIMIT 200", (number,)):
            if found and sum(map(len, found)) + len(body) > limit_bytes:
                break
            found.append(body)
        return tuple(found)

    def kept_grants(self, after: int, limit: int) -> tuple[tuple[int, str], ...]:
        """Number and JSON of grants above `after` that are still kept, in order, at most so many. No number is left
        out: what is gone was below them all."""
        kept = "SELECT number, body FROM granted WHERE number > ? ORDER BY number LIMIT ?"
        return tuple(self._rows(kept, (after, limit)))

    def rights_by(self, first: int, last: int) -> tuple[int, tuple[OperationKey, ...]]:
        """The number of the next operation, and the sales whose right to refund came by the grants `first` to `last`
        and lies here now: both of one moment."""
        rows = self._rows(_RIGHTS, (first, last))
        keys = ((device, epoch, seq) for _, device, epoch, seq in rows if device is not None)
        return rows[0][0], tuple(OperationKey(device=device, epoch=epoch, seq=seq) for device, epoch, seq in keys)

    def hash_at(self, seq: int) -> bytes:
        """The chain hash after operation `seq`; 0 is the beginning. Raises ChainDiverged if there is no such one, or it
        was pruned."""
        ((device, epoch, anchor, kept),) = self._rows("SELECT device, epoch, anchor_seq, anchor_hash FROM ledger")
        if seq == anchor:
            return chain.genesis(device, epoch) if kept is None else bytes(kept)
        rows = self._rows("SELECT hash FROM operation WHERE seq = ?", (seq,))
        if not rows:
            raise ChainDiverged(f"HQ speaks of operation {seq} and the ledger has no such one")
        found: bytes = rows[0][0]
        return found

    def pin_counts(self, terminal: str) -> list[tuple[str, int, int, int, int]]:
        """What this terminal counted of guesses at members' PINs: member, version, reset, wrong ones, the newest."""
        return [
            (str(member), version, reset, wrong, last_ms)
            for member, version, reset, wrong, last_ms in self._rows(_PIN_COUNTS, (terminal,))
        ]

    def links_seen(self, after: int, limit: int) -> list[tuple[int, str, int, int, int | None]]:
        """What was judged here without HQ, above number `after`: number, card, counter, and between which times."""
        return [
            (number, str(card), counter, from_ms, until_ms)
            for number, card, counter, from_ms, until_ms in self._rows(_LINKS, (after, limit))
        ]

    def _rows(self, sql: str, bindings: tuple[int | str, ...] = ()) -> Rows:
        try:
            return self._connection.execute(sql, bindings).fetchall()
        except apsw.SQLError as error:
            raise StoreError(f"{self._path} is not ready yet: {error}") from error
        except apsw.Error as error:
            raise failure_of(error, self._path) from error
