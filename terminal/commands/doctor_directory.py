"""The doctor's look at the directory: can it be read, is it ours, does it add up, and how old is it. It only reads."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from protocol.feed import MEMBER_BUCKETS, RowKind
from terminal.commands.doctor_check import Check
from terminal.commands.doctor_state import NOT_YET
from terminal.store.directory_schema import is_ours

DIRECTORY = "directory.db"
_COUNTED = (RowKind.MEMBER, RowKind.CARD, RowKind.PRODUCT)
_COUNTS = "SELECT kind, count(*) AS many FROM entry WHERE body IS NOT NULL GROUP BY kind"


def directory(state: Path) -> Check:
    """What is damaged or of another release is made anew, since HQ can send it again."""
    path = state / DIRECTORY
    if not path.exists():
        return Check("directory", "warn", NOT_YET.format(path))
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return _look(path, Database(connection, execute_plugins=False))
    except sqlite3.DatabaseError as error:
        return _damaged(path, str(error))


def _look(path: Path, file: Database) -> Check:
    (checked,) = file.query("PRAGMA quick_check(1)")
    if checked["quick_check"] != "ok":
        return _damaged(path, checked["quick_check"])
    if not is_ours(file.conn):
        return Check("directory", "warn", f"{path} is not of this release: the sync agent brings it up to date.")
    wrong = [row["bucket"] for row in file["bucket"].rows_where("mismatch = 1", order_by="bucket")]
    refused = file["entry"].count_where("refused = 1")
    counts = {row["kind"]: row["many"] for row in file.query(_COUNTS)}
    known = {kind.value: counts.get(kind.value, 0) for kind in _COUNTED}
    as_of_ms = _as_of_ms(file)
    value = {**known, "as_of_ms": as_of_ms, "wrong": wrong, "refused": refused}
    if wrong:
        said = f"What HQ sent does not add up in {', '.join(wrong)}: the next contact repairs it."
    elif refused:
        said = f"{refused} rows of HQ did not pass their checks and are not used: tell headquarters."
    else:
        said = f"The directory knows {known['member']} members, {known['card']} cards and {known['product']} goods"
        said += f", {_age(as_of_ms)}."
    return Check("directory", "warn" if wrong or refused else "ok", said, value)


def _as_of_ms(file: Database) -> int | None:
    """When the oldest of the members' buckets was last known to be all of HQ's; None while one was never."""
    known = [row["as_of_ms"] for row in file["bucket"].rows_where("bucket LIKE 'members-%' AND as_of_ms IS NOT NULL")]
    return min(known) if len(known) == len(MEMBER_BUCKETS) else None


def _age(as_of_ms: int | None) -> str:
    if as_of_ms is None:
        return "and not all of HQ's members yet"
    return f"as of {datetime.fromtimestamp(as_of_ms // 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _damaged(path: Path, why: str) -> Check:
    return Check("directory", "fail", f"{path} is damaged ({why}): move it away, and HQ fills a new one.")
