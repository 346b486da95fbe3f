"""Keeps the clock through power cuts: what it knows is noted in the ledger, and read again at the start."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from terminal.clock import TerminalClock
from terminal.store.ledger import Ledger

NOTE = "clock"
SAVE_EVERY_MS = 10 * 60 * 1000
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


def monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def boot_id() -> str:
    """The name of this boot of the machine."""
    return _BOOT_ID.read_text("ascii").strip()


@dataclass(frozen=True)
class Machine:
    """The clocks of a machine, in milliseconds; `boot` gives the name of its boot."""

    wall: Callable[[], int] = wall_ms
    monotonic: Callable[[], int] = monotonic_ms
    boot: Callable[[], str] = boot_id


THIS_MACHINE = Machine()


class ClockKeeper:
    """The terminal's clock over a machine's, with its notes in `ledger`; used by the till's thread.

    From the start on, the ledger stops spending by the time that this clock has surely counted.
    """

    def __init__(self, ledger: Ledger, machine: Machine = THIS_MACHINE) -> None:
        self._ledger, self._monotonic = ledger, machine.monotonic
        self._saved_ms: int | None = None
        boot, saved = machine.boot(), ledger.noted(NOTE)
        self.clock = TerminalClock(machine.wall, machine.monotonic, boot, saved, ledger.newest_trusted_ms())
        ledger.count_by(self.clock.surely_ms)

    def anchor(self, utc_ms: int) -> None:
        """HQ signed `utc_ms` just now; noted at the first contact, then every ten minutes to spare the disk."""
        self.clock.anchor(utc_ms)
        if self._saved_ms is None:
            self._save()
        self.tick()

    def tick(self) -> None:
        """Note every ten minutes how much time has passed, HQ there or not: a reboot loses no more of it."""
        if self._saved_ms is None:
            self._saved_ms = self._monotonic()
        elif self._monotonic() - self._saved_ms >= SAVE_EVERY_MS:
            self._save()

    def _save(self) -> None:
        self._ledger.note(NOTE, self.clock.state())
        self._saved_ms = self._monotonic()
