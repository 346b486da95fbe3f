"""The tables of `ledger.db` and the statements of a sale. What is a fact cannot be changed: triggers refuse it."""

from __future__ import annotations

VERSION = 1  # PRAGMA user_version

TABLES = """
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  device TEXT NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch >= 1),
  acked_seq INTEGER NOT NULL DEFAULT 0 CHECK (acked_seq >= 0),
  grants INTEGER NOT NULL DEFAULT 0 CHECK (grants >= 0),
  spend_until_ms INTEGER
) STRICT;

CREATE TABLE operation (
  seq INTEGER PRIMARY KEY CHECK (seq >= 1),
  member TEXT,
  at_ms INTEGER NOT NULL,
  clock TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  bytes BLOB NOT NULL,
  answer BLOB NOT NULL
) STRICT;
CREATE INDEX operation_of_member ON operation (member, seq) WHERE member IS NOT NULL;

CREATE TABLE posting (
  seq INTEGER NOT NULL REFERENCES operation (seq),
  line INTEGER NOT NULL,
  account TEXT NOT NULL,
  asset TEXT NOT NULL,
  lot TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (seq, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE granted (
  number INTEGER NOT NULL,
  line INTEGER NOT NULL,
  member TEXT NOT NULL,
  lot TEXT NOT NULL,
  points INTEGER NOT NULL CHECK (points > 0),
  PRIMARY KEY (number, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (  -- `born` is the operation that made the lot here with `first` points; both null if HQ granted it
  member TEXT NOT NULL,
  lot TEXT NOT NULL,
  earned_on TEXT NOT NULL,
  expires_on TEXT,
  first INTEGER,
  born INTEGER REFERENCES operation (seq),
  remaining INTEGER NOT NULL CHECK (remaining >= 0),
  PRIMARY KEY (member, lot)
) STRICT, WITHOUT ROWID;

CREATE TABLE intent (  -- `seq` is the operation it became, null while it is only begun
  intent TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  seq INTEGER REFERENCES operation (seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;

CREATE TRIGGER operation_is_dense BEFORE INSERT ON operation
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM operation)
BEGIN SELECT RAISE(ABORT, 'operations are numbered without a gap'); END;
"""


def _facts(table: str) -> str:
    said = f"BEGIN SELECT RAISE(ABORT, 'a row of {table} is a fact and is never changed'); END;"
    return "\n".join(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {said}" for act in ("UPDATE", "DELETE")
    )


SCHEMA = TABLES + "\n".join(_facts(table) for table in ("operation", "posting", "granted"))

INSERT_OPERATION = "INSERT INTO operation (seq, member, at_ms, clock, hash, bytes, answer) VALUES (?, ?, ?, ?, ?, ?, ?)"
INSERT_POSTING = "INSERT INTO posting (seq, line, account, asset, lot, amount) VALUES (?, ?, ?, ?, ?, ?)"
INSERT_LOT = (
    "INSERT INTO lease (member, lot, earned_on, expires_on, first, born, remaining) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
CHANGE_LEASE = "UPDATE lease SET remaining = remaining + ? WHERE member = ? AND lot = ?"
FINISH_INTENT = (
    "INSERT INTO intent (intent, digest, seq) VALUES (?, ?, ?) ON CONFLICT (intent)"
    " DO UPDATE SET seq = excluded.seq WHERE digest = excluded.digest AND seq IS NULL"
)
