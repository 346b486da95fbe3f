"""What every worker of HQ remembers of those who ask: nonces that were used, and how much each has asked."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from hq.database import Database
from hq.nonces import MemoryNonces, Nonces, TableNonces

RATE_PER_S = 10
BURST = 600
APP_RATE_PER_S = 50  # one server asks for all members who open the app
APP_BURST = 1000


@dataclass(frozen=True)
class Guard:
    """Safe to use from many threads."""

    nonces: Nonces
    rates: Rates
    apps: Rates

    @classmethod
    def of(cls, database: Database, now_ms: int) -> Guard:
        """HQ on SQLite has one worker, which may remember in memory."""
        nonces = MemoryNonces(now_ms) if database.dialect == "sqlite" else TableNonces(database)
        return cls(nonces, Rates(), Rates(APP_BURST, APP_RATE_PER_S))


@dataclass
class _Bucket:
    left: int  # thousandths of a request
    seen_ms: int


class Rates:
    """A bucket for each who asks: `burst` requests at once, `per_s` for good."""

    def __init__(self, burst: int = BURST, per_s: int = RATE_PER_S) -> None:
        self._burst, self._per_s = burst, per_s
        self._buckets: dict[str, _Bucket] = {}
        self._turn = threading.Lock()

    def wait_s(self, device: str, now_ms: int) -> int:
        """0 if the device may ask now, else in how many seconds."""
        with self._turn:
            bucket = self._buckets.setdefault(device, _Bucket(self._burst * 1000, now_ms))
            bucket.left = min(self._burst * 1000, bucket.left + max(0, now_ms - bucket.seen_ms) * self._per_s)
            bucket.seen_ms = now_ms
            if bucket.left < 1000:
                return 1
            bucket.left -= 1000
            return 0
