"""Receipts that wait for the printer, each printed at most once."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass

from drivers.base import Outcome
from drivers.receipt import Receipt

WAITING_MAX = 16
REMEMBERED_MAX = 512


@dataclass(frozen=True)
class Waiting:
    """A job that was not begun; `until_ns` is when nobody wants its receipt any more."""

    job: str
    receipt: Receipt
    until_ns: int


class Spool:
    """Filled by any thread, emptied by the printer's. A job that was begun is never begun again, whatever became of it.

    The names of the last 512 jobs are remembered. Times are monotonic.
    """

    def __init__(self, keep_ns: int) -> None:
        self._keep_ns = keep_ns
        self._lock = threading.Lock()
        self._waiting: deque[Waiting] = deque()
        self._names: OrderedDict[str, Outcome | None] = OrderedDict()
        self._current: str | None = None

    def put(self, job: str, receipt: Receipt, now_ns: int) -> Outcome | None:
        """Take a job. What became of it, if that is known: it was here before, or the spool is full."""
        with self._lock:
            if job in self._names:
                return self._names[job]
            full = len(self._waiting) >= WAITING_MAX
            self._names[job] = "not_printed" if full else None
            if not full:
                self._waiting.append(Waiting(job, receipt, now_ns + self._keep_ns))
            while len(self._names) > REMEMBERED_MAX:
                self._names.popitem(last=False)
            return self._names[job]

    def begin(self) -> Waiting | None:
        """The next job, which is under way from now on."""
        with self._lock:
            if not self._waiting:
                return None
            taken = self._waiting.popleft()
            self._current = taken.job
            return taken

    def give_back(self, waiting: Waiting) -> None:
        """The job that was under way is the next again: it was not begun after all."""
        with self._lock:
            if self._current == waiting.job:
                self._current = None
                self._waiting.appendleft(waiting)

    def end(self, job: str, outcome: Outcome) -> bool:
        """What became of the job that was under way. False if that was said before."""
        with self._lock:
            if self._current != job:
                return False
            self._current = None
            self._names[job] = outcome
            return True

    @property
    def current(self) -> str | None:
        """The job under way."""
        return self._current

    def expire(self, now_ns: int | None) -> list[str]:
        """Give up the jobs that waited too long; with None, all that wait."""
        with self._lock:
            gone = [each.job for each in self._waiting if now_ns is None or each.until_ns < now_ns]
            self._waiting = deque(each for each in self._waiting if each.job not in gone)
            self._names.update(dict.fromkeys(gone, "not_printed"))
            return gone
