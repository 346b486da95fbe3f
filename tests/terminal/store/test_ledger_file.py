"""What a full or failing disk means: full rolls back and goes on, anything else is final until the file is reopened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from terminal.errors import StorageBroken, StorageFull, StoreError
from terminal.store.audit import audit
from terminal.store.ledger import Ledger
from tests.terminal.store.failing_disk import FailingDisk, broken_at, full_from
from tests.terminal.store.material import DIGEST, FOREVER_MS, append, grants, intent, open_ledger, sale

MOST_IO = 400  # of the short day below; a loop that gets there has found no end


def short_day(ledger: Ledger) -> Iterator[int]:
    """A grant, sales that earn and spend, an acknowledgement, a checkpoint; yields each acknowledged seq."""
    ledger.note_spend_until(FOREVER_MS)
    ledger.apply_grants(grants(100))
    for n in range(1, 5):
        ledger.begin_intent(intent(n), DIGEST)
        append(ledger, earn=3, draw={"g-1": 10})
        yield n
        if n == 2:
            ledger.acknowledge(1, ledger._hash_at(1) or b"")
            ledger.checkpoint()


def play(path: Path, disk: FailingDisk) -> tuple[int, StoreError | None]:
    """Play the day on a disk. Returns the newest acknowledged seq, and what stopped it."""
    acknowledged = 0
    try:
        with open_ledger(path, disk.name) as ledger:
            for seq in short_day(ledger):
                acknowledged = seq
    except StoreError as error:
        return acknowledged, error
    return acknowledged, None


def assert_nothing_lost(path: Path, acknowledged: int) -> None:
    with open_ledger(path) as ledger:
        assert acknowledged <= ledger.head().seq <= acknowledged + 1
        assert sum(lot.points for lot in ledger.lease("m-ada") if lot.id == "g-1") in (
            0,
            100 - 10 * ledger.head().seq,
        )
        ledger.note_spend_until(FOREVER_MS)
        append(ledger, earn=1)
    assert audit(path) == []


def every_failure(tmp_path: Path, make: Callable[[int], Callable[[str, int], apsw.Error | None]]) -> Iterator[tuple]:
    """The day once for each n, with failure n, until the day passes without meeting it."""
    for n in range(1, MOST_IO):
        path = tmp_path / f"{n}.db"
        with FailingDisk("failing", make(n)) as disk:
            acknowledged, error = play(path, disk)
        yield n, path, acknowledged, error
        if error is None and acknowledged == 4:
            return
    raise AssertionError("the day never ended")


def test_a_full_disk_at_any_write_loses_nothing(tmp_path: Path) -> None:
    seen = []
    for _, path, acknowledged, error in every_failure(tmp_path, full_from):
        assert error is None or isinstance(error, StorageFull)
        assert_nothing_lost(path, acknowledged)
        seen.append(acknowledged)
    assert set(seen) == {0, 1, 2, 3, 4}, "the disk filled up before each sale"


@pytest.mark.parametrize("kind", ["write", "sync"])
def test_a_failing_disk_at_any_io_is_final_and_loses_nothing(tmp_path: Path, kind: str) -> None:
    seen = []
    for _, path, acknowledged, error in every_failure(tmp_path, lambda n: broken_at(kind, n)):
        assert error is None or isinstance(error, StorageBroken)
        assert_nothing_lost(path, acknowledged)
        seen.append(acknowledged)
    assert {0, 1, 2, 3, 4} <= set(seen)


def test_after_a_full_disk_the_same_ledger_goes_on(path: Path) -> None:
    with FailingDisk("filling") as disk, open_ledger(path, disk.name) as ledger:
        ledger.note_spend_until(FOREVER_MS)
        ledger.apply_grants(grants(100))
        disk.fail = full_from(0)
        for _ in range(3):
            with pytest.raises(StorageFull, match="nothing was lost"):
                append(ledger, draw={"g-1": 60})
        assert ledger.head().seq == 0
        assert [lot.points for lot in ledger.lease("m-ada")] == [100]
        disk.fail = lambda _kind, _number: None
        append(ledger, draw={"g-1": 60})
        assert ledger.answer(intent(1)) == {"number": 1}
    assert audit(path) == []


def test_after_a_failed_fsync_everything_is_refused(path: Path) -> None:
    with FailingDisk("dying") as disk, open_ledger(path, disk.name) as ledger:
        append(ledger)
        disk.fail = broken_at("sync", disk.counts["sync"] + 1)
        with pytest.raises(StorageBroken, match="leave the service"):
            append(ledger)
        written = disk.counts["write"]
        refused: list[Callable[[], object]] = [
            lambda: append(ledger),
            lambda: ledger.lease("m-ada"),
            lambda: ledger.operation(1),
            lambda: ledger.note("a", {}),
            lambda: ledger.checkpoint(),
            lambda: ledger.begin_intent(intent(5), DIGEST),
        ]
        for act in refused:
            with pytest.raises(StorageBroken):
                act()
    assert disk.counts["write"] == written, "a broken file is not written again, not even on closing"
    with open_ledger(path) as ledger:
        assert ledger.head().seq in (1, 2)


def test_a_ledger_that_tries_again_after_a_failed_fsync_is_caught(path: Path) -> None:
    """The control: with the mark taken away, the second attempt is not refused."""
    with FailingDisk("forgiving") as disk, open_ledger(path, disk.name) as ledger:
        disk.fail = broken_at("sync", disk.counts["sync"] + 1)
        with pytest.raises(StorageBroken):
            append(ledger)
        ledger._file._broken = None
        ledger._file._roll_back()
        append(ledger)


def test_a_sale_costs_one_sync(path: Path) -> None:
    """And one more where the shop's own till did not persist the intent before."""
    with FailingDisk("counting") as disk, open_ledger(path, disk.name) as ledger:
        append(ledger, earn=3)
        before = disk.counts["sync"]
        for _ in range(20):
            append(ledger, earn=3)
        assert disk.counts["sync"] - before == 20
        ledger.begin_intent(sale(22).intent, DIGEST)
        append(ledger, earn=3)
        assert disk.counts["sync"] - before == 22


def sell_without_end(ledger: Ledger) -> Iterator[int]:
    while True:
        yield append(ledger, detail={"text": "x" * 2000}).seq


def test_a_limit_of_pages_is_a_full_disk_too(path: Path) -> None:
    with open_ledger(path) as ledger:
        connection = ledger._file.connection
        (pages,) = connection.execute("PRAGMA page_count").fetchall()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 3}")
        with pytest.raises(StorageFull):
            list(sell_without_end(ledger))
        assert ledger.outbox().depth == ledger.head().seq > 0
        connection.execute("PRAGMA max_page_count = 100000")
        append(ledger)
    assert audit(path) == []
