"""Keeps the clock through power cuts: what it knows is noted in the ledger, and read again at the start."""

from __future__ import annotations

import time
from pathlib import Path

from terminal.clock import TerminalClock
from terminal.store.ledger import Ledger

NOTE = "clock"
SAVE_EVERY_MS = 10 * 60 * 1000
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class ClockKeeper:
    """The terminal's clock over this machine's, with its notes in `ledger`; used by the till's thread."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._saved_ms: int | None = None
        self.clock = TerminalClock(
            lambda: time.time_ns() // 1_000_000,
            monotonic_ms,
            _BOOT_ID.read_text("ascii").strip(),
            ledger.noted(NOTE),
            ledger.newest_trusted_ms(),
        )

    def anchor(self, utc_ms: int) -> None:
        """HQ signed `utc_ms` just now; noted at the first contact, then every ten minutes to spare the disk."""
        self.clock.anchor(utc_ms)
        now = monotonic_ms()
        if self._saved_ms is None or now - self._saved_ms >= SAVE_EVERY_MS:
            self._ledger.note(NOTE, self.clock.state())
            self._saved_ms = now
