"""The format of a directory file: the terminal's `directory.db`, and a snapshot that HQ has made of it.

Both sides use these tables, so a terminal takes a snapshot over without reading its rows one by one.
"""

from __future__ import annotations

APPLICATION_ID = 0x53504469  # PRAGMA application_id
FORMAT = 2  # PRAGMA user_version

TABLES = (
    """CREATE TABLE entry (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  bucket TEXT NOT NULL,
  round INTEGER NOT NULL,
  cseq INTEGER NOT NULL,
  applied_seq INTEGER NOT NULL,
  digest BLOB NOT NULL,
  refused INTEGER NOT NULL,
  body TEXT,
  PRIMARY KEY (kind, key, bucket)
) STRICT""",
    """CREATE TABLE bucket (
  bucket TEXT PRIMARY KEY,
  round INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  cursor INTEGER NOT NULL,
  count INTEGER NOT NULL,
  sum TEXT NOT NULL,
  applied_seq INTEGER NOT NULL,
  as_of_ms INTEGER,
  mismatch INTEGER NOT NULL,
  restarted INTEGER NOT NULL,
  swept INTEGER NOT NULL
) STRICT""",
    "CREATE INDEX entry_refused ON entry (refused) WHERE refused = 1",
    "CREATE TABLE applied (device TEXT, epoch INTEGER, seq INTEGER NOT NULL, PRIMARY KEY (device, epoch)) STRICT",
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT",
)
"""`entry.round` is the pass over the feed that saw the row last; rows of older rounds go when a pass has ended
(`bucket.swept`: the newest pass after which they went). `refused` rows are counted as HQ sent them (`digest`) and keep
the body that was there before, or none. `applied` is filled in a snapshot: the newest operation of each device that is
in its rows. `fact` holds `snapshot_version`."""

PUT_ENTRY = """INSERT INTO entry (kind, key, bucket, round, cseq, applied_seq, digest, refused, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
PUT_BUCKET = """INSERT INTO bucket
(bucket, round, generation, cursor, count, sum, applied_seq, as_of_ms, mismatch, restarted, swept)
VALUES (?, 1, ?, ?, ?, ?, ?, ?, 0, 0, 1)"""
SNAPSHOT_VERSION = "snapshot_version"
MARKS = (f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {FORMAT}")
