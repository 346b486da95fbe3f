"""A directory out of HQ's snapshot: resumable, checked byte by byte, and the old one serves until the rename."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol.directory_file import SNAPSHOT_VERSION
from protocol.feed import MEMBER_BUCKETS, Bucket, RowKind, member_bucket
from protocol.signing import Signed, private_from_hex
from terminal.errors import StorageFull
from terminal.store.directory import Directory
from terminal.store.disk_guard import KEPT_FOR_OPERATIONS
from terminal.sync.bootstrap import FOLDER, TRIES
from terminal.sync.failures import Refused
from tests.terminal.store.feed_material import Feed, contained, member, product
from tests.terminal.sync.feed_bed import HQ_KEY, FeedBed, feed_bed
from tests.terminal.sync.feed_hq import FeedHq
from tests.terminal.sync.snapshot_material import Snapshot, SnapshotHq, snapshot_of

MEMBER, CARD = RowKind.MEMBER, RowKind.CARD
PLENTY = 10**12


@pytest.fixture
def hq(tmp_path: Path) -> SnapshotHq:
    """Its one bucket with rows is that of member `a`; the snapshot is four rows behind."""
    feed = Feed(member_bucket("a"))
    for number in range(40):
        feed.put(MEMBER, f"m{number}", member(f"m{number}"))
    feed.put(MEMBER, "a", member("a", 5))
    feed.put(CARD, "0" * 32, {"member": "a", "state": "active"})
    snapshot = snapshot_of(tmp_path, feed, applied=[("s01-1", 1, 4), ("s01-1", 2, 9), ("s02-1", 1, 7)])
    for number in range(3):
        feed.put(MEMBER, f"m{number}", member(f"m{number}", 9))
    feed.drop(MEMBER, "m3")
    return SnapshotHq(FeedHq(feed, applied_seq=6), snapshot)


@pytest.fixture
def bed(tmp_path: Path, hq: SnapshotHq) -> Iterator[FeedBed]:
    with feed_bed(tmp_path / "state", hq, PLENTY) as bed:
        yield bed


def bootstrap(bed: FeedBed, going_on: Callable[[], bool] = lambda: True) -> bool:
    assert bed.puller._bootstrap is not None
    return bed.puller._bootstrap.run(1, going_on)


def whole(hq: SnapshotHq) -> int:
    assert hq.snapshot is not None
    assert len(hq.snapshot.chunks) > 5
    return len(hq.snapshot.chunks)


def test_an_empty_directory_takes_it_and_goes_on_with_the_feed(bed: FeedBed, hq: SnapshotHq) -> None:
    bed.rest()
    assert hq.fetched == list(range(whole(hq)))
    assert set(bed.bodies()) == {key for _, key in hq.feed.feed.live()}
    assert hq.feed.asked[0] == 42, "from the snapshot's cursor"
    state = bed.state(member_bucket("a"))
    assert (state.cursor, state.mismatch, state.applied_seq) == (46, False, 6)
    assert not (bed.folder / FOLDER).exists()
    bed.rest()
    assert len(hq.fetched) == whole(hq), "once"


def test_what_is_not_in_it_of_our_own_stays_on_top(bed: FeedBed) -> None:
    """`applied_seq` of this device and epoch: operations above it are still added by the till."""
    assert bootstrap(bed)
    with closing(Directory(bed.folder / "directory.db")) as directory:
        assert contained(directory, "a") == 4
        assert directory.members_known_since() == 900
    assert {bed.state(bucket).applied_seq for bucket in MEMBER_BUCKETS} == {4}


def test_the_old_directory_serves_until_the_rename_and_a_reader_finds_the_new_one(bed: FeedBed, hq: SnapshotHq) -> None:
    old = Feed(Bucket.CONFIG)
    programme = Signed.make("programme", {"version": 1}, private_from_hex("11" * 32)).model_dump()
    old.put(RowKind.PROGRAMME, "current", programme)
    bed.writer.apply(old.page(0))
    with closing(Directory(bed.folder / "directory.db")) as directory:
        assert directory.programme() is not None
        assert directory.member("a") is None
        assert not bootstrap(bed, iter([True, True, False]).__next__)
        assert directory.programme() is not None
        assert bootstrap(bed)
        assert directory.member("a") is not None
        assert directory.programme() is not None, "what a terminal obeys came by the feed and stays"
        state = directory.bucket(Bucket.CONFIG)
        assert state is not None
        assert state.cursor == 1
        bed.rest()
        assert contained(directory, "a") == 6
    assert (bed.folder / "directory.db").is_symlink()
    assert len(list(bed.folder.glob("*.db"))) == 2, "the old file is gone"


def test_a_second_snapshot_takes_the_place_of_the_first(bed: FeedBed, hq: SnapshotHq, tmp_path: Path) -> None:
    assert bootstrap(bed)
    first = bed.writer.file()
    hq.snapshot = snapshot_of(tmp_path, hq.feed.feed, version=6)
    assert bootstrap(bed)
    assert bed.writer.file() != first
    assert not first.exists()
    assert set(bed.bodies()) == {key for _, key in hq.feed.feed.live()}
    assert bootstrap(bed), "and the same again, where a directory has to be brought back"
    assert bed.writer.fact(SNAPSHOT_VERSION) == 6


def test_chunks_survive_a_break_and_a_restart(tmp_path: Path, hq: SnapshotHq) -> None:
    hq.until = 4
    with feed_bed(tmp_path / "state", hq, PLENTY) as bed, pytest.raises(Refused):
        bed.rest()
    assert hq.fetched == [0, 1, 2, 3]
    hq.until = None
    (tmp_path / "state" / FOLDER / "00001.zst").write_bytes(b"torn by a power cut")
    with feed_bed(tmp_path / "state", hq, PLENTY) as bed:
        bed.rest()
        assert "a" in bed.bodies()
    assert hq.fetched == [0, 1, 2, 3, 1, *range(4, whole(hq))]


def test_a_snapshot_that_hq_has_no_more_is_left_for_the_newest(tmp_path: Path, hq: SnapshotHq) -> None:
    hq.until = 4
    with feed_bed(tmp_path / "state", hq, PLENTY) as bed, pytest.raises(Refused):
        bed.rest()
    hq.until, hq.snapshot = None, snapshot_of(tmp_path, hq.feed.feed, version=6)
    with feed_bed(tmp_path / "state", hq, PLENTY) as bed:
        assert not bootstrap(bed)
        assert bootstrap(bed)
        assert bed.writer.fact(SNAPSHOT_VERSION) == 6


def test_a_chunk_that_was_damaged_on_the_way_is_asked_again(bed: FeedBed, hq: SnapshotHq) -> None:
    hq.bad = {2: TRIES - 1}
    assert bootstrap(bed)
    assert hq.fetched.count(2) == TRIES


def refused(bed: FeedBed, caplog: pytest.LogCaptureFixture, words: str) -> None:
    """The snapshot is refused with a sentence, and the directory is what it was."""
    before = (bed.writer.file(), bed.bodies())
    assert not bootstrap(bed)
    assert words in caplog.text
    assert (bed.writer.file(), bed.bodies()) == before
    assert sorted(path.name for path in bed.folder.glob("directory*.db")) == ["directory.db"]


def test_a_wrong_hash(bed: FeedBed, hq: SnapshotHq, caplog: pytest.LogCaptureFixture) -> None:
    hq.bad = {2: 99}
    refused(bed, caplog, "does not have the hash that HQ signed")


def test_a_wrong_signature(bed: FeedBed, hq: SnapshotHq, caplog: pytest.LogCaptureFixture) -> None:
    hq.key = private_from_hex("66" * 32)
    refused(bed, caplog, "not signed by HQ")


class Misnamed(Snapshot):
    """Signed by HQ as something else."""

    def signed(self, key: Ed25519PrivateKey = HQ_KEY) -> Signed:
        return Signed.make("programme", self.manifest.model_dump(mode="json"), key)


def test_another_purpose(bed: FeedBed, hq: SnapshotHq, caplog: pytest.LogCaptureFixture) -> None:
    assert hq.snapshot is not None
    hq.snapshot = Misnamed(hq.snapshot.manifest, hq.snapshot.chunks)
    refused(bed, caplog, "not signed by HQ")


def test_an_older_version(bed: FeedBed, hq: SnapshotHq, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert bootstrap(bed)
    hq.snapshot = snapshot_of(tmp_path, hq.feed.feed, version=4)
    assert not bootstrap(bed)
    assert "snapshot 4 is older than 5, and never goes back" in caplog.text


def test_another_time_of_hq(bed: FeedBed, caplog: pytest.LogCaptureFixture) -> None:
    assert bed.puller._bootstrap is not None
    assert not bed.puller._bootstrap.run(2, lambda: True)
    assert "another time of HQ" in caplog.text


def sqlite_file(path: Path, *statements: str, start: bytes = b"") -> bytes:
    path.write_bytes(start)
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        for statement in statements:
            file.execute(statement)
    return path.read_bytes()


BOMB = zstandard.ZstdCompressor().compress(bytes(50_000_000))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda one, path: one.packed(BOMB, size=one.manifest.size), "holds more than"),
        (lambda one, path: one.of(one.content()[:-4096]), "is no directory"),
        (lambda one, path: one.packed(b"".join(one.chunks), size=one.manifest.size + 1), "another file than HQ signed"),
        (lambda one, path: one.packed(b"".join(one.chunks), sha256="0" * 64), "another file than HQ signed"),
        (lambda one, path: one.packed(os.urandom(5000)), "cannot be unpacked"),
        (lambda one, path: one.packed(b"".join(one.chunks)[:-900]), "another file than HQ signed"),
        (lambda one, path: one.packed(b"".join(one.chunks) * 2), "holds more than"),
        (lambda one, path: one.of(b"no database at all" * 999), "is no directory"),
        (lambda one, path: one.of(sqlite_file(path, "CREATE TABLE other (a)")), "no directory of ours"),
        (
            lambda one, path: one.of(
                sqlite_file(
                    path,
                    "CREATE TRIGGER t AFTER UPDATE ON bucket BEGIN DELETE FROM entry; END",
                    start=one.content(),
                )
            ),
            "no directory of ours",
        ),
        (
            lambda one, path: one.of(sqlite_file(path, "DELETE FROM entry WHERE key = 'a'", start=one.content())),
            "does not hold the rows",
        ),
        (
            lambda one, path: one.of(sqlite_file(path, "UPDATE bucket SET cursor = 99", start=one.content())),
            "other places of the feed",
        ),
        (
            lambda one, path: one.of(
                sqlite_file(path, "UPDATE entry SET bucket = 'config' WHERE key = 'a'", start=one.content())
            ),
            "does not hold the rows",
        ),
    ],
    ids=[
        "bomb",
        "cut",
        "size",
        "hash",
        "noise",
        "half",
        "twice",
        "text",
        "other tables",
        "trigger",
        "lost row",
        "cursor",
        "config",
    ],
)
def test_a_file_that_is_not_a_directory_of_ours(
    bed: FeedBed,
    hq: SnapshotHq,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    made: Callable[[Snapshot, Path], Snapshot],
    words: str,
) -> None:
    """Signed by HQ or not: what comes out must be what it has to be."""
    assert hq.snapshot is not None
    hq.snapshot = made(hq.snapshot, tmp_path / "evil.db")
    refused(bed, caplog, words)


def test_without_a_snapshot_the_pages_bring_everything(bed: FeedBed, hq: SnapshotHq) -> None:
    hq.snapshot = None
    hq.feed.size = 500
    bed.rest()
    assert set(bed.bodies()) == {key for _, key in hq.feed.feed.live()}
    assert hq.feed.asked[0] == 0


def test_a_disk_without_room_is_said_before_anything_is_fetched(tmp_path: Path, hq: SnapshotHq) -> None:
    with feed_bed(tmp_path / "state", hq, KEPT_FOR_OPERATIONS) as bed, pytest.raises(StorageFull, match="sales go on"):
        bed.rest()
    assert hq.fetched == []


def test_a_cursor_that_missed_tombstones_takes_the_snapshot(bed: FeedBed, hq: SnapshotHq) -> None:
    bed.rest()
    hq.fetched.clear()
    hq.feed.feed.put(MEMBER, "late", member("late"))
    hq.feed.floor = 47
    bed.rest()
    assert hq.fetched, "its own cursor is below the floor"
    assert "late" in bed.bodies(), "and the snapshot's too, so that the pages came from zero"


def test_catalogue_rows_come_with_it(bed: FeedBed, hq: SnapshotHq, tmp_path: Path) -> None:
    catalogue = Feed(Bucket.CATALOGUE)
    catalogue.put(RowKind.PRODUCT, "6901234567892", product("6901234567892", 350))
    hq.snapshot = snapshot_of(tmp_path, catalogue)
    assert bootstrap(bed)
    with closing(Directory(bed.folder / "directory.db")) as directory:
        assert [row.price for row in directory.products()] == [350]
