"""The feed: dense numbers, an incremental sum that is the whole one, tombstones, pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from hq import feed
from hq.database import Database, open_database
from hq.headquarters import Headquarters
from hq.schema import feed_row, metadata
from protocol.feed import MEMBER_BUCKETS, PAGE_ROWS, Bucket, FeedPage, RowKind, member_bucket, row_digest, sum_hex


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Any:
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('feed')}/hq.db")
    with database.transaction() as connection:
        metadata.create_all(connection)
        feed.create_buckets(connection)
    yield database
    database.close()


class _Undo(Exception):
    """Ends a transaction without keeping it."""


@contextmanager
def undone(database: Database) -> Iterator[Connection]:
    """A transaction of which nothing is kept."""
    with suppress(_Undo), database.transaction() as connection:
        yield connection
        raise _Undo


def page(connection: Connection, after: int = 0) -> FeedPage:
    return feed.page(connection, Bucket.MEMBERS_0, after, generation=1, applied_seq=0, as_of_ms=5)


def row(key: str, points: int | None) -> feed.Row:
    return feed.Row(RowKind.MEMBER, key, None if points is None else {"points": points})


def follow(connection: Connection, after: int = 0) -> dict[str, Any]:
    """A terminal that takes pages up to the head: its rows by key, tombstones taken out."""
    rows: dict[str, Any] = {}
    while True:
        one = page(connection, after)
        for item in one.rows:
            rows[item.key] = item.body
        if one.cursor == one.head:
            live = {key: body for key, body in rows.items() if body is not None}
            assert one.count == len(live)
            assert one.sum == sum_hex(sum(row_digest("member", key, body) for key, body in live.items()))
            return live
        after = one.cursor


CHANGES = st.lists(
    st.dictionaries(st.sampled_from("abcdef"), st.none() | st.integers(0, 3), min_size=1, max_size=4), max_size=12
)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(changes=CHANGES)
def test_a_follower_has_what_hq_has_after_any_changes(database: Database, changes: list[dict[str, int | None]]) -> None:
    model: dict[str, int | None] = {}
    with undone(database) as connection:
        for change in changes:
            feed.publish(connection, Bucket.MEMBERS_0, [row(key, points) for key, points in change.items()])
            model |= change
            numbers = connection.scalars(select(feed_row.c.cseq)).all()
            assert len(set(numbers)) == len(numbers)
            assert max(numbers, default=0) == feed.head_of(connection, Bucket.MEMBERS_0)
        expected = {key: {"points": points} for key, points in model.items() if points is not None}
        assert follow(connection) == expected


def test_numbers_are_dense_and_a_row_that_is_the_same_keeps_its_own(database: Database) -> None:
    with undone(database) as connection:
        feed.publish(connection, Bucket.MEMBERS_0, [row("a", 1), row("b", 1)])
        feed.publish(connection, Bucket.MEMBERS_0, [row("a", 1), row("b", 2), row("c", 1)])
        assert [(item.key, item.cseq) for item in page(connection).rows] == [("a", 1), ("b", 3), ("c", 4)]
        assert page(connection).head == 4


def test_a_tombstone_is_told_and_not_counted(database: Database) -> None:
    with undone(database) as connection:
        feed.publish(connection, Bucket.MEMBERS_0, [row("a", 1), row("b", 1)])
        feed.publish(connection, Bucket.MEMBERS_0, [row("a", None), row("z", None)])
        found = page(connection, 2)
        assert [(item.key, item.body) for item in found.rows] == [("a", None)]
        assert found.count == 1
        assert follow(connection) == {"b": {"points": 1}}


def test_pages_have_500_rows_and_a_cursor(database: Database) -> None:
    with undone(database) as connection:
        feed.publish(connection, Bucket.MEMBERS_0, [row(f"k{number:04}", 1) for number in range(1200)])
        first, second, third = page(connection), page(connection, 500), page(connection, 1000)
        assert [len(one.rows) for one in (first, second, third)] == [PAGE_ROWS, PAGE_ROWS, 200]
        assert [one.cursor for one in (first, second, third)] == [500, 1000, 1200]
        assert page(connection, 1200).rows == ()
        assert page(connection, 1200).cursor == 1200


def test_buckets_count_for_themselves(database: Database) -> None:
    with undone(database) as connection:
        feed.publish(connection, Bucket.MEMBERS_0, [row("a", 1)])
        feed.publish(connection, Bucket.CATALOGUE, [feed.Row(RowKind.PRODUCT, "a", {"price": 1})])
        assert feed.head_of(connection, Bucket.CATALOGUE) == 1
        assert feed.head_of(connection, Bucket.CONFIG) == 0
        assert follow(connection) == {"a": {"points": 1}}


def test_a_transaction_that_ends_badly_gives_no_number(database: Database) -> None:
    with undone(database) as connection:
        feed.publish(connection, Bucket.MEMBERS_0, [row("a", 1)])
    with database.transaction() as connection:
        assert feed.head_of(connection, Bucket.MEMBERS_0) == 0
        assert follow(connection) == {}


def test_a_founded_chain_is_in_its_buckets(hq: Headquarters) -> None:
    with hq.database.transaction() as connection:
        kinds = [
            [(item.kind.value, item.key) for item in found.rows]
            for bucket in (Bucket.CONFIG, Bucket.CATALOGUE)
            if (found := feed.page(connection, bucket, 0, generation=1, applied_seq=0, as_of_ms=1))
        ]
        rows = [
            (bucket, item)
            for bucket in MEMBER_BUCKETS
            for item in feed.page(connection, bucket, 0, generation=1, applied_seq=0, as_of_ms=1).rows
        ]
    bodies = {item.key: item.body for _, item in rows if item.kind is RowKind.MEMBER}
    assert kinds == [
        [("store", "s01"), ("store", "s02"), ("programme", "current"), ("programme", "v3")],
        [("product", "6901234567892"), ("product", "6901234567908")],
    ]
    assert set(bodies) == {"m1", "m2", "m3", "m4", "m5"}
    assert {item.kind for _, item in rows} == {RowKind.MEMBER, RowKind.CARD}
    for bucket, item in rows:
        assert item.body is not None
        assert bucket is member_bucket(item.body.get("member", item.key)), "a card is where its member is"
    assert "13800001234" not in json.dumps(bodies)
