"""Snapshots on each database: what is in the file, that ingest goes on, what is signed, and which ones are kept."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from sqlalchemy import Connection, select, update

from hq import feed, nightly, snapshot, snapshot_files
from hq.headquarters import Headquarters
from hq.problems import HqError
from hq.schema import feed_bucket, feed_row
from hq.sequencer import sequence
from protocol.directory_file import APPLICATION_ID, FORMAT, TABLES
from protocol.feed import Bucket, RowKind, row_digest, sum_hex
from protocol.signing import SignatureError, Signed
from protocol.snapshot import CHUNK_BYTES, SNAPSHOT, SnapshotManifest
from tests.hq.conftest import Clock
from tests.hq.devices import Device, acknowledged


def unpacked(hq: Headquarters, manifest: SnapshotManifest, to: Path) -> sqlite3.Connection:
    """The file of a snapshot, from its chunks."""
    chunks = [snapshot_files.chunk(hq.state, manifest.version, n) for n in range(len(manifest.chunks))]
    data = [chunk for chunk in chunks if chunk is not None]
    assert [hashlib.sha256(chunk).hexdigest() for chunk in data] == list(manifest.chunks)
    content = zstandard.ZstdDecompressor().decompressobj().decompress(b"".join(data))
    assert (len(content), hashlib.sha256(content).hexdigest()) == (manifest.size, manifest.sha256)
    to.write_bytes(content)
    return sqlite3.connect(to)


def newest(hq: Headquarters) -> SnapshotManifest:
    with hq.database.reading() as connection:
        signed = snapshot_files.newest(connection, hq.generation)
    assert signed is not None
    return SnapshotManifest.model_validate(signed.open(SNAPSHOT, hq.keys.trust_key))


def test_it_holds_every_row_but_the_configuration(hq: Headquarters, tmp_path: Path) -> None:
    manifest = nightly.make_snapshot(hq)
    file = unpacked(hq, manifest, tmp_path / "d.db")
    rows = {
        (bucket, kind, key): body
        for bucket, kind, key, body in file.execute("SELECT bucket, kind, key, body FROM entry")
    }
    with hq.database.reading() as connection:
        there = connection.execute(select(feed_row).where(feed_row.c.body.is_not(None))).all()
    assert rows == {(row.bucket, row.kind, row.key): row.body for row in there if row.bucket != Bucket.CONFIG.value}
    assert {kind for _, kind, _ in rows} == {"member", "card", "product"}
    found = file.execute("SELECT bucket, generation, cursor, count, sum, as_of_ms FROM bucket").fetchall()
    assert sorted(found) == sorted(
        (head.bucket.value, hq.generation, head.head, head.count, head.sum, hq.clock()) for head in manifest.heads
    )
    assert {head.bucket for head in manifest.heads} == set(Bucket) - {Bucket.CONFIG}
    file.close()


def test_it_is_a_directory_file_whose_rows_add_up(hq: Headquarters, tmp_path: Path) -> None:
    file = unpacked(hq, nightly.make_snapshot(hq), tmp_path / "d.db")
    marks = [file.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version", "quick_check")]
    assert marks == [APPLICATION_ID, FORMAT, "ok"]
    made = [sql for (sql,) in file.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
    assert sorted(made) == sorted(TABLES)
    for bucket, total in file.execute("SELECT bucket, sum FROM bucket").fetchall():
        rows = file.execute("SELECT digest FROM entry WHERE bucket = ?", (bucket,))
        assert sum_hex(sum(int.from_bytes(digest, "big") for (digest,) in rows)) == total
    file.close()


def test_it_says_for_each_device_what_is_in_its_rows(hq: Headquarters, device: Device, tmp_path: Path) -> None:
    device.sell("m1", earn=15)
    acknowledged(hq, device.batch())
    file = unpacked(hq, nightly.make_snapshot(hq), tmp_path / "d.db")
    assert file.execute("SELECT * FROM applied").fetchall() == [(device.name, 1, 1)]
    file.close()


def test_it_is_signed_and_its_version_only_grows(hq: Headquarters) -> None:
    versions = [nightly.make_snapshot(hq).version for _ in range(3)]
    assert versions == sorted(set(versions))
    with hq.database.reading() as connection:
        signed = snapshot_files.newest(connection, hq.generation)
    assert signed is not None
    assert newest(hq).version == versions[-1]
    forged = Signed(purpose=SNAPSHOT, payload=signed.payload.replace("1", "2", 1), signature=signed.signature)
    with pytest.raises(SignatureError):
        forged.open(SNAPSHOT, hq.keys.trust_key)
    with hq.database.transaction() as connection:
        assert snapshot_files.next_version(connection, hq.generation + 1) > versions[-1], "also for a restored HQ"


def test_the_last_two_are_kept(hq: Headquarters) -> None:
    first, second, third = (nightly.make_snapshot(hq).version for _ in range(3))
    assert snapshot_files.chunk(hq.state, first, 0) is None
    assert snapshot_files.chunk(hq.state, second, 0) is not None
    assert snapshot_files.chunk(hq.state, third, 0) is not None
    assert snapshot_files.chunk(hq.state, third, 9) is None
    folders = {path.name for path in (hq.state / snapshot_files.FOLDER).iterdir()}
    assert len(folders - {"lock"}) == 2, "and nothing is left of the work"


def test_rows_that_do_not_add_up_make_no_snapshot(hq: Headquarters) -> None:
    """The control for the comparison with HQ's own sums."""
    before = nightly.make_snapshot(hq)
    with hq.database.transaction() as connection:
        wrong = update(feed_bucket).where(feed_bucket.c.bucket == Bucket.CATALOGUE.value).values(count=99)
        connection.execute(wrong)
    with pytest.raises(HqError, match="catalogue do not add up"):
        nightly.make_snapshot(hq)
    assert newest(hq) == before


