"""A snapshot as HQ makes it, from rows in memory: its file, its chunks and its signed manifest."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol import canonical
from protocol.directory_file import MARKS, PUT_BUCKET, PUT_ENTRY, TABLES
from protocol.feed import MEMBER_BUCKETS, Bucket, BucketHead, row_digest
from protocol.signing import Signed
from protocol.snapshot import SNAPSHOT, SnapshotManifest
from tests.terminal.store.feed_material import Feed, heads
from tests.terminal.sync.feed_bed import HQ_KEY
from tests.terminal.sync.feed_hq import FeedHq, refusal
from tests.terminal.sync.https import Asked, Say

CHUNK = 400  # small, so that a small file has many


@dataclass
class Snapshot:
    """`chunks` are what HQ hands out for `manifest`."""

    manifest: SnapshotManifest
    chunks: list[bytes]

    def signed(self, key: Ed25519PrivateKey = HQ_KEY) -> Signed:
        return Signed.make(SNAPSHOT, self.manifest.model_dump(mode="json"), key)

    def of(self, content: bytes, **more: object) -> Snapshot:
        """The same snapshot over another file, honestly signed."""
        packed = zstandard.ZstdCompressor().compress(content)
        return self.packed(packed, size=len(content), sha256=hashlib.sha256(content).hexdigest(), **more)

    def packed(self, packed: bytes, **more: object) -> Snapshot:
        chunks = [packed[start : start + CHUNK] for start in range(0, len(packed), CHUNK)]
        hashes = tuple(hashlib.sha256(chunk).hexdigest() for chunk in chunks)
        fields = {"chunks": hashes, "packed": len(packed), **more}
        return Snapshot(self.manifest.model_copy(update=fields), chunks)

    def content(self) -> bytes:
        return zstandard.ZstdDecompressor().decompressobj().decompress(b"".join(self.chunks))


def snapshot_of(folder: Path, *feeds: Feed, version: int = 5, applied: Sequence[tuple[str, int, int]] = ()) -> Snapshot:
    """What HQ would make of these buckets; those of the members that are not named are empty."""
    named = {feed.bucket: feed for feed in feeds}
    every = [named.get(bucket, Feed(bucket)) for bucket in (Bucket.CATALOGUE, *MEMBER_BUCKETS)]
    told = heads(*every).heads
    content = _file(folder / "made.db", every, told, applied)
    manifest = SnapshotManifest(
        version=version,
        generation=1,
        made_ms=900,
        size=len(content),
        packed=1,
        sha256=hashlib.sha256(content).hexdigest(),
        chunks=("0" * 64,),
        heads=told,
    )
    return Snapshot(manifest, []).of(content)


def _file(
    path: Path, feeds: Sequence[Feed], told: Sequence[BucketHead], applied: Sequence[tuple[str, int, int]]
) -> bytes:
    path.unlink(missing_ok=True)
    file = sqlite3.connect(path, isolation_level=None)
    for statement in (*TABLES, *MARKS):
        file.execute(statement)
    for feed in feeds:
        for (kind, key), (cseq, body) in sorted(feed.rows.items()):
            if body is not None:
                digest = row_digest(kind.value, key, body).to_bytes(16, "big")
                text = canonical.encode(body).decode()
                file.execute(PUT_ENTRY, (kind.value, key, feed.bucket.value, 1, cseq, 0, digest, 0, text))
    for head in told:
        file.execute(PUT_BUCKET, (head.bucket.value, 1, head.head, head.count, head.sum, 0, 900))
    file.executemany("INSERT INTO applied VALUES (?, ?, ?)", applied)
    file.close()
    return path.read_bytes()


@dataclass
class SnapshotHq:
    """Serves a snapshot beside one bucket of the feed. `fetched` are the chunks that were asked for; chunks in `bad`
    come damaged so many times."""

    feed: FeedHq
    snapshot: Snapshot | None = None
    key: Ed25519PrivateKey = HQ_KEY
    fetched: list[int] = field(default_factory=list)
    bad: dict[int, int] = field(default_factory=dict)
    until: int | None = None  # the line breaks at this chunk

    def __call__(self, asked: Asked) -> Say:
        match urlsplit(asked.path).path.split("/")[2:]:
            case ["snapshot"] if self.snapshot is not None:
                return Say(self.snapshot.signed(self.key).model_dump_json().encode())
            case ["snapshot", version, number] if self.snapshot is not None:
                return self._chunk(self.snapshot, int(version), int(number))
            case ["snapshot", *_]:
                return refusal(404, "no_snapshot")
        return self.feed(asked)

    def _chunk(self, snapshot: Snapshot, version: int, number: int) -> Say:
        if number == self.until:
            return refusal(503, "storage")
        if version != snapshot.manifest.version or number >= len(snapshot.chunks):
            return refusal(404, "no_snapshot")
        self.fetched.append(number)
        if self.bad.get(number, 0):
            self.bad[number] -= 1
            return Say(b"damaged" + snapshot.chunks[number])
        return Say(snapshot.chunks[number])
