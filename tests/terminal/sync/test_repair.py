"""A bucket that does not add up: what differs is found part by part, and only that is fetched (sync.md, Feed)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.feed import PREFIXES, Bucket, RowKind, row_prefix
from terminal.store.directory_writer import DirectoryWriter
from terminal.sync.failures import Nonsense
from terminal.sync.pull import AUDIT_EVERY
from terminal.sync.repair import PARTS_MAX, Found, Repairer
from tests.terminal.store.feed_material import Feed, member
from tests.terminal.sync.feed_bed import FeedBed, feed_bed
from tests.terminal.sync.feed_hq import FeedHq
from tests.terminal.sync.https import Say

MEMBER = RowKind.MEMBER
MANY = 3000


@pytest.fixture
def hq() -> FeedHq:
    hq = FeedHq(size=500, applied_seq=6)
    for number in range(MANY):
        hq.feed.put(MEMBER, f"m{number}", member(f"m{number}"))
    return hq


@pytest.fixture
def bed(tmp_path: Path, hq: FeedHq) -> Iterator[FeedBed]:
    with feed_bed(tmp_path, hq) as bed:
        bed.pull()
        hq.asked.clear()
        yield bed


def harm(bed: FeedBed, *statements: str) -> None:
    """What a fault of the disk or of the line has left, with the count and sum that belong to it."""
    for statement in statements:
        bed.writer._db.execute(statement)
    bed.writer.recount(Bucket.MEMBERS_0)


LOST = "DELETE FROM entry WHERE key = 'm7'"
ALTERED = """UPDATE entry SET body = replace(body, '"debt":0', '"debt":5') WHERE key = 'm8'"""
EXTRA = """INSERT INTO entry SELECT kind, 'x1', bucket, round, cseq, applied_seq, digest, refused, body
FROM entry WHERE key = 'm9'"""


@pytest.mark.parametrize(
    ("statement", "rows"), [(LOST, ["m7"]), (ALTERED, ["m8"]), (EXTRA, [])], ids=["lost", "altered", "extra"]
)
def test_only_what_differs_is_fetched(bed: FeedBed, hq: FeedHq, statement: str, rows: list[str]) -> None:
    before, whole = bed.bodies(), bed.line.received
    harm(bed, statement)
    assert bed.bodies() != before
    bed.rest()
    assert bed.bodies() == before
    assert (bed.state().mismatch, bed.state().restarted) == (False, False)
    assert hq.rows_asked == rows
    assert len(hq.leaves_asked) == 1
    assert hq.asked == [MANY, MANY], "a page at the head that is wrong, and one that is right"
    assert bed.line.received - whole < whole // 20, "a small part of the bucket came again"


def test_all_kinds_of_harm_at_once(bed: FeedBed, hq: FeedHq) -> None:
    before = bed.bodies()
    harm(bed, LOST, ALTERED, EXTRA)
    bed.rest()
    assert bed.bodies() == before
    assert sorted(hq.rows_asked) == ["m7", "m8"]


def test_without_the_repair_it_stays_wrong(bed: FeedBed, hq: FeedHq) -> None:
    """The control: pages alone never bring back what was lost below the cursor."""
    harm(bed, LOST)
    for _ in range(3):
        page = hq.feed.page(bed.state().cursor)
        assert bed.writer.apply(page).mismatch
    assert "m7" not in bed.bodies()


def test_a_repaired_row_knows_what_of_our_own_it_holds(bed: FeedBed, hq: FeedHq) -> None:
    hq.applied_seq = 9
    harm(bed, ALTERED)
    Repairer(bed.client, bed.writer, "11" * 32).repair(Bucket.MEMBERS_0)
    found = dict(bed.writer._db.execute("SELECT key, applied_seq FROM entry WHERE key IN ('m8', 'm9')"))
    assert found == {"m8": 9, "m9": 6}


def test_rows_above_the_cursor_are_left_to_the_feed(bed: FeedBed, hq: FeedHq) -> None:
    """HQ goes on while a terminal repairs."""
    harm(bed, LOST)
    hq.feed.put(MEMBER, "m10", member("m10", 5))
    hq.feed.drop(MEMBER, "m11")
    hq.feed.put(MEMBER, "new", member("new"))
    assert Repairer(bed.client, bed.writer, "11" * 32).repair(Bucket.MEMBERS_0) is Found.REPAIRED
    assert hq.rows_asked == ["m7"]
    assert "m11" in bed.bodies()
    bed.rest()
    assert set(bed.bodies()) == {key for _, key in hq.feed.live()}
    assert not bed.state().mismatch


def test_too_much_harm_is_not_repaired_row_by_row(bed: FeedBed, hq: FeedHq) -> None:
    parts = {row_prefix("member", f"m{n}") for n in range(300)}
    assert len(parts) > PARTS_MAX
    harm(bed, "DELETE FROM entry WHERE CAST(substr(key, 2) AS INTEGER) < 300")
    bed.rest()
    assert hq.rows_asked == []
    assert len(bed.bodies()) == MANY
    assert hq.asked[:2] == [MANY, 0], "the bucket came whole"
    assert not bed.state().mismatch


def test_a_bucket_that_never_adds_up_is_fetched_whole_only_once(bed: FeedBed, hq: FeedHq) -> None:
    class Wrong(Feed):
        def sum(self) -> str:
            return "0" * 32

    hq.feed = Wrong(rows=hq.feed.rows, head=hq.feed.head)
    bed.rest()
    assert hq.asked.count(0) == 1
    assert (bed.state().mismatch, bed.state().restarted) == (True, True)
    bed.rest()
    assert hq.asked.count(0) == 1, "HQ does not get its own fault as load"
    hq.feed = Feed(rows=hq.feed.rows, head=hq.feed.head)
    bed.rest()
    assert (bed.state().mismatch, bed.state().restarted) == (False, False)


def test_what_the_disk_has_done_is_found_when_there_is_no_news(bed: FeedBed, hq: FeedHq) -> None:
    """The audit looks at one bucket every AUDIT_EVERY quiet rounds, in turn."""
    before = bed.bodies()
    bed.writer._db.execute(ALTERED)
    turn = list(Bucket).index(Bucket.MEMBERS_0)
    for _ in range(AUDIT_EVERY * turn - 1):
        bed.rest()
    assert bed.bodies() != before
    bed.rest()
    assert bed.bodies() == before
    assert hq.rows_asked == ["m8"]


def test_answers_that_hq_would_not_give(bed: FeedBed, hq: FeedHq) -> None:
    harm(bed, LOST)
    repairer = Repairer(bed.client, bed.writer, "11" * 32)
    for body in (b"{}", hq.feed.leaf(3).model_dump_json().encode()):
        hq.say = Say(body)
        with pytest.raises(Nonsense):
            repairer.repair(Bucket.MEMBERS_0)
    assert "m7" not in bed.bodies()


def test_sums_of_parts_are_the_sum_of_the_whole(tmp_path: Path, hq: FeedHq) -> None:
    with DirectoryWriter(tmp_path / "d.db") as writer:
        for after in range(0, MANY, 500):
            writer.apply(hq.feed.page(after))
        sums = writer.prefix_sums(Bucket.MEMBERS_0)
        assert len(sums) == PREFIXES
        assert sum(kept.count for kept in sums.values()) == MANY
        assert {part.prefix: part.count for part in hq.feed.prefixes().prefixes} == {
            prefix: kept.count for prefix, kept in sums.items()
        }
