"""The tables of `directory.db`: made in a new file, and rows of an older format carried over.

The format itself is `protocol.directory_file`: HQ makes files of it too.
"""

from __future__ import annotations

import json
import sqlite3

from protocol.directory_file import APPLICATION_ID, FORMAT, MARKS, TABLES
from protocol.feed import Bucket, RowKind, member_bucket

NEVER_SEEN = 0  # a round that no pass over the feed has: the rows stay until HQ's have come
_OLD_MEMBERS = "members"  # the one bucket of all members in format 1
_MOVED = """INSERT INTO entry (kind, key, bucket, round, cseq, applied_seq, digest, refused, body)
SELECT kind, key, place(bucket, kind, key, body), ?, cseq, max(old_entry.applied_seq, old_bucket.applied_seq),
zeroblob(16), refused, body FROM old_entry JOIN old_bucket USING (bucket)"""


def prepare(connection: sqlite3.Connection) -> None:
    """Bring the file to the present format. Raises sqlite3.DatabaseError for a file that is of something else."""
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if (mark, version) == (APPLICATION_ID, FORMAT):
        return
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if version or mark or (names and not {"entry", "bucket"} <= names):
        raise sqlite3.DatabaseError(f"not a directory of format {FORMAT}: mark {mark:#x}, version {version}")
    connection.execute("BEGIN IMMEDIATE")
    try:
        _carry_over(connection) if names else _make(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the tables are exactly those of the format, and nothing else is in the file."""
    made = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    marks = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    return sorted(sql for (sql,) in made) == sorted(TABLES) and tuple(marks) == (APPLICATION_ID, FORMAT)


def _make(connection: sqlite3.Connection) -> None:
    for statement in (*TABLES, *MARKS):
        connection.execute(statement)


def _carry_over(connection: sqlite3.Connection) -> None:
    """From format 1: the rows stay in use, and each bucket begins its feed anew."""
    connection.create_function("place", 4, _bucket_of, deterministic=True)
    connection.execute("ALTER TABLE entry RENAME TO old_entry")
    connection.execute("ALTER TABLE bucket RENAME TO old_bucket")
    _make(connection)
    connection.execute(_MOVED, (NEVER_SEEN,))
    connection.execute("DROP TABLE old_entry")
    connection.execute("DROP TABLE old_bucket")
    connection.execute("DROP TABLE IF EXISTS _sqlite_migrations")


def _bucket_of(bucket: str, kind: str, key: str, body: str | None) -> str:
    if bucket != _OLD_MEMBERS:
        return Bucket(bucket).value
    member = json.loads(body)["member"] if kind == RowKind.CARD and body else key
    return member_bucket(member).value
