"""The table of docs/feed.md: what is shown of a member while rows and own operations come and go."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from protocol.feed import RowKind, member_bucket
from terminal.store.directory import Directory
from terminal.store.ledger import Ledger
from tests.docs.tables import table
from tests.terminal.store.feed_material import Feed, member
from tests.terminal.store.material import append
from tests.terminal.sync.feed_bed import IDENTITY, FeedBed, feed_bed
from tests.terminal.sync.feed_hq import FeedHq
from tests.terminal.sync.snapshot_material import SnapshotHq, snapshot_of

HEADER = "| step | what happens | row | `applied_seq` | own above it | shown |"
MEMBER = RowKind.MEMBER
ROWS = table("feed.md", HEADER)


class Play:
    """One terminal and its HQ; `act(n)` does step n of the table."""

    def __init__(self, bed: FeedBed, hq: SnapshotHq, ledger: Ledger, folder: Path) -> None:
        self.bed, self.hq, self.ledger, self.folder = bed, hq, ledger, folder
        self.feed: Feed = hq.feed.feed

    def act(self, step: int) -> None:
        steps: list[Callable[[], object]] = [
            lambda: self.hq_says(1000, 0),
            lambda: (self.sell(), self.sell()),
            lambda: self.ledger.acknowledge(2, self.ledger.head().hash),
            lambda: self.sell(),
            self.page_before_the_head,
            lambda: self.bed.pull(self.feed.bucket),
            lambda: self.hq_says(1030, 3),
            self.lose,
            self.repair,
            self.snapshot,
        ]
        steps[step - 1]()

    def sell(self) -> None:
        append(self.ledger, device=IDENTITY.device, member="m1", earn=10)

    def hq_has(self, points: int, applied_seq: int) -> None:
        self.feed.put(MEMBER, "m1", member("m1", points))
        self.hq.feed.applied_seq = applied_seq

    def hq_says(self, points: int, applied_seq: int) -> None:
        self.hq_has(points, applied_seq)
        self.bed.pull(self.feed.bucket)

    def page_before_the_head(self) -> None:
        self.hq_has(1020, 2)
        for number in range(5):
            self.feed.put(MEMBER, f"other{number}", member(f"other{number}"))
        turns = iter([True, False])
        self.bed.puller.pull(self.feed.bucket, lambda: next(turns))

    def lose(self) -> None:
        self.hq.snapshot = snapshot_of(self.folder, self.feed, applied=[(IDENTITY.device, 1, 3)])
        self.sell()
        self.bed.writer._db.execute("DELETE FROM entry WHERE key = 'm1'")
        self.bed.writer.recount(self.feed.bucket)

    def repair(self) -> None:
        cseq = self.feed.rows[MEMBER, "m1"][0]
        self.feed.rows[MEMBER, "m1"] = (cseq, member("m1", 1040))
        self.hq.feed.applied_seq = 4
        self.bed.pull(self.feed.bucket)
        assert self.hq.feed.rows_asked == ["m1"]

    def snapshot(self) -> None:
        assert self.bed.puller._bootstrap is not None
        assert self.bed.puller._bootstrap.run(1, lambda: True)

    def shown(self) -> list[str]:
        with closing(Directory(self.bed.folder / "directory.db")) as directory:
            row = directory.member("m1")
        applied = row.applied_seq if row else 0
        own = self.ledger.effects("m1", applied).points
        points = sum(lot.points for lot in row.lots) if row else 0
        return [str(points) if row else "none", str(applied), str(own), str(points + own) if row else "unknown"]


def test_the_table_of_the_page(tmp_path: Path) -> None:
    hq = SnapshotHq(FeedHq(Feed(member_bucket("m1"))))
    with (
        Ledger.open(tmp_path / "ledger.db", IDENTITY.device, 1) as ledger,
        feed_bed(tmp_path / "state", hq, 10**12) as bed,
    ):
        play = Play(bed, hq, ledger, tmp_path)
        for step, _, *expected in ROWS:
            play.act(int(step))
            assert play.shown() == expected, f"step {step}"
    assert len(ROWS) == 10


def test_a_table_that_says_something_else_is_noticed(tmp_path: Path) -> None:
    hq = SnapshotHq(FeedHq(Feed(member_bucket("m1"))))
    with (
        Ledger.open(tmp_path / "ledger.db", IDENTITY.device, 1) as ledger,
        feed_bed(tmp_path / "state", hq, 10**12) as bed,
    ):
        play = Play(bed, hq, ledger, tmp_path)
        play.act(1)
        play.act(2)
        with pytest.raises(AssertionError):
            assert play.shown() == ROWS[0][2:]
