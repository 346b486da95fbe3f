"""Where snapshots lie: manifests in the database, chunks in HQ's folder (shared by its workers); the last two stay."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from hq.schema import snapshot
from protocol.signing import Signed
from protocol.snapshot import CHUNK_BYTES, SnapshotManifest

FOLDER = "snapshots"
KEPT = 2  # whoever fetches the one before may end with it


def newest(connection: Connection, generation: int) -> Signed | None:
    """The manifest of the newest snapshot of this time of HQ."""
    query = select(snapshot.c.manifest).where(snapshot.c.generation == generation).order_by(snapshot.c.id.desc())
    found = connection.scalar(query.limit(1))
    return None if found is None else Signed.model_validate_json(found)


def made_ms(connection: Connection, generation: int) -> int | None:
    """When the newest one was made."""
    query = select(snapshot.c.made_ms).where(snapshot.c.generation == generation).order_by(snapshot.c.id.desc())
    found: int | None = connection.scalar(query.limit(1))
    return found


def next_version(connection: Connection, generation: int) -> int:
    """Above every version before it, also after HQ was restored: generations only grow."""
    query = select(snapshot.c.id).where(snapshot.c.generation == generation).order_by(snapshot.c.id.desc())
    last = connection.scalar(query.limit(1))
    return (generation << 32) + 1 if last is None else int(last) + 1


def record(connection: Connection, manifest: SnapshotManifest, signed: Signed) -> list[int]:
    """Offer a snapshot from now on; returns the versions that are offered no more."""
    connection.execute(
        insert(snapshot).values(
            id=_name(manifest.version),
            generation=manifest.generation,
            made_ms=manifest.made_ms,
            size=manifest.packed,
            manifest=signed.model_dump_json(),
        )
    )
    ids = connection.scalars(select(snapshot.c.id).order_by(snapshot.c.id.desc())).all()
    connection.execute(delete(snapshot).where(snapshot.c.id.in_(ids[KEPT:])))
    return [int(old) for old in ids[KEPT:]]


def folder_of(state: Path, version: int) -> Path:
    return state / FOLDER / _name(version)


def chunk_path(folder: Path, number: int) -> Path:
    return folder / f"{number:05}.zst"


def chunk(state: Path, version: int, number: int) -> bytes | None:
    """A chunk; None if there is none, or no more."""
    try:
        with chunk_path(folder_of(state, version), number).open("rb") as file:
            return file.read(CHUNK_BYTES)
    except FileNotFoundError:
        return None


def throw_away(state: Path, version: int) -> None:
    shutil.rmtree(folder_of(state, version), ignore_errors=True)


def _name(version: int) -> str:
    return f"{version:019}"
