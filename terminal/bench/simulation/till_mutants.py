"""Parts of a terminal that break a rule each: the simulation's negative controls."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from loyalty import Programme, TillState
from loyalty.possession import Proof
from protocol import chain
from protocol.operation import ClockQuality, Operation
from terminal.clock import ClockReading, TerminalClock
from terminal.clock_keeper import ClockKeeper, Machine
from terminal.counter.shop import COPYABLE, Shop
from terminal.store.directory import Directory
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.grants import PendingRecall
from terminal.store.known_member import KnownMember, known_member
from terminal.store.ledger import Head, Ledger

LONG_MS = 10 * 365 * 24 * 3600 * 1000


class AnswersFirst(Ledger):
    """Says that a sale is done, and commits it when it has time (breaks the commit rule)."""

    _late: tuple[Operation, str, dict[str, Any]] | None = None

    def append(self, operation: Operation, body_digest: str, answer: dict[str, Any]) -> Head:
        self._catch_up()
        self._late = (operation, body_digest, answer)
        return Head(operation.seq, chain.link(self.head().hash, operation.encode()))

    def next_seq(self) -> int:
        self._catch_up()
        return super().next_seq()

    def recorded(self, intent: str, body_digest: str) -> dict[str, Any] | None:
        self._catch_up()
        return super().recorded(intent, body_digest)

    def note_spend_until(self, until_ms: int) -> None:
        self._catch_up()
        super().note_spend_until(until_ms)

    def _catch_up(self) -> None:
        if self._late is not None:
            late, self._late = self._late, None
            super().append(*late)


class UncheckedLedger(Ledger):
    """Lets a lease go below zero (breaks Leases 2)."""

    @classmethod
    def open(cls, path: Path, device: str, epoch: int, vfs: str | None = None) -> Self:
        opened = super().open(path, device, epoch, vfs)
        opened._file.connection.execute("PRAGMA ignore_check_constraints = ON")
        return opened

    def append(self, operation: Operation, body_digest: str, answer: dict[str, Any]) -> Head:
        for posting in operation.postings:
            if posting.account == "lease" and posting.asset == "points" and posting.amount < 0:
                self._make_lease(operation.member or "", posting.lot)
        return super().append(operation, body_digest, answer)

    def _make_lease(self, member: str, lot: str) -> None:
        with self._file.transaction() as cursor:
            cursor.execute(
                "INSERT OR IGNORE INTO lease (member, asset, lot, earned_on, remaining) VALUES (?, 'points', ?, '', 0)",
                (member, lot),
            )


class GenerousShop(Shop):
    """Offers the whole balance that it knows of, wherever it lies (breaks Leases 2)."""

    def state(self, member: KnownMember | None, proof: Proof = COPYABLE, shown: Sequence[str] = ()) -> TillState:
        state = super().state(member, proof, shown)
        return state if member is None else replace(state, lots=self.lots(member))


class SyncsSeldom(Ledger):
    """Does not sync its commits (breaks the rule for the files)."""

    @classmethod
    def open(cls, path: Path, device: str, epoch: int, vfs: str | None = None) -> Self:
        opened = super().open(path, device, epoch, vfs)
        opened._file.connection.execute("PRAGMA synchronous = NORMAL")
        return opened


class ForgetsApplied(Directory):
    """Adds own operations to HQ's rows whether they are in them or not (breaks Feed, the overlay)."""

    def member(self, member: str) -> KnownMember | None:
        row = super().member(member)
        return None if row is None else known_member(row, 0)


class ForgetsIntents(Ledger):
    """Does not look whether a wish was already done (breaks Operations, intents)."""

    def recorded(self, intent: str, body_digest: str) -> dict[str, Any] | None:
        return None


class SpendsForEver(Ledger):
    """Ignores the end of the right to spend (breaks Leases 4)."""

    def note_spend_until(self, until_ms: int) -> None:
        super().note_spend_until(until_ms + LONG_MS)


class ForgetsAppliedInSnapshots(DirectoryWriter):
    """Does not take from a snapshot which own operations are in it (breaks Feed: it carries `applied_seq`)."""

    def adopt(self, made: Path, connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE bucket SET applied_seq = 0")
        super().adopt(made, connection)


class IgnoresRecalls(Ledger):
    """Never hears what HQ wants back (breaks Leases 6)."""

    def recalls(self) -> tuple[PendingRecall, ...]:
        return ()


class PricesByOwnRules(Shop):
    """Gives no points for what is bought (breaks Upload: HQ replays baskets and compares)."""

    def programme(self) -> Programme:
        return replace(super().programme(), earning=())


class BelievesWall(ClockKeeper):
    """Takes the machine's clock for the time (breaks Leases 4: an untrusted jump counts)."""

    def __init__(self, ledger: Ledger, machine: Machine) -> None:
        super().__init__(ledger, machine)
        self.clock = _WallClock(machine.wall, machine.monotonic, machine.boot())
        ledger.count_by(machine.wall)


class _WallClock(TerminalClock):
    def now(self) -> ClockReading:
        return ClockReading(self._wall(), ClockQuality.TRUSTED)
