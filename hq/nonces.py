"""Nonces of requests that were served: each is good once (sync.md, Identity and trust).

One worker remembers in memory, and refuses what was signed before it began; several workers share a table.
"""

from __future__ import annotations

import threading
from typing import Protocol

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from hq.database import Database
from hq.schema import nonce

NONCES_MAX = 6000  # of one device at any time: ten requests a second for as long as a nonce counts


class Nonces(Protocol):
    """`since_ms`: what was signed before is refused, for nobody remembers its nonce."""

    @property
    def since_ms(self) -> int: ...

    def first_use(self, device: str, value: str, until_ms: int, now_ms: int) -> bool:
        """Remember a nonce until `until_ms`; False if it was used before, or the device has used too many."""
        ...


class MemoryNonces:
    """For the one worker of an HQ on SQLite."""

    def __init__(self, since_ms: int) -> None:
        self._since_ms = since_ms
        self._used: dict[str, dict[str, int]] = {}
        self._turn = threading.Lock()

    @property
    def since_ms(self) -> int:
        return self._since_ms

    def first_use(self, device: str, value: str, until_ms: int, now_ms: int) -> bool:
        with self._turn:
            used = self._used.setdefault(device, {})
            for old in list(used):
                if used[old] >= now_ms:
                    break
                del used[old]
            if value in used or len(used) >= NONCES_MAX:
                return False
            used[value] = until_ms
            return True


class TableNonces:
    """For several workers on one database. A nonce need not outlive a crash by more than its request."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def since_ms(self) -> int:
        return 0

    def first_use(self, device: str, value: str, until_ms: int, now_ms: int) -> bool:
        mine = nonce.c.device == device
        try:
            with self._database.transaction() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SET LOCAL synchronous_commit TO OFF"))
                connection.execute(delete(nonce).where(mine, nonce.c.seen_ms < now_ms))
                if (connection.scalar(select(func.count()).where(mine)) or 0) >= NONCES_MAX:
                    return False
                connection.execute(insert(nonce).values(device=device, nonce=value, seen_ms=until_ms))
        except IntegrityError:
            return False
        return True
