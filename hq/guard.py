"""What every worker of HQ remembers of those who ask: nonces that were used, and how much each has asked."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from hq.database import Database
from hq.nonces import MemoryNonces, Nonces, TableNonces

RATE_PER_S = 10
BURST = 600


@dataclass(frozen=True)
class Guard:
    """Safe to use from many threads."""

    nonces: Nonces
    rates: Rates

    @classmethod
    def of(cls, database: Database, now_ms: int) -> Guard:
        """HQ on SQLite has one worker, which may remember in memory."""
        nonces = MemoryNonces(now_ms) if database.dialect == "sqlite" else TableNonces(database)
        return cls(nonces, Rates())


@dataclass
class _Bucket:
    left: int  # thousandths of a request
    seen_ms: int


class Rates:
    """A bucket for each device: BURST requests at once, RATE_PER_S for good."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}
        self._turn = threading.Lock()

    def wait_s(self, device: str, now_ms: int) -> int:
        """0 if the device may ask now, else in how many seconds."""
        with self._turn:
            bucket = self._buckets.setdefault(device, _Bucket(BURST * 1000, now_ms))
            bucket.left = min(BURST * 1000, bucket.left + max(0, now_ms - bucket.seen_ms) * RATE_PER_S)
            bucket.seen_ms = now_ms
            if bucket.left < 1000:
                return 1
            bucket.left -= 1000
            return 0
