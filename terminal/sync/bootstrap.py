"""A whole directory at once: HQ's snapshot, chunk by chunk, resumable, checked, and swapped in (sync.md, Feed).

Chunks that have the hash HQ signed stay on the disk until the snapshot is complete, over any number of breaks and
restarts. The old directory serves until the new one is ready; then the feed goes on from the snapshot's cursors.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from protocol.canonical import CanonicalError
from protocol.directory_file import SNAPSHOT_VERSION
from protocol.signing import SignatureError, Signed
from protocol.snapshot import CHUNK_BYTES, SNAPSHOT, SnapshotManifest
from terminal.errors import StorageFull
from terminal.identity import Identity
from terminal.store import directory_disk
from terminal.store.directory_build import SnapshotRefused, make_own, open_checked, unpack
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.disk_guard import KEPT_FOR_OPERATIONS, free_bytes
from terminal.sync.failures import Refused

log = logging.getLogger(__name__)
FOLDER, MANIFEST = "snapshot", "manifest.json"
TRIES = 3  # for a chunk that comes with another hash
_NOT_THERE = (404, 410)


class Snapshots(Protocol):
    """Where snapshots come from: an HqClient, as a rule."""

    def snapshot(self) -> Signed: ...

    def chunk(self, version: int, number: int) -> bytes: ...


class Bootstrap:
    """Brings the directory of `writer`, whose file is in the folder `state`, to HQ's newest snapshot."""

    def __init__(
        self,
        client: Snapshots,
        writer: DirectoryWriter,
        identity: Identity,
        state: Path,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._client, self._writer, self._identity = client, writer, identity
        self._state, self._folder, self._free = state, state / FOLDER, free

    def run(self, generation: int, going_on: Callable[[], bool]) -> bool:
        """Take HQ's snapshot of `generation`. Returns whether the directory is a new one now: False if HQ has none, if
        it was refused (the log says why), or if it was stopped on the way. Raises StorageFull, and what HqClient
        raises."""
        try:
            return self._take(generation, going_on)
        except SnapshotRefused as refused:
            log.error("%s: the directory stays as it is", refused)
            shutil.rmtree(self._folder, ignore_errors=True)
        except Refused as refused:
            if refused.status not in _NOT_THERE:
                raise
            log.info("HQ has no snapshot now: %s", refused)
            shutil.rmtree(self._folder, ignore_errors=True)
        return False

    def _take(self, generation: int, going_on: Callable[[], bool]) -> bool:
        manifest = self._manifest(generation)
        self._make_room(manifest)
        for number in range(len(manifest.chunks)):
            if not going_on():
                return False
            self._fetch(manifest, number)
        self._install(manifest)
        return True

    def _manifest(self, generation: int) -> SnapshotManifest:
        """That of the snapshot that was begun, else HQ's newest. What HQ does not have any more ends with 404."""
        kept = self._folder / MANIFEST
        if kept.is_file():
            try:
                return self._read(Signed.model_validate_json(kept.read_bytes()), generation)
            except (SnapshotRefused, ValidationError, OSError) as error:
                log.warning("the snapshot that was begun is of no use any more: %s", error)
        shutil.rmtree(self._folder, ignore_errors=True)
        signed = self._client.snapshot()
        manifest = self._read(signed, generation)
        self._write(MANIFEST, signed.model_dump_json().encode())
        return manifest

    def _read(self, signed: Signed, generation: int) -> SnapshotManifest:
        """Raises SnapshotRefused unless HQ signed it, and not for another time or an older state than ours."""
        try:
            manifest = SnapshotManifest.model_validate(signed.open(SNAPSHOT, self._identity.trust_key))
        except (SignatureError, CanonicalError, ValidationError) as error:
            raise SnapshotRefused("HQ's snapshot is not signed by HQ, or cannot be read") from error
        if manifest.packed > CHUNK_BYTES * len(manifest.chunks):
            raise SnapshotRefused(f"snapshot {manifest.version} names {len(manifest.chunks)} chunks for its size")
        ours = self._writer.fact(SNAPSHOT_VERSION) or 0
        if manifest.version < ours:
            raise SnapshotRefused(f"snapshot {manifest.version} is older than {ours}, and never goes back")
        if manifest.generation != generation:
            raise SnapshotRefused(f"snapshot {manifest.version} is of another time of HQ")
        return manifest

    def _make_room(self, manifest: SnapshotManifest) -> None:
        """Raises StorageFull before anything is fetched that could not be unpacked."""
        for left in (*self._state.glob("directory-*.db*"), *self._state.glob("directory.db.link")):
            if not left.name.startswith(self._writer.file().name):
                left.unlink()
        here = sum(path.stat().st_size for path in self._folder.iterdir())
        needed = manifest.size + max(0, manifest.packed - here) + KEPT_FOR_OPERATIONS
        free = self._free(self._state)
        if free < needed:
            raise StorageFull(f"HQ's snapshot needs {needed} bytes and {free} are free: sales go on, HQ's news waits")

    def _fetch(self, manifest: SnapshotManifest, number: int) -> None:
        """Chunk `number` onto the disk, unless it is there."""
        path, wanted = self._chunk(number), manifest.chunks[number]
        if path.is_file() and _hash(path.read_bytes()) == wanted:
            return
        for _ in range(TRIES):
            data = self._client.chunk(manifest.version, number)
            if len(data) <= CHUNK_BYTES and _hash(data) == wanted:
                self._write(path.name, data)
                return
        raise SnapshotRefused(f"chunk {number} of snapshot {manifest.version} does not have the hash that HQ signed")

    def _install(self, manifest: SnapshotManifest) -> None:
        target = self._state / f"directory-{manifest.generation}-{manifest.version}-{manifest.made_ms}.db"
        if target == self._writer.file():
            target = target.with_suffix(".again.db")
        unpack((self._chunk(number) for number in range(len(manifest.chunks))), manifest, target)
        try:
            connection = open_checked(target, manifest)
            try:
                make_own(connection, manifest, self._writer, self._identity.device, self._identity.epoch)
                self._writer.adopt(target, connection)
            except BaseException:
                connection.close()
                raise
        except BaseException:
            directory_disk.remove(target)
            raise
        shutil.rmtree(self._folder, ignore_errors=True)
        log.info("the directory is HQ's snapshot %d", manifest.version)

    def _chunk(self, number: int) -> Path:
        return self._folder / f"{number:05}.zst"

    def _write(self, name: str, data: bytes) -> None:
        """A whole file or none. Raises StorageFull."""
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            new = self._folder / f"{name}.new"
            new.write_bytes(data)
            new.replace(self._folder / name)
        except OSError as error:
            raise StorageFull(
                f"HQ's snapshot cannot be kept ({error.strerror}): sales go on, HQ's news waits"
            ) from error


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
