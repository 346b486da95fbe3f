"""The tables of `directory.db`: rows as HQ sent them, and how far each bucket of the feed has come.

Imported by the writer only: sqlite-utils is heavy, and the till does without it.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("directory")

TABLES = (
    """CREATE TABLE entry (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  bucket TEXT NOT NULL,
  round INTEGER NOT NULL,
  cseq INTEGER NOT NULL,
  applied_seq INTEGER NOT NULL,
  digest TEXT NOT NULL,
  refused INTEGER NOT NULL,
  body TEXT,
  PRIMARY KEY (kind, key)
) STRICT""",
    "CREATE INDEX entry_of_bucket ON entry (bucket, round)",
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
  restarted INTEGER NOT NULL
) STRICT""",
)


@migrations()
def tables(db: Database) -> None:
    """`entry.round` is the pass over the feed that saw the row last; a row of an older round is on its way out.

    `refused` rows are counted as HQ sent them and keep the body that was there before, or none.
    """
    for statement in TABLES:
        db.execute(statement)
