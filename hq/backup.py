"""HQ's backup and its return as a new generation (sync.md, Leases 10)."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from hq.address import read_address, sqlite_file
from hq.bulk import upsert_all
from hq.database import read_setting
from hq.handed_back import Signing, sign_again
from hq.headquarters import Headquarters
from hq.problems import HqError
from hq.schema import setting

GENERATION = "generation"  # file beside the database: the highest generation this folder has ever had


def back_up(state: Path, to: Path) -> int:
    """A whole copy of the database while HQ goes on; gives its size in bytes. Raises HqError.

    Keys and certificates are not in it: HQ's folder must be kept as well. PostgreSQL has its own tools (pg_dump).
    """
    source = _file(state)
    if to.exists():
        raise HqError(f"{to} exists: name a new file")
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(to)) as new:
            old.backup(new)
        _flush(to)
    except sqlite3.Error as error:
        to.unlink(missing_ok=True)
        raise HqError(f"{source} cannot be copied to {to}: {error}") from error
    return to.stat().st_size


def put_back(state: Path, backup: Path) -> None:
    """Replace the database by `backup`; the one that was there is kept beside it. HQ must not run. Raises HqError."""
    target = _file(state)
    if not backup.is_file():
        raise HqError(f"{backup} is not there")
    fresh = target.with_suffix(".restored")
    shutil.copyfile(backup, fresh)
    fresh.chmod(0o600)
    _flush(fresh)
    _set_aside(target)
    fresh.replace(target)


def begin_generation(hq: Headquarters) -> int:
    """The next generation, also after an earlier restore of the same backup. No grant is given before all reported.

    What terminals obey is signed again above every version that was forgotten. `hq` must be opened anew afterwards.
    """
    known = hq.state / GENERATION
    highest = int(known.read_text()) if known.is_file() else 0
    with hq.database.transaction() as connection:
        generation = max(highest, int(read_setting(connection, "generation"))) + 1
        upsert_all(connection, setting, [{"name": "generation", "value": str(generation)}])
        sign_again(connection, Signing(hq.keys, generation, hq.clock()))
    known.write_text(f"{generation}\n")
    return generation


def _file(state: Path) -> Path:
    file = sqlite_file(read_address(state))
    if file is None:
        raise HqError("HQ's database is PostgreSQL: use pg_dump and pg_restore, then `stillpoint-hq restore`")
    return file


def _set_aside(database: Path) -> None:
    """Keep the database, and the journal that belongs to it: with another database it would be played into that."""
    kept = database.with_suffix(".before-restore")
    if database.exists():
        database.replace(kept)
    journal, beside = (file.with_name(f"{file.name}-journal") for file in (database, kept))
    beside.unlink(missing_ok=True)
    if journal.exists():
        journal.replace(beside)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
