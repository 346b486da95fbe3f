"""HQ's tables. Types and constraints are those that SQLite and PostgreSQL share; text is JSON where it says so."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()


def _key(name: str, *extra: ForeignKey) -> Column[str]:
    return Column(name, String(64), *extra, primary_key=True)


def _text(name: str, *extra: ForeignKey, size: int = 64) -> Column[str]:
    return Column(name, String(size), *extra, nullable=False)


def _maybe(name: str, size: int = 64) -> Column[str]:
    return Column(name, String(size), nullable=True)


def _json(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str, default: int | None = None) -> Column[int]:
    return Column(name, BigInteger, nullable=False, default=default)


def _number_key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


# What the chain is.
setting = Table("setting", metadata, _key("name"), Column("value", Text, nullable=False))
region = Table("region", metadata, _key("id"), _json("name"))
store = Table(
    "store",
    metadata,
    _key("id"),
    _json("name"),
    _text("region", ForeignKey("region.id")),
    _text("zone"),
    _number("cutoff_hours"),
)
programme = Table("programme", metadata, _number_key("version"), _json("document"))
product = Table(
    "product",
    metadata,
    _key("gtin"),
    _text("name_zh", size=200),
    _text("name_en", size=200),
    _number("price"),
    _text("category"),
)

# Members and what they own. balance = Σ holding − debt, at every commit.
member = Table(
    "member",
    metadata,
    _key("id"),
    _text("name", size=200),
    _text("phone"),
    _maybe("birthday"),
    _text("language"),
    _text("tier"),
    _text("state"),
    _text("home_store", ForeignKey("store.id")),
    _maybe("second_store"),
    _text("last_seen"),
    _number("balance", 0),
    _number("debt", 0),
    CheckConstraint("debt >= 0", name="debt_not_negative"),
)
card = Table("card", metadata, _key("key"), _text("member", ForeignKey("member.id")), _text("state"))
lot = Table(
    "lot", metadata, _key("member", ForeignKey("member.id")), _key("id"), _text("earned_on"), _maybe("expires_on")
)
holding = Table(  # holder is `pool`, or `device:epoch` for a lease
    "holding",
    metadata,
    _key("member"),
    Column("holder", String(80), primary_key=True),
    _key("lot"),
    _number("points"),
    ForeignKeyConstraint(["member", "lot"], ["lot.member", "lot.id"]),
    CheckConstraint("points >= 0", name="available_not_negative"),
)
limit_use = Table("limit_use", metadata, _key("member", ForeignKey("member.id")), _key("limit_key"), _number("used"))

# Terminals and what came from them.
claim = Table(
    "claim",
    metadata,
    _key("id"),
    _text("store", ForeignKey("store.id")),
    _text("lane"),
    _text("secret"),
    _number("issued_ms"),
    _number("expires_ms"),
    _number("tries_left"),
    _text("state"),  # open, bound, used
    _maybe("public_key"),
    _maybe("device"),
    Column("epoch", BigInteger, nullable=True),
)
terminal = Table(
    "terminal",
    metadata,
    _key("device"),
    _number_key("epoch"),
    _text("store", ForeignKey("store.id")),
    _text("lane"),
    _text("serial"),
    _text("state"),  # see hq.terminals.State
    _text("public_key"),
    _text("token_hash"),
    _text("claim"),
    _number("enrolled_ms"),
    _number("acked_seq", 0),
    _text("acked_hash"),
    _number("duplicates", 0),
    _number("granted", 0),
    _number("sized_cseq", 0),
    _number("spend_until_ms", 0),
    Column("last_contact_ms", BigInteger, nullable=True),
    Column("heartbeat", Text, nullable=True),
)
operation = Table(  # `data` is the operation's own bytes, never changed
    "operation",
    metadata,
    _key("device"),
    _number_key("epoch"),
    _number_key("seq"),
    Column("data", LargeBinary, nullable=False),
    _text("hash"),
    _maybe("intent"),
    _maybe("member"),
    _number("received_ms"),
    _text("outcome"),
    _text("reasons", size=300),
    _json("params"),
    ForeignKeyConstraint(["device", "epoch"], ["terminal.device", "terminal.epoch"]),
    Index("operation_outcome", "outcome", "received_ms"),
    Index("operation_intent", "intent"),
    Index("operation_member", "member"),
)
posting = Table(  # an opening balance has device `hq` and epoch 0
    "posting",
    metadata,
    _key("device"),
    _number_key("epoch"),
    _number_key("seq"),
    _number_key("no"),
    _text("member"),
    _text("account"),
    _text("asset"),
    _text("lot"),
    _number("amount"),
    Index("posting_member", "member"),
)
evidence = Table(  # batches of a forked epoch: kept, never applied
    "evidence",
    metadata,
    _key("device"),
    _number_key("epoch"),
    _key("digest"),
    Column("data", LargeBinary, nullable=False),
    _number("received_ms"),
)
granted = Table(
    "granted",
    metadata,
    _key("device"),
    _number_key("epoch"),
    _number_key("number"),
    _text("member", ForeignKey("member.id")),
    _json("lots"),
    _number("made_ms"),
)

# What terminals are told.
feed_bucket = Table("feed_bucket", metadata, _key("bucket"), _number("head"), _number("count"), _text("sum"))
feed_row = Table(  # body is null for a tombstone
    "feed_row",
    metadata,
    _key("bucket"),
    _key("kind"),
    _key("key"),
    _number("cseq"),
    Column("body", Text, nullable=True),
    Index("feed_row_cseq", "bucket", "cseq", unique=True),
)
