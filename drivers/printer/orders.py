"""What is asked of a printer from outside: receipts and the drawer, and what became of them."""

from __future__ import annotations

import time
from typing import Protocol

from drivers.base import Event, Outcome, PrintEnded
from drivers.drawer.asked import Asked
from drivers.printer.spool import Spool, Waiting
from drivers.receipt import Receipt


class Teller(Protocol):
    """The driver's voice."""

    device: str

    def emit(self, event: Event) -> None: ...

    def report(self, code: str, **params: str | int) -> None: ...

    def report_again(self, code: str, **params: str | int) -> None: ...


class Orders:
    """Between the threads that ask and the driver's own."""

    def __init__(self, teller: Teller, keep_s: int) -> None:
        self._teller = teller
        self._spool = Spool(keep_s * 1_000_000_000)
        self._drawer = Asked()

    def print(self, job: str, receipt: Receipt) -> None:
        """As `drivers.base.Prints` has it."""
        outcome = self._spool.put(job, receipt, time.monotonic_ns())
        if outcome is not None:
            self._tell(job, outcome)

    def open_drawer(self) -> None:
        self._drawer.ask(time.monotonic_ns())

    def drawer_wanted(self) -> bool:
        """Whether the drawer is to be opened now; each request is given once."""
        return self._drawer.take(time.monotonic_ns())

    def begin(self) -> Waiting | None:
        """The next receipt, under way from now on."""
        return self._spool.begin()

    def give_back(self, waiting: Waiting) -> None:
        """The receipt under way was not begun after all: nothing of it was sent."""
        self._spool.give_back(waiting)

    def end(self, job: str, outcome: Outcome) -> None:
        """Tell what became of the receipt under way. Nobody else will print it."""
        if self._spool.end(job, outcome):
            if outcome == "unknown":
                self._teller.report_again("receipt_unsure")
            self._tell(job, outcome)

    def refuse(self, job: str, reason: str) -> None:
        """The receipt under way cannot be printed at all."""
        if self._spool.end(job, "not_printed"):
            self._teller.report_again("receipt_unprintable", reason=reason)
            self._tell(job, "not_printed")

    def expire(self) -> None:
        """Give up what waited too long."""
        self._give_up(time.monotonic_ns())

    def drop(self) -> None:
        """Give up all that waits: the driver is closed."""
        self._give_up(None)

    def left(self) -> None:
        """The thread that printed was left behind, and nobody knows how far it came."""
        job = self._spool.current
        if job is not None:
            self.end(job, "unknown")

    def _give_up(self, now_ns: int | None) -> None:
        for job in self._spool.expire(now_ns):
            self._teller.report_again("receipt_dropped")
            self._tell(job, "not_printed")

    def _tell(self, job: str, outcome: Outcome) -> None:
        self._teller.emit(PrintEnded(self._teller.device, job, outcome, time.monotonic_ns()))
