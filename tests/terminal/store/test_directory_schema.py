"""A directory of the older format stays in use: its rows are carried over, and each bucket begins its feed anew."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from protocol.feed import RowKind, member_bucket
from terminal.store.directory import Directory
from terminal.store.directory_writer import DirectoryWriter
from tests.terminal.store.feed_material import Feed, contained, member

OLD = (
    "CREATE TABLE _sqlite_migrations (name TEXT)",
    """CREATE TABLE entry (kind TEXT NOT NULL, key TEXT NOT NULL, bucket TEXT NOT NULL, round INTEGER NOT NULL,
    cseq INTEGER NOT NULL, applied_seq INTEGER NOT NULL, digest TEXT NOT NULL, refused INTEGER NOT NULL, body TEXT,
    PRIMARY KEY (kind, key)) STRICT""",
    "CREATE INDEX entry_of_bucket ON entry (bucket, round)",
    "CREATE TABLE bucket (bucket TEXT PRIMARY KEY, applied_seq INTEGER NOT NULL) STRICT",
    "INSERT INTO bucket VALUES ('members', 6)",
)


def old_directory(path: Path) -> None:
    rows = [
        ("member", "a", "members", json.dumps(member("a", 7))),
        ("card", "0" * 32, "members", '{"member":"a","state":"active"}'),
    ]
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        for statement in OLD:
            file.execute(statement)
        for kind, key, bucket, body in rows:
            file.execute("INSERT INTO entry VALUES (?, ?, ?, 1, 1, 5, 'x', 0, ?)", (kind, key, bucket, body))


def test_the_till_is_never_without_its_members(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"
    old_directory(path)
    feed = Feed(member_bucket("a"))
    feed.put(RowKind.MEMBER, "a", member("a", 9))
    with DirectoryWriter(path) as writer, closing(Directory(path)) as directory:
        card = directory.card("0" * 32)
        assert (card and card.member, contained(directory, "a")) == ("a", 6), "its row still knows what it holds"
        assert directory.members_known_since() is None
        assert writer.bucket(feed.bucket) is None
        applied = writer.apply(feed.page(0))
        assert (applied.caught_up, applied.mismatch) == (True, False)
        found = directory.member("a")
        assert found is not None
        assert [lot.points for lot in found.lots] == [9]
        assert directory.card("0" * 32) is None, "HQ does not have it any more"


def test_a_file_of_something_else_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version = 99")
        file.execute("CREATE TABLE other (a)")
    with DirectoryWriter(path) as writer:
        assert writer.fact("snapshot_version") is None
