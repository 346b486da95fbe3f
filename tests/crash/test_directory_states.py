"""A power cut or a failing disk may set the directory back, and never leaves it between two pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.bench.crash.record import Record
from terminal.errors import StoreError
from terminal.store.directory_writer import DirectoryWriter
from tests.crash.directory_states import NAME, look, play, run
from tests.crash.own_sqlite import FULL, IOERR_SYNC, IOERR_WRITE, OK, Beneath

STATES, PARTS = 2_000, 2
SEED, ACTS = 5, 10
MOST_IO = 3000


@pytest.mark.parametrize("part", range(PARTS))
def test_every_state_is_between_no_two_pages(part: int) -> None:
    found = run(STATES // PARTS, part)
    assert found.states >= STATES // PARTS
    assert found.wrong == []


def test_a_directory_without_a_log_on_the_disk_is_found_half() -> None:
    """The control: without a journal on the disk a page can be half there. What does not even open is replaced."""

    def weaken(writer: DirectoryWriter) -> None:
        for pragma in ("journal_mode = MEMORY", "synchronous = OFF"):
            writer._db.execute(f"PRAGMA {pragma}").fetchall()

    assert run(1000, 1, weaken=weaken).violations


FAILURES = {
    "disk full": lambda n: lambda kind, at: FULL if kind == "write" and at >= n else OK,
    "failed write": lambda n: lambda kind, at: IOERR_WRITE if (kind, at) == ("write", n) else OK,
    "failed sync": lambda n: lambda kind, at: IOERR_SYNC if (kind, at) == ("sync", n) else OK,
}


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the directory says after each act, on a disk that does not fail."""
    folder, said = tmp_path_factory.mktemp("right"), []

    def answered(act: int) -> None:
        copy = folder / f"copy-{act}"
        copy.mkdir()
        for name in (NAME, f"{NAME}-wal"):
            if (folder / "day" / name).exists():
                (copy / name).write_bytes((folder / "day" / name).read_bytes())
        found = look(copy)
        assert isinstance(found, str), found
        said.append(found)

    play(folder / "day", SEED, answered, pages=ACTS)
    return said


@pytest.mark.parametrize("case", FAILURES)
def test_a_failure_at_any_io_leaves_a_whole_page(case: str, after: list[str], tmp_path: Path) -> None:
    """Refused work is done again by the agent; a file that fails while it is opened may be begun anew."""
    kind, met = ("sync" if "sync" in case else "write"), 0
    for n in range(1, MOST_IO):
        newest: list[int] = []
        disk = Beneath(Record(), fail=FAILURES[case](n))
        try:
            with disk:
                play(tmp_path / str(n), SEED, newest.append, pages=ACTS)
        except StoreError:
            met += 1
        assert look(tmp_path / str(n)) in after[: len(newest) + 1], (n, newest)
        if disk.counts[kind] < n:
            assert met > ACTS
            return
    raise AssertionError("the feed never ended")
