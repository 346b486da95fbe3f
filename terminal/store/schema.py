"""The tables of `ledger.db` and the statements of a sale. What is a fact cannot be changed: triggers refuse it."""

from __future__ import annotations

VERSION = 5  # PRAGMA user_version

LEDGER = """
CREATE TABLE ledger (  -- what is not above `anchor_seq` was pruned; `anchor_hash` is the chain's there, null at 0
  id INTEGER PRIMARY KEY CHECK (id = 1),
  device TEXT NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch >= 1),
  acked_seq INTEGER NOT NULL DEFAULT 0 CHECK (acked_seq >= anchor_seq),
  grants INTEGER NOT NULL DEFAULT 0 CHECK (grants >= 0),
  spend_until_ms INTEGER,
  released_through INTEGER NOT NULL DEFAULT 0 CHECK (released_through >= 0),
  anchor_seq INTEGER NOT NULL DEFAULT 0 CHECK (anchor_seq >= 0),
  anchor_hash BLOB CHECK (length(anchor_hash) = 32)
) STRICT;
"""

OPERATIONS = """
CREATE TABLE operation (
  seq INTEGER PRIMARY KEY CHECK (seq >= 1),
  kind TEXT NOT NULL,
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

CREATE TABLE note (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
"""

INTENTS_AND_LEASES = """
CREATE TABLE intent (  -- `seq` is the operation it became, null while it is only begun, after operation `begun_after`
  intent TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  seq INTEGER,
  begun_after INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE granted (  -- whole, as HQ sent it; `after_seq` was the newest operation when it was applied
  number INTEGER PRIMARY KEY CHECK (number >= 1),
  after_seq INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE lease (  -- `member` is '' for what its bearer has; `born` is the operation that put `first` here
  member TEXT NOT NULL,
  asset TEXT NOT NULL,
  lot TEXT NOT NULL,
  earned_on TEXT,
  expires_on TEXT,
  first INTEGER,
  born INTEGER,
  remaining INTEGER NOT NULL CHECK (remaining >= 0),
  PRIMARY KEY (member, asset, lot),
  CHECK (asset <> 'coupon' OR remaining <= 1)
) STRICT, WITHOUT ROWID;

CREATE TABLE value_lot (  -- as `loyalty.value.ValueLot`; what is left of it is in the lease
  lot TEXT PRIMARY KEY,
  member TEXT NOT NULL,
  principal INTEGER NOT NULL CHECK (principal >= 0),
  bonus INTEGER NOT NULL CHECK (bonus >= 0),
  spent INTEGER NOT NULL CHECK (spent >= 0),
  topped_up_on TEXT NOT NULL,
  expires_on TEXT,
  draw TEXT NOT NULL,
  paid_out INTEGER NOT NULL CHECK (paid_out >= 0),
  bonus_ended INTEGER NOT NULL CHECK (bonus_ended >= 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX value_lot_of_member ON value_lot (member);

CREATE TABLE coupon (  -- as `loyalty.coupon.Coupon`; whether it is here is in the lease
  code TEXT PRIMARY KEY,
  rule TEXT NOT NULL,
  member TEXT NOT NULL,
  starts_on TEXT,
  expires_on TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE refund_right (  -- came by grant number `granted`, or (null) was born here and used; `sale` is null
  device TEXT NOT NULL,      -- while its operation is in this ledger
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  granted INTEGER,
  so_far TEXT NOT NULL,
  sale BLOB,
  PRIMARY KEY (device, epoch, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE released (seq INTEGER PRIMARY KEY) STRICT;  -- own sales above `released_through`, released by name

CREATE TABLE recall (  -- not answered yet; `intent` is what the answer will have
  intent TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  line INTEGER NOT NULL,
  member TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settled (  -- the sums of what was pruned: grants and postings of leases, and of what was used
  member TEXT NOT NULL,
  account TEXT NOT NULL CHECK (account IN ('lease', 'used')),
  asset TEXT NOT NULL,
  lot TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (member, account, asset, lot)
) STRICT, WITHOUT ROWID;

CREATE TABLE mark (at_ms INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;  -- HQ had `seq` at this trusted time
"""

