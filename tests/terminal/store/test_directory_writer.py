"""HQ's feed into the directory: a page is whole or not there, and a missed row is noticed."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.feed import Bucket, FeedPage, RowKind
from terminal.errors import StorageFull, StoreError
from terminal.store.bucket_state import BucketState
from terminal.store.directory_writer import Applied, Confirmed, DirectoryWriter
from tests.terminal.store.feed_material import Feed, heads, member, product

MEMBER, CARD = RowKind.MEMBER, RowKind.CARD
DONE = Applied(caught_up=True, mismatch=False, changed=True)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[DirectoryWriter]:
    with DirectoryWriter(tmp_path / "directory.db") as writer:
        yield writer


def pull(writer: DirectoryWriter, feed: Feed, size: int = 500, applied_seq: int = 0) -> list[Applied]:
    """Ask for pages until the head, as the agent does."""
    results: list[Applied] = []
    while not results or not results[-1].caught_up:
        state = writer.bucket(feed.bucket)
        results.append(writer.apply(feed.page(state.cursor if state else 0, size, applied_seq)))
        assert len(results) < 100
    return results


def places(writer: DirectoryWriter) -> set[tuple[str, str]]:
    return set(writer._db.execute("SELECT kind, key FROM entry"))


def test_rows_tombstones_and_cursor_arrive_together(writer: DirectoryWriter) -> None:
    feed = Feed()
    for name in ("a", "b", "c"):
        feed.put(MEMBER, name, member(name))
    assert pull(writer, feed, applied_seq=7) == [DONE]
    feed.drop(MEMBER, "b")
    feed.put(CARD, "k", {"member": "a", "state": "active"})
    feed.put(MEMBER, "a", member("a", 5))
    assert pull(writer, feed, applied_seq=9) == [DONE]
    assert places(writer) == {("member", "a"), ("member", "c"), ("card", "k")}
    assert '"points":5' in str(writer.body("member", "a"))
    state = writer.bucket(Bucket.MEMBERS_0)
    assert state is not None
    assert (state.cursor, state.applied_seq, state.as_of_ms, state.mismatch) == (6, 9, 1000, False)


def test_nothing_new_is_no_change(writer: DirectoryWriter) -> None:
    feed = Feed()
    feed.put(MEMBER, "a", member("a"))
    pull(writer, feed)
    assert pull(writer, feed) == [Applied(caught_up=True, mismatch=False, changed=False)]


def test_until_the_head_a_bucket_does_not_say_that_it_is_complete(writer: DirectoryWriter) -> None:
    feed = Feed()
    for name in "abcde":
        feed.put(MEMBER, name, member(name))
    assert writer.apply(feed.page(0, 2, applied_seq=4)) == Applied(False, False, True)
    state = writer.bucket(Bucket.MEMBERS_0)
    assert state is not None
    assert (state.cursor, state.applied_seq, state.as_of_ms) == (2, 0, None)


def test_any_history_in_any_portions_gives_hqs_rows(writer: DirectoryWriter) -> None:
    chance, feed = random.Random(3), Feed()
    for _ in range(60):
        for _ in range(chance.randint(0, 12)):
            name = chance.choice("abcdefghij")
            feed.put(MEMBER, name, member(name, chance.randint(0, 99)) if chance.random() < 0.7 else None)
        assert not any(applied.mismatch for applied in pull(writer, feed, chance.randint(1, 5)))
        assert places(writer) == {(kind.value, key) for kind, key in feed.live()}


def lose(page: FeedPage, index: int) -> FeedPage:
    rows = [row for n, row in enumerate(page.rows) if n != index]
    return page.model_copy(update={"rows": tuple(rows)})


def state_of(writer: DirectoryWriter, bucket: Bucket = Bucket.MEMBERS_0) -> BucketState:
    state = writer.bucket(bucket)
    assert state is not None
    return state


def test_a_lost_row_is_noticed_at_the_head_and_what_is_there_stays(writer: DirectoryWriter) -> None:
    feed = Feed()
    for name in "abc":
        feed.put(MEMBER, name, member(name))
    assert writer.apply(lose(feed.page(0), 1)) == Applied(caught_up=True, mismatch=True, changed=True)
    state = state_of(writer)
    assert (state.cursor, state.mismatch, state.as_of_ms) == (3, True, None)
    assert places(writer) == {("member", "a"), ("member", "c")}


def test_a_bucket_that_starts_again_is_right_at_the_end_of_the_pass(writer: DirectoryWriter) -> None:
    feed = Feed()
    for name in "abc":
        feed.put(MEMBER, name, member(name))
    writer.apply(lose(feed.page(0), 1))
    writer.restart(Bucket.MEMBERS_0, because_wrong=True)
    assert (state_of(writer).cursor, state_of(writer).restarted) == (0, True)
    assert places(writer) == {("member", "a"), ("member", "c")}, "what is there stays while the bucket is fetched again"
    assert pull(writer, feed) == [DONE]
    assert (state_of(writer).mismatch, state_of(writer).restarted) == (False, False)
    assert places(writer) == {("member", "a"), ("member", "b"), ("member", "c")}


def test_rows_before_their_turn_leave_the_cursor_and_are_met_again(writer: DirectoryWriter) -> None:
    feed = Feed()
    for name in "abcd":
        feed.put(MEMBER, name, member(name))
    early = feed.page(0)
    early = early.model_copy(update={"rows": early.rows[2:3], "applied_seq": 7})
    assert writer.apply_early(early)
    assert not writer.apply_early(early.model_copy(update={"rows": ()}))
    assert (state_of(writer).cursor, state_of(writer).as_of_ms) == (0, None)
    assert places(writer) == {("member", "c")}
    feed.put(MEMBER, "c", member("c", 5))
    assert not any(applied.mismatch for applied in pull(writer, feed, 2))
    assert len(places(writer)) == 4
    assert not writer.apply_early(early), "an older version of a row stays out"
    assert '"points":5' in str(writer.body("member", "c"))
    with pytest.raises(StoreError, match="generation"):
        writer.apply_early(early.model_copy(update={"generation": 2}))


def test_heads_that_agree_make_a_bucket_as_of_now(writer: DirectoryWriter) -> None:
    feed, other = Feed(), Feed(Bucket.CATALOGUE)
    feed.put(MEMBER, "a", member("a"))
    other.put(RowKind.PRODUCT, "6901234567892", product("6901234567892", 1))
    pull(writer, feed, applied_seq=3)
    assert writer.confirm(heads(feed, other, applied_seq=8, as_of_ms=5000)) == Confirmed((Bucket.CATALOGUE,), ())
    assert (state_of(writer).applied_seq, state_of(writer).as_of_ms) == (8, 5000)
    pull(writer, other)
    feed.put(MEMBER, "b", member("b"))
    assert writer.confirm(heads(feed, other, applied_seq=9, as_of_ms=6000)) == Confirmed((Bucket.MEMBERS_0,), ())
    assert state_of(writer).applied_seq == 8, "a bucket that is behind does not hold what HQ has applied since"
    assert writer.confirm(heads(feed, other, generation=2)).behind == (Bucket.MEMBERS_0, Bucket.CATALOGUE)


def test_heads_that_do_not_agree_find_a_wrong_bucket(writer: DirectoryWriter) -> None:
    feed = Feed()
    for name in "abc":
        feed.put(MEMBER, name, member(name))
    pull(writer, feed)
    feed.rows[MEMBER, "b"] = (2, member("b", 9))
    assert writer.confirm(heads(feed)) == Confirmed((), (Bucket.MEMBERS_0,))
    assert state_of(writer).mismatch


def test_what_the_disk_has_not_kept_is_found_by_counting_anew(writer: DirectoryWriter) -> None:
    feed = Feed()
    for name in "abc":
        feed.put(MEMBER, name, member(name))
    pull(writer, feed)
    assert writer.recount(Bucket.MEMBERS_0)
    writer._db.execute("UPDATE entry SET body = '{}' WHERE key = 'b'")
    assert writer.confirm(heads(feed)).wrong == (), "the sum that is kept along does not see it"
    assert not writer.recount(Bucket.MEMBERS_0)
    assert writer.confirm(heads(feed)).wrong == (Bucket.MEMBERS_0,)


def test_a_row_that_hq_no_longer_has_goes_at_the_end_of_a_new_pass(writer: DirectoryWriter) -> None:
    feed = Feed()
    for name in "abc":
        feed.put(MEMBER, name, member(name))
    pull(writer, feed)
    restored = Feed(generation=2)
    restored.put(MEMBER, "b", member("b", 9))
    restored.put(MEMBER, "d", member("d"))
    writer.restart(Bucket.MEMBERS_0)
    writer.apply(restored.page(0, 1))
    assert len(places(writer)) == 3
    pull(writer, restored, 1)
    assert places(writer) == {("member", "b"), ("member", "d")}
    state = writer.bucket(Bucket.MEMBERS_0)
    assert state is not None
    assert state.generation == 2


def test_a_page_that_does_not_continue_changes_nothing(writer: DirectoryWriter) -> None:
    feed = Feed()
    for name in "abcd":
        feed.put(MEMBER, name, member(name))
    writer.apply(feed.page(0, 2))
    good = feed.page(2)
    wrong = [
        feed.page(0, 2),
        good.model_copy(update={"generation": 2}),
        good.model_copy(update={"rows": good.rows[::-1]}),
        good.model_copy(update={"rows": (good.rows[0], good.rows[0])}),
        good.model_copy(update={"cursor": 3}),
        good.model_copy(update={"rows": (), "cursor": 1}),
        good.model_copy(update={"head": 1}),
    ]
    for page in wrong:
        with pytest.raises(StoreError, match="members"):
            writer.apply(page)
    assert places(writer) == {("member", "a"), ("member", "b")}
    assert pull(writer, feed) == [DONE]


def test_a_refused_row_is_counted_and_stays_out(writer: DirectoryWriter) -> None:
    feed = Feed(Bucket.CONFIG)
    feed.put(RowKind.PROGRAMME, "current", {"v": 1})
    pull(writer, feed)
    feed.put(RowKind.PROGRAMME, "current", {"v": "bad"})
    assert writer.apply(feed.page(1), {("programme", "current")}) == DONE
    assert writer.body("programme", "current") == '{"v":1}'
    assert writer.refused() == 1
    feed.put(RowKind.PROGRAMME, "current", {"v": 2})
    assert pull(writer, feed) == [DONE]
    assert (writer.body("programme", "current"), writer.refused()) == ('{"v":2}', 0)


def test_a_refused_first_row_leaves_nothing_to_read(writer: DirectoryWriter) -> None:
    feed = Feed(Bucket.CONFIG)
    feed.put(RowKind.PROGRAMME, "current", {"v": "bad"})
    assert writer.apply(feed.page(0), {("programme", "current")}) == DONE
    assert writer.body("programme", "current") is None


def test_a_full_disk_refuses_the_page_whole_and_later_takes_it(writer: DirectoryWriter) -> None:
    feed = Feed()
    for number in range(400):
        feed.put(MEMBER, f"m{number}", member(f"m{number}", 9))
    writer._db.execute("PRAGMA max_page_count = 20")
    with pytest.raises(StorageFull, match="sales go on"):
        writer.apply(feed.page(0))
    assert places(writer) == set()
    assert writer.bucket(Bucket.MEMBERS_0) is None
    writer._db.execute("PRAGMA max_page_count = 100000")
    assert pull(writer, feed) == [DONE]


@pytest.mark.parametrize("content", [b"not a database at all" * 300, b"SQLite format 3\0" + b"\0" * 5000])
def test_a_damaged_directory_is_replaced_by_an_empty_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "directory.db"
    path.write_bytes(content)
    with DirectoryWriter(path) as writer:
        assert writer.bucket(Bucket.MEMBERS_0) is None
        feed = Feed()
        feed.put(MEMBER, "a", member("a"))
        assert pull(writer, feed) == [DONE]


def test_a_directory_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        DirectoryWriter(tmp_path / "nowhere" / "directory.db")


def test_a_page_is_one_transaction(tmp_path: Path) -> None:
    """The control for `atomic`: what a page has begun to write is not there when it fails half-way."""
    feed = Feed()
    for name in "ab":
        feed.put(MEMBER, name, member(name))
    torn = feed.page(0).model_copy(update={"rows": (feed.page(0).rows[0], feed.page(0).rows[1].model_copy())})
    object.__setattr__(torn.rows[1], "body", {"x": 1.5})
    with DirectoryWriter(tmp_path / "directory.db") as writer:
        with pytest.raises(ValueError, match="only integers"):
            writer.apply(torn)
        other = sqlite3.connect(tmp_path / "directory.db")
        assert other.execute("SELECT count(*) FROM entry").fetchone() == (0,)
        other.close()
