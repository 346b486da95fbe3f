"""Checks of the state folder: who this terminal is, its ledger and its clock. They only read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import apsw

from terminal.clock import TOLERANCE_MS
from terminal.clock_keeper import NOTE
from terminal.commands.doctor_check import Check
from terminal.errors import ConfigError, StoreError
from terminal.identity import IDENTITY, ca_path, load_identity
from terminal.store.audit import audit
from terminal.store.ledger_file import connect
from terminal.store.schema import VERSION

LEDGER = "ledger.db"
NOT_YET = "{} is not there yet: it is made at the first start after enrolment."
PROBLEMS_SHOWN = 3


def identity(state: Path) -> Check:
    """Enrolled or not, and as whom; never a secret."""
    if not (state / IDENTITY).exists():
        return Check("identity", "warn", "This device is not enrolled: run `stillpoint enrol` with a claim of HQ.")
    try:
        found = load_identity(state)
    except ConfigError as error:
        return Check("identity", "fail", f"{error}.")
    value = {"device": found.device, "epoch": found.epoch, "store": found.store, "lane": found.lane, "hq": found.hq}
    if not ca_path(state).exists():
        return Check("identity", "fail", f"{ca_path(state)} is missing: enrol this terminal again.", value)
    return Check("identity", "ok", f"This is terminal {found.device} of store {found.store}, lane {found.lane}.", value)


def ledger(state: Path) -> Check:
    """The full check: every operation in the chain, every posting, lease, lot and right agrees with every other.

    A start of the terminal checks the file and the end of the chain alone.
    """
    path = state / LEDGER
    if not path.exists():
        return Check("ledger", "warn", NOT_YET.format(path))
    try:
        if _read(path, "PRAGMA user_version") < VERSION:
            return Check(
                "ledger", "warn", f"{path} is of an older release: start the terminal, it is brought up to date."
            )
        wrong = audit(path)
        operations = _read(path, "SELECT count(*) FROM operation")
        pruned = _read(path, "SELECT anchor_seq FROM ledger")
    except (StoreError, apsw.Error) as error:
        return Check("ledger", "fail", f"{path} cannot be read ({error}): keep it, and call for help.")
    if wrong:
        shown = "; ".join(wrong[:PROBLEMS_SHOWN])
        return Check("ledger", "fail", f"{path} contradicts itself: {shown}. Keep it, and call for help.", len(wrong))
    value = {"operations": operations, "pruned": pruned}
    return Check("ledger", "ok", f"The ledger holds {operations} operations, all of it was checked and agrees.", value)


def clock(state: Path, now_ms: int) -> Check:
    """The machine's clock against the last time that was saved."""
    path = state / LEDGER
    try:
        saved_ms = _saved_ms(path) if path.exists() else None
    except (StoreError, apsw.Error, ValueError, KeyError, TypeError):
        return Check("clock", "warn", "The saved time cannot be read.", {"now_ms": now_ms})
    value = {"now_ms": now_ms, "saved_ms": saved_ms}
    if saved_ms is None:
        return Check("clock", "warn", "No time was saved yet: HQ gives it at the first contact.", value)
    behind_ms = saved_ms - now_ms
    if behind_ms > TOLERANCE_MS:
        sentence = f"The clock is {behind_ms // 60_000} minutes behind the last saved time: is its battery good?"
        return Check("clock", "warn", sentence, value)
    return Check("clock", "ok", "The clock is not behind the last saved time.", value)


def _saved_ms(path: Path) -> int | None:
    """The newest of the clock's note and the operations that had a trusted clock."""
    note = _read(path, "SELECT body FROM note WHERE name = ?", NOTE)
    newest = _read(path, "SELECT max(at_ms) FROM operation WHERE clock = 'trusted'")
    times = [int(json.loads(note)["utc_ms"])] if note is not None else []
    return max([*times, *([newest] if newest is not None else [])], default=None)


def _read(path: Path, sql: str, *bindings: Any) -> Any:
    """The first value of the first row, or None."""
    connection = connect(path, apsw.SQLITE_OPEN_READONLY)
    try:
        rows = connection.execute(sql, bindings).fetchall()
    finally:
        connection.close()
    return rows[0][0] if rows else None