PROOFS = """
CREATE TABLE code_used (  -- a member code that was taken here, until no terminal would take it any more
  digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
  good_until_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX code_used_until ON code_used (good_until_s);
CREATE TABLE code_forgotten (  -- codes that were good no longer than this are refused: nobody remembers which came
  id INTEGER PRIMARY KEY CHECK (id = 1),
  good_until_s INTEGER NOT NULL
) STRICT;
INSERT INTO code_forgotten VALUES (1, 0);

CREATE TABLE pin_count (  -- as `cards.pin_attempts.PinCount`, a row for each terminal; a subject's agree in age
  subject TEXT NOT NULL,
  terminal TEXT NOT NULL,
  version INTEGER NOT NULL,
  reset INTEGER NOT NULL,
  wrong INTEGER NOT NULL CHECK (wrong >= 0),
  last_ms INTEGER NOT NULL,
  PRIMARY KEY (subject, terminal)
) STRICT, WITHOUT ROWID;
CREATE TABLE pin_guess (  -- begun here in the last day, and not right or not known to be
  number INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
"""

LINKS = """
CREATE TABLE card_counter (  -- the highest counter that a card's links had here, under the key of this version
  card TEXT NOT NULL,
  version INTEGER NOT NULL,
  counter INTEGER NOT NULL CHECK (counter >= 0),
  PRIMARY KEY (card, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE link_seen (  -- judged here without HQ, which is told; `until_ms` is null where no clock could say
  number INTEGER PRIMARY KEY,
  card TEXT NOT NULL,
  counter INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  until_ms INTEGER
) STRICT;
"""


def _refuse(name: str, when: str, said: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{said}'); END;\n"


def _facts(table: str, kept: str) -> str:
    """A row is never changed, and goes only when it is not `kept` any more."""
    said = f"a row of {table} is a fact and is never changed"
    return _refuse(f"{table}_no_update", f"UPDATE ON {table}", said) + _refuse(
        f"{table}_no_delete", f"DELETE ON {table} WHEN {kept}", said
    )


_ANCHOR = "(SELECT anchor_seq FROM ledger)"
TRIGGERS = (
    _refuse(
        "operation_is_dense",
        f"INSERT ON operation WHEN NEW.seq <> max(coalesce((SELECT max(seq) FROM operation), 0), {_ANCHOR}) + 1",
        "operations are numbered without a gap",
    )
    + _refuse(
        "anchor_moves_on",
        "UPDATE OF anchor_seq, anchor_hash ON ledger WHEN NEW.anchor_seq <= OLD.anchor_seq"
        " OR NEW.anchor_seq > OLD.acked_seq"
        " OR NEW.anchor_hash IS NOT (SELECT hash FROM operation WHERE seq = NEW.anchor_seq)",
        "the anchor is an acknowledged operation and moves on",
    )
    + _facts("operation", f"OLD.seq > {_ANCHOR}")
    + _facts("posting", f"OLD.seq > {_ANCHOR}")
    + _facts("granted", f"OLD.after_seq >= {_ANCHOR}")
)
SCHEMA = LEDGER + OPERATIONS + INTENTS_AND_LEASES + PROOFS + LINKS + TRIGGERS

INSERT_OPERATION = (
    "INSERT INTO operation (seq, kind, member, at_ms, clock, hash, bytes, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_POSTING = "INSERT INTO posting (seq, line, account, asset, lot, amount) VALUES (?, ?, ?, ?, ?, ?)"
ADD_LEASE = (
    "INSERT INTO lease (member, asset, lot, earned_on, expires_on, first, born, remaining)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (member, asset, lot) DO UPDATE SET remaining = remaining + excluded.remaining"
)
ADD_SETTLED = """INSERT INTO settled (member, account, asset, lot, amount) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (member, account, asset, lot) DO UPDATE SET amount = amount + excluded.amount"""
CHANGE_LEASE = "UPDATE lease SET remaining = remaining + ? WHERE member = ? AND asset = ? AND lot = ?"
FINISH_INTENT = (
    "INSERT INTO intent (intent, digest, seq) VALUES (?, ?, ?) ON CONFLICT (intent)"
    " DO UPDATE SET seq = excluded.seq WHERE digest = excluded.digest AND seq IS NULL"
)
