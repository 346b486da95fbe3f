"""The members whom the store knows come before their turn, where that makes a difference (decision 0013)."""

from __future__ import annotations

from pathlib import Path

from protocol.feed import PAGE_ROWS, RowKind
from tests.terminal.store.feed_material import member
from tests.terminal.sync.feed_bed import feed_bed
from tests.terminal.sync.feed_hq import FeedHq

MANY, SIZE = PAGE_ROWS + 100, 150


def _rested(folder: Path, every: int) -> FeedHq:
    """What HQ was asked until the directory was as HQ has it; of its members the store knows one in `every`."""
    hq = FeedHq(size=SIZE, hot=frozenset(f"m{number}" for number in range(0, MANY, every)))
    for number in range(MANY):
        hq.feed.put(RowKind.MEMBER, f"m{number}", member(f"m{number}"))
    with feed_bed(folder, hq) as bed:
        bed.rest()
        assert len(bed.bodies()) == MANY
        assert not bed.state().mismatch
    return hq


def test_a_few_of_many_come_first(tmp_path: Path) -> None:
    hq = _rested(tmp_path, every=3)
    assert hq.hot_asked == [0, 3 * SIZE - 2], "all of them, in as many pages as they need"
    assert hq.asked == [0, SIZE, 2 * SIZE, 3 * SIZE]


def test_where_nearly_all_are_the_stores_they_come_in_their_turn(tmp_path: Path) -> None:
    hq = _rested(tmp_path, every=1)
    assert hq.hot_asked == [0], "one page says so"
    assert hq.asked == [0, SIZE, 2 * SIZE, 3 * SIZE]
