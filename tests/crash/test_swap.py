"""The swap of a whole directory: whatever a power cut or a failing disk leaves is the old one or the new one, whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from protocol.feed import FeedPage, RowKind, member_bucket
from terminal.bench.crash.record import Create, Event, FolderSync, Record, Sync
from terminal.errors import StoreError
from terminal.store.audit import audit
from terminal.sync.bootstrap import FOLDER, MANIFEST
from tests.crash.own_sqlite import FULL as DISK_FULL
from tests.crash.own_sqlite import IOERR_SYNC, IOERR_WRITE, OK, Beneath
from tests.crash.plain_files import PlainFiles, broken_at, full_from
from tests.crash.swap_states import PLENTY, look, made, play, run
from tests.terminal.store.feed_material import Feed, member
from tests.terminal.store.material import append, open_ledger
from tests.terminal.sync.feed_bed import feed_bed
from tests.terminal.sync.feed_hq import FeedHq
from tests.terminal.sync.snapshot_material import Snapshot, SnapshotHq, snapshot_of

STATES, TORN, SEED, ACTS = 600, 20, 5, 3
MOST_IO = 500
LEAST = {"write": 3, "sync": 2, "name": 3}  # operations that are met


def test_every_state_is_one_directory_or_the_other() -> None:
    found = run(STATES, 0)
    assert found.states >= STATES
    assert found.wrong == []


def without_folder_sync(events: list[Event]) -> list[Event]:
    return [event for event in events if not isinstance(event, FolderSync)]


def without_file_sync(events: list[Event]) -> list[Event]:
    """Nothing of a new directory is synced before its name leads there."""
    new = {event.file for event in events if isinstance(event, Create) and event.name.startswith("directory-")}
    return [event for event in events if not (isinstance(event, Sync) and event.file in new)]


@pytest.mark.parametrize("weaken", [without_folder_sync, without_file_sync])
def test_a_swap_that_skips_a_sync_is_found(weaken: Callable[[list[Event]], list[Event]]) -> None:
    """The controls."""
    assert run(300, 1, weaken).violations


def test_whatever_is_left_of_the_chunks_the_snapshot_is_taken(tmp_path: Path) -> None:
    """Each piece that was fetched before the cut is whole, torn, rubbish, or not there."""
    feed = Feed(member_bucket("a"))
    feed.put(RowKind.MEMBER, "a", member("a", 5))
    hq = SnapshotHq(FeedHq(feed), snapshot_of(tmp_path, feed))
    assert hq.snapshot is not None
    pieces = {f"{number:05}.zst": data for number, data in enumerate(hq.snapshot.chunks)}
    pieces[MANIFEST] = hq.snapshot.signed().model_dump_json().encode()
    for number in range(TORN):
        chance, state = Random(number), tmp_path / str(number)
        (state / FOLDER).mkdir(parents=True)
        for name, data in pieces.items():
            left = chance.choice((None, data, data[: chance.randrange(len(data))], chance.randbytes(len(data)), b""))
            if left is not None:
                (state / FOLDER / (name + chance.choice(("", "", ".new")))).write_bytes(left)
        with feed_bed(state, hq, PLENTY) as bed:
            bed.rest()
            assert "a" in bed.bodies()
        assert not (state / FOLDER).exists()


@dataclass(frozen=True)
class Right:
    """What HQ has, and what the directory says after each piece of it."""

    news: list[FeedPage | Snapshot]
    after: list[str]


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Right:
    folder, said = tmp_path_factory.mktemp("right"), list[str]()

    def answered(act: int) -> None:
        copy = folder / f"copy-{act}"
        copy.mkdir()
        for path in (folder / "till").glob("directory*"):
            if path.is_symlink():
                (copy / path.name).symlink_to(path.readlink())
            elif not path.name.endswith("-shm"):
                (copy / path.name).write_bytes(path.read_bytes())
        found = look(copy)
        assert isinstance(found, str), found
        said.append(found)

    news = made(folder, SEED, ACTS)
    play(folder / "till", news, answered)
    return Right(news, said)


FAILURES: dict[str, tuple[str, Callable[[int], Callable[[str, int], int]]]] = {
    "disk full": ("write", full_from),
    "failed write": ("write", lambda n: broken_at("write", n)),
    "failed sync": ("sync", lambda n: broken_at("sync", n)),
    "failed rename": ("name", lambda n: broken_at("name", n)),
}
BENEATH: dict[str, tuple[str, Callable[[int], Callable[[str, int], int]]]] = {
    "disk full": ("write", lambda n: lambda kind, at: DISK_FULL if kind == "write" and at >= n else OK),
    "failed write": ("write", lambda n: lambda kind, at: IOERR_WRITE if (kind, at) == ("write", n) else OK),
    "failed sync": ("sync", lambda n: lambda kind, at: IOERR_SYNC if (kind, at) == ("sync", n) else OK),
}


def tried(folder: Path, news: list[FeedPage | Snapshot], disk: PlainFiles | Beneath) -> tuple[int, bool]:
    """The newest act that ended well on this disk, and whether the next one failed."""
    newest = [-1]
    with disk:
        try:
            play(folder, news, newest.append)
        except StoreError:
            return newest[-1], True
    return newest[-1], False


@pytest.mark.parametrize("case", FAILURES)
def test_a_failure_at_any_file_operation_leaves_one_of_them(case: str, right: Right, tmp_path: Path) -> None:
    """And the ledger beside it takes the next sale."""
    kind, fail = FAILURES[case]
    with open_ledger(tmp_path / "ledger.db") as ledger:
        for n in range(1, MOST_IO):
            disk = PlainFiles(tmp_path / str(n), Record(), fail(n))
            newest, failed = tried(disk.folder, right.news, disk)
            assert look(disk.folder) in right.after[newest : newest + 2], (n, newest)
            append(ledger)
            if disk.counts[kind] < n:
                break
            assert failed or (kind, newest) == ("sync", ACTS), n  # the swap stands, though the folder is not synced
    assert (newest, failed) == (ACTS, False)
    assert n > LEAST[kind]
    assert audit(tmp_path / "ledger.db") == []


@pytest.mark.parametrize("case", BENEATH)
def test_a_failure_at_any_io_of_the_new_database_leaves_one_of_them(case: str, right: Right, tmp_path: Path) -> None:
    """Those of the snapshot, which come after those of the pages before it."""
    kind, fail = BENEATH[case]
    before = Beneath(Record())
    with before:
        play(tmp_path / "pages", right.news[:-1], lambda _act: None)
    for n in range(before.counts[kind] + 1, MOST_IO):
        disk = Beneath(Record(), fail=fail(n))
        newest, failed = tried(tmp_path / str(n), right.news, disk)
        assert look(tmp_path / str(n)) in right.after[newest : newest + 2], (n, newest)
        if disk.counts[kind] < n:
            assert (newest, failed) == (ACTS, False)
            return
    raise AssertionError("the snapshot never ended")