def made(hq: Headquarters, **how: Any) -> SnapshotManifest:
    """A snapshot that is read or cut in another way than the usual one."""
    sequence(hq.database, hq.clock(), hq.today())
    return snapshot.build(snapshot.Source(hq.state, hq.database, hq.keys, hq.generation, **how), hq.clock())


def test_a_change_that_is_committed_while_it_is_made_is_not_in_it(hq: Headquarters, tmp_path: Path) -> None:
    """One moment: ingest goes on beside the reading, and what it commits comes by the feed."""
    done = threading.Event()

    def write() -> None:
        with hq.database.transaction() as connection:
            feed.publish(connection, Bucket.CATALOGUE, [feed.Row(RowKind.PRODUCT, "6901234567892", {"new": 1})])
        done.set()

    def while_reading(connection: Connection) -> Iterator[Any]:
        threading.Thread(target=write).start()
        assert done.wait(20), "nobody waits for a snapshot"
        return snapshot.feed_rows(connection)

    manifest = made(hq, rows=while_reading)
    file = unpacked(hq, manifest, tmp_path / "d.db")
    (body,) = file.execute("SELECT body FROM entry WHERE key = '6901234567892'").fetchone()
    file.close()
    assert "new" not in body
    with hq.database.reading() as connection:
        head = feed.head_of(connection, Bucket.CATALOGUE)
    assert head == next(head.head for head in manifest.heads if head.bucket is Bucket.CATALOGUE) + 1


def test_a_large_file_is_cut_into_chunks(hq: Headquarters, tmp_path: Path) -> None:
    manifest = made(hq, chunk_bytes=1000)
    sizes = [len(snapshot_files.chunk(hq.state, manifest.version, n) or b"") for n in range(len(manifest.chunks))]
    assert set(sizes[:-1]) == {1000}
    assert 0 < sizes[-1] <= 1000
    assert sum(sizes) == manifest.packed
    unpacked(hq, manifest, tmp_path / "d.db").close()
    assert CHUNK_BYTES == 4 * 1024 * 1024


def floor(hq: Headquarters) -> int:
    with hq.database.reading() as connection:
        where = feed_bucket.c.bucket == Bucket.CATALOGUE.value
        return connection.scalar(select(feed_bucket.c.floor).where(where)) or 0


def test_every_night_once(hq: Headquarters, clock: Clock) -> None:
    with hq.database.transaction() as connection:  # a tombstone, whose 90 days are over
        feed.publish(connection, Bucket.CATALOGUE, [feed.Row(RowKind.PRODUCT, "6901234567892", None)], 1)
    assert floor(hq) == 0
    assert nightly.work(hq), "the first time at once"
    assert floor(hq) > 0  # and the sweep is part of it
    assert not nightly.work(hq)
    clock.forward(hours=14)  # 02:00 in Shanghai
    assert not nightly.work(hq)
    clock.forward(hours=1)
    assert nightly.work(hq)
    assert not nightly.work(hq)
    clock.forward(days=1)
    assert nightly.work(hq)


def test_the_digest_of_a_row_is_that_of_the_feed(hq: Headquarters, tmp_path: Path) -> None:
    file = unpacked(hq, nightly.make_snapshot(hq), tmp_path / "d.db")
    digest, body = file.execute("SELECT digest, json(body) FROM entry WHERE key = 'm1'").fetchone()
    assert int.from_bytes(digest, "big") == row_digest("member", "m1", json.loads(body))
    file.close()
