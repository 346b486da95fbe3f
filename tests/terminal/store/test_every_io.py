"""Every kind of work of the ledger, with a failure at every single write and sync: nothing is lost, nothing half."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import apsw
import pytest

from terminal.bench.crash.day import ACTS, Act, Day, open_ledger
from terminal.bench.crash.ledger_look import NAME, LedgerLook
from terminal.errors import StorageBroken, StorageFull, StoreError
from tests.terminal.store.failing_disk import FailingDisk, broken_at, full_from

SEED = 11
MOST_IO = 2000  # a loop that gets there has found no end
Fail = Callable[[str, int], apsw.Error | None]


EVERY: list[Act] = [ACTS[name][0] for name in ("sale", *sorted(ACTS), "sale")]
LAST = len(EVERY) + 8  # with opening, the first grants and the month at the end


def play(folder: Path, fail: Fail) -> tuple[int, StoreError | None]:
    """The newest act that was acknowledged on a disk that fails so, and what stopped it."""
    folder.mkdir()
    newest = -1

    def answered(act: int) -> None:
        nonlocal newest
        newest = act

    with FailingDisk("every-io", fail) as disk:
        day = Day(lambda: open_ledger(folder / NAME, disk.name), Random(SEED), answered)
        try:
            day.play_these(EVERY)
        except StoreError as error:
            return newest, error
    return newest, None


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the ledger says after each act, on a disk that does not fail."""
    folder, said = tmp_path_factory.mktemp("right"), []

    def answered(_act: int) -> None:
        found = LedgerLook()(copied(folder, folder / f"copy-{len(said)}"))
        assert isinstance(found, str), found
        said.append(found)

    Day(lambda: open_ledger(folder / NAME), Random(SEED), answered).play_these(EVERY)
    return said


def copied(folder: Path, to: Path) -> Path:
    to.mkdir()
    for name in (NAME, f"{NAME}-wal"):
        if (folder / name).exists():
            (to / name).write_bytes((folder / name).read_bytes())
    return to


CASES = {
    "disk full": (full_from, StorageFull),
    "failed write": (lambda n: broken_at("write", n), StorageBroken),
    "failed sync": (lambda n: broken_at("sync", n), StorageBroken),
}


def lies(case: str, after: list[str], folder: Path, hasty: int = 0) -> list[int]:
    """The numbers of the failures after which the ledger does not keep its word. `hasty` answers so many acts early."""
    (make, expected), look = CASES[case], LedgerLook()
    found, stopped = [], set()
    for n in range(1, MOST_IO):
        acknowledged, error = play(folder / str(n), make(n))
        if error is None and acknowledged == LAST:
            assert len(stopped) > LAST // 2, "the failures met most kinds of work"
            return found
        assert error is None or isinstance(error, expected), (n, error)
        stopped.add(acknowledged)
        said = acknowledged + hasty
        if look(folder / str(n)) not in after[max(said, 0) : said + 2]:
            found.append(n)
    raise AssertionError("the day never ended")


@pytest.mark.parametrize("case", CASES)
def test_a_failure_at_any_io_loses_nothing(case: str, after: list[str], tmp_path: Path) -> None:
    assert lies(case, after, tmp_path) == []


def test_an_answer_before_the_act_is_caught(after: list[str], tmp_path: Path) -> None:
    """The control."""
    assert lies("failed write", after, tmp_path, hasty=1)
