"""A terminal without a directory: from HQ's snapshot to one that is verified and open (sync.md, Feed), beside the floor
of only copying and hashing as many bytes.

HQ is asked without a line between: what the transfer takes is left out. The terminal's part runs in a process of its
own, so that its memory is its own.
"""

from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from hq import nightly, snapshot_files
from protocol.directory import card_key
from protocol.signing import Signed
from protocol.snapshot import SnapshotManifest
from terminal.bench.million import Large, card_uid, make_large, member_id
from terminal.bench.report import check
from terminal.identity import Identity
from terminal.store.directory import Directory
from terminal.store.directory_writer import DirectoryWriter
from terminal.sync.bootstrap import Bootstrap

MEGABYTE = 1_000_000
PROBES = (0, 1, 2)  # parts of the way through all members, of whom one is looked up


@dataclass
class _Direct:
    """HQ's snapshot, without a line. `spent_s` is what asking took."""

    state: Path
    signed: Signed
    spent_s: float = field(default=0.0)

    def snapshot(self) -> Signed:
        return self.signed

    def chunk(self, version: int, number: int) -> bytes:
        begun = time.perf_counter()
        data = snapshot_files.chunk(self.state, version, number)
        self.spent_s += time.perf_counter() - begun
        assert data is not None, "HQ offers what it has"
        return data


def measure(folder: Path, members: int, seed: int) -> dict[str, Any]:
    """Make HQ with so many members, its snapshot, and a terminal's directory of it. Judges nothing."""
    large = make_large(folder, members, seed)
    with closing(large.hq):
        manifest, made_s = _snapshot(large)
        terminal = take(large, folder / "terminal")
    return {
        "members": members,
        "rows": sum(head.count for head in manifest.heads),
        "snapshot_mb": round(manifest.packed / MEGABYTE, 1),
        "directory_mb": round(manifest.size / MEGABYTE, 1),
        "chunks": len(manifest.chunks),
        "hq_made_it_in_s": made_s,
        **terminal,
    }


def _snapshot(large: Large) -> tuple[SnapshotManifest, float]:
    begun = time.perf_counter()
    manifest = nightly.make_snapshot(large.hq)
    return manifest, round(time.perf_counter() - begun, 2)


def take(large: Large, state: Path) -> dict[str, Any]:
    """The directory of HQ's newest snapshot in the folder `state`, and what that took."""
    with large.hq.database.reading() as connection:
        signed = snapshot_files.newest(connection, large.hq.generation)
    assert signed is not None
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as own:
        done = own.submit(_take, large.hq.state, signed, large.identity, large.hq.generation, state, large.members)
        return done.result()


def _take(hq: Path, signed: Signed, identity: Identity, generation: int, state: Path, members: int) -> dict[str, Any]:
    state.mkdir(exist_ok=True)
    line = _Direct(hq, signed)
    before_mb = _most_memory_mb()
    begun, begun_cpu = time.perf_counter(), time.process_time()
    with DirectoryWriter(state / "directory.db") as writer:
        taken = Bootstrap(line, writer, identity, state).run(generation, lambda: True)
    check(taken, "the snapshot was taken")
    known = _look_up(state, identity, members)
    open_s, processor_s = time.perf_counter() - begun - line.spent_s, round(time.process_time() - begun_cpu, 2)
    check(known == len(PROBES), "members are found by their cards")
    floor_s = _copied_s(state)
    return {
        "verified_and_open_s": round(open_s, 2),
        "processor_s": processor_s,
        "floor_s": floor_s,
        "ratio": round(open_s / max(floor_s, 0.01), 2),
        "memory_mb": _most_memory_mb(),
        "memory_before_mb": before_mb,
    }


def _copied_s(state: Path) -> float:
    """The floor: the bytes of the directory, read, hashed, written and flushed to the same disk."""
    source, copy, digest = (state / "directory.db").resolve(), state / "floor.bin", hashlib.sha256()
    begun = time.perf_counter()
    with source.open("rb") as content, copy.open("wb") as file:
        while portion := content.read(1024 * 1024):
            digest.update(portion)
            file.write(portion)
        file.flush()
        os.fsync(file.fileno())
    taken = time.perf_counter() - begun
    copy.unlink()
    return round(taken, 2)


def _most_memory_mb() -> float:
    """The most that this process has had at once; `ru_maxrss` would count its parent's."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return round(int(line.split()[1]) / 1000, 1)


def _look_up(state: Path, identity: Identity, members: int) -> int:
    """How many of some cards are known, and lead to the right member."""
    numbers = [members * part // len(PROBES) for part in PROBES]
    key = bytes.fromhex(identity.lookup_key)
    with closing(Directory(state / "directory.db")) as directory:
        cards = [(directory.card(card_key(key, card_uid(number))), member_id(number)) for number in numbers]
        found = (card is not None and card.member == member and directory.member(member) for card, member in cards)
        return sum(bool(member) for member in found)
