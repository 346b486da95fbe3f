"""The till's view of the directory: nothing, a new file or another one, each commit seen at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.feed import Bucket, RowKind
from protocol.signing import Signed, private_from_hex
from terminal.store.directory import Directory
from terminal.store.directory_writer import DirectoryWriter
from tests.terminal.store.feed_material import Feed, contained, member, product


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "directory.db"


@pytest.fixture
def directory(path: Path) -> Iterator[Directory]:
    directory = Directory(path)
    yield directory
    directory.close()


def test_before_the_file_is_there_nothing_is_known(directory: Directory, path: Path) -> None:
    assert directory.member("a") is None
    assert directory.products() == []
    assert directory.programme() is None
    assert directory.bucket(Bucket.MEMBERS_0) is None
    assert not path.exists(), "a reader makes no file"


def test_a_file_without_tables_is_not_ready_yet(directory: Directory, path: Path) -> None:
    path.touch()
    assert directory.member("a") is None
    feed = Feed()
    feed.put(RowKind.MEMBER, "a", member("a"))
    with DirectoryWriter(path) as writer:
        writer.apply(feed.page(0))
        assert directory.member("a") is not None


def test_each_commit_is_seen_at_once(directory: Directory, path: Path) -> None:
    feed = Feed()
    with DirectoryWriter(path) as writer:
        for points in (1, 2, 3):
            feed.put(RowKind.MEMBER, "a", member("a", points))
            writer.apply(feed.page(feed.head - 1))
            found = directory.member("a")
            assert found is not None
            assert [lot.points for lot in found.lots] == [points]
    state = directory.bucket(Bucket.MEMBERS_0)
    assert state is not None
    assert state.cursor == 3


def test_every_kind_of_row(directory: Directory, path: Path) -> None:
    signed = Signed.make("programme", {"version": 1}, private_from_hex("ab" * 32))
    catalogue, config, members = Feed(Bucket.CATALOGUE), Feed(Bucket.CONFIG), Feed()
    for gtin, price in (("6901234567892", 350), ("4006381333931", 990)):
        catalogue.put(RowKind.PRODUCT, gtin, product(gtin, price))
    config.put(RowKind.PROGRAMME, "current", signed.model_dump())
    store = {"id": "s01", "name": {"en": "One"}, "region": "r1", "zone": "Asia/Shanghai", "cutoff_hours": 4}
    config.put(RowKind.STORE, "s01", store)
    members.put(RowKind.CARD, "0" * 32, {"member": "a", "state": "blocked"})
    with DirectoryWriter(path) as writer:
        for feed in (catalogue, config, members):
            writer.apply(feed.page(0))
    assert [row.price for row in directory.products()] == [990, 350]
    found = (directory.product("6901234567892"), directory.store("s01"), directory.card("0" * 32))
    assert [row.model_dump(mode="json") for row in found if row] == [
        product("6901234567892", 350),
        store,
        {"member": "a", "state": "blocked"},
    ]
    assert directory.programme() == signed
    assert directory.product("0000000000000") is None


def test_another_file_in_its_place_is_read(directory: Directory, path: Path) -> None:
    for name in ("a", "b"):
        feed = Feed()
        feed.put(RowKind.MEMBER, name, member(name))
        with DirectoryWriter(path.with_name("new.db")) as writer:
            writer.apply(feed.page(0))
        path.with_name("new.db").replace(path)
        assert directory.member(name) is not None
    assert directory.member("a") is None


def test_a_file_that_went_away_or_is_damaged_is_nothing_known(directory: Directory, path: Path) -> None:
    feed = Feed()
    feed.put(RowKind.MEMBER, "a", member("a"))
    with DirectoryWriter(path) as writer:
        writer.apply(feed.page(0))
    assert directory.member("a") is not None
    path.unlink()
    assert directory.member("a") is None
    path.write_bytes(b"damaged" * 1000)
    assert directory.member("a") is None


def test_a_row_knows_better_than_its_bucket_what_it_contains(directory: Directory, path: Path) -> None:
    feed = Feed()
    for name in ("a", "b"):
        feed.put(RowKind.MEMBER, name, member(name))
    with DirectoryWriter(path) as writer:
        writer.apply(feed.page(0, applied_seq=3))
        feed.put(RowKind.MEMBER, "a", member("a", 5))
        feed.put(RowKind.MEMBER, "b", member("b", 5))
        writer.apply(feed.page(2, size=1, applied_seq=8))
        assert (contained(directory, "a"), contained(directory, "b")) == (8, 3)
        writer.apply(feed.page(3, applied_seq=8))
    assert (contained(directory, "a"), contained(directory, "b")) == (8, 8)
