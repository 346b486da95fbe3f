"""HQ's tables, one schema on SQLite and PostgreSQL; text is JSON where it says so.

On PostgreSQL what belongs to one member is hash-partitioned by member and operations by the month they came in; on
SQLite they are plain tables. Between these there are no foreign keys: whoever writes them holds the member's row or
the terminal's, and `hq.audit` looks. A change here needs a migration (hq/migrations).
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, MetaData, Table, Text

from hq.columns import (
    BY_MEMBER,
    BY_MONTH,
    counted_key,
    json_text,
    key,
    maybe_json,
    maybe_number,
    maybe_text,
    number,
    number_key,
    text,
)

metadata = MetaData()
HOLDER = 80  # `pool`, `pending`, or `device:epoch` for a lease

# What the chain is.
setting = Table("setting", metadata, key("name"), Column("value", Text, nullable=False))
region = Table("region", metadata, key("id"), json_text("name"))
store = Table(
    "store",
    metadata,
    key("id"),
    json_text("name"),
    text("region", ForeignKey("region.id")),
    text("zone"),
    number("cutoff_hours"),
)
programme = Table("programme", metadata, number_key("version"), json_text("document"), number("published_ms", 0))
operator = Table("operator", metadata, key("name"), text("public_key"))  # who may sign a write-off
product = Table(
    "product",
    metadata,
    key("gtin"),
    text("name_zh", size=200),
    text("name_en", size=200),
    number("price"),
    text("category"),
)

# Members and what they own. Points: balance = Σ holding − debt, at every commit, without what is pending.
member = Table(
    "member",
    metadata,
    key("id"),
    text("name", size=200),
    text("phone"),
    maybe_text("birthday"),
    text("language"),
    text("tier"),
    text("state"),
    text("home_store"),
    maybe_text("second_store"),
    text("last_seen"),
    number("balance", 0),
    number("debt", 0),
    number("unsized", 1),  # 1: its leases are to be looked at
    CheckConstraint("debt >= 0", name="debt_not_negative"),
    Index("member_home", "home_store"),
    postgresql_partition_by="HASH (id)",
)
_unsized = member.c.unsized == 1
Index("member_unsized_home", member.c.home_store, sqlite_where=_unsized, postgresql_where=_unsized)
Index("member_unsized_second", member.c.second_store, sqlite_where=_unsized, postgresql_where=_unsized)
merged_member = Table(  # a member who is another one now: never of a chain, `stays` is the one at the end
    "merged_member", metadata, key("member"), text("stays"), number("at_ms"), Index("merged_member_stays", "stays")
)
card = Table(  # proof: of a card that was issued with a key, as `protocol.directory.CardProof`
    "card", metadata, key("key"), text("member"), text("state"), maybe_json("proof"), Index("card_member", "member")
)
card_stock = Table(  # cards that are not blank any more, by the key of their UID; of whom, only `card` knows
    "card_stock", metadata, key("key"), text("technology"), number("version"), text("state"), number("at_ms")
)
card_delivery = Table(
    "card_delivery", metadata, counted_key("id"), text("technology"), number("count"), number("at_ms")
)
card_key_given = Table(  # which terminal was given which card's key, and when last: for the record
    "card_key_given",
    metadata,
    key("device"),
    number_key("epoch"),
    key("card"),
    number_key("version"),
    number("at_ms"),
)
card_counter = Table("card_counter", metadata, key("card"), number("counter"))  # the highest that its links had
card_sighting = (
    Table(  # links of a card that were good, as `cards.sightings.Sighting`; kept for as long as reports come
        "card_sighting",
        metadata,
        key("card"),
        number_key("counter"),
        key("device"),
        number_key("from_ms"),
        number("until_ms"),
        Index("card_sighting_until", "until_ms"),
    )
)
card_alarm = Table(  # sightings: the two newest that cannot be of one chip; count: how often that was found
    "card_alarm", metadata, key("card"), text("why"), json_text("sightings"), number("count"), number("at_ms")
)
pin = Table(  # hash: the PHC string; wrong: guesses by device:epoch, since the reset
    "pin",
    metadata,
    key("key"),
    text("member"),
    text("hash", size=200),
    number("version"),
    number("reset"),
    json_text("wrong"),
    number("last_ms"),
    Index("pin_member", "member"),
)
pin_act = Table(  # set or reset, by whom: for the record
    "pin_act", metadata, key("member"), number_key("version"), text("act"), text("operator"), number("at_ms")
)
lot = Table(  # facts: what points do not have, such as the top-up of stored value; null for points
    "lot",
    metadata,
    key("member"),
    key("asset"),
    key("id"),
    text("earned_on"),
    maybe_text("expires_on"),
    maybe_json("facts"),
    postgresql_partition_by=BY_MEMBER,
)
holding = Table(  # lot: a lot's id, a coupon's code or a limit's key
    "holding",
    metadata,
    key("member"),
    key("holder", size=HOLDER),
    key("asset"),
    key("lot"),
    number("amount"),
    CheckConstraint("amount >= 0", name="available_not_negative"),
    Index("holding_holder", "holder"),
    postgresql_partition_by=BY_MEMBER,
)
owed = Table(  # what leases gave out beyond themselves; of points it is the member's debt
    "owed",
    metadata,
    key("member"),
    key("asset"),
    number("amount"),
    CheckConstraint("amount >= 0", name="owed_not_negative"),
    postgresql_partition_by=BY_MEMBER,
)
limit_use = Table(
    "limit_use", metadata, key("member"), key("limit_key"), number("used"), postgresql_partition_by=BY_MEMBER
)

# Rights of a bearer, and counters that a store or the whole chain shares.
bearer_lot = Table(  # store: where alone it may be used, for coupons
    "bearer_lot",
    metadata,
    key("asset"),
    key("id"),
    text("earned_on"),
    maybe_text("expires_on"),
    maybe_text("store"),
    maybe_json("facts"),
)
bearer_holding = Table(
    "bearer_holding",
    metadata,
    key("asset"),
    key("lot"),
    key("holder", size=HOLDER),
    number("amount"),
    CheckConstraint("amount >= 0", name="bearer_not_negative"),
    Index("bearer_holding_holder", "holder"),
)
bearer_owed = Table(
    "bearer_owed",
    metadata,
    key("asset"),
    key("lot"),
    number("amount"),
    CheckConstraint("amount >= 0", name="bearer_owed_not_negative"),
)
bearer_limit = Table("bearer_limit", metadata, key("limit_key"), number("used"))

# Terminals and what came from them.
claim = Table(
    "claim",
    metadata,
    key("id"),
    text("store", ForeignKey("store.id")),
    text("lane"),
    text("secret"),
    number("issued_ms"),
    number("expires_ms"),
    number("tries_left"),
    text("state"),  # open, bound, used
    maybe_text("public_key"),
    maybe_text("device"),
    maybe_number("epoch"),
)
terminal = Table(
    "terminal",
    metadata,
    key("device"),
    number_key("epoch"),
    text("store", ForeignKey("store.id")),
    text("lane"),
    text("serial"),
    text("state"),  # see hq.terminals.State
    text("public_key"),
    text("claim"),
    number("enrolled_ms"),
    number("acked_seq", 0),
    text("acked_hash"),
    number("duplicates", 0),
    number("granted", 0),
    number("shares", 0),  # 1: its store's share of leases lies here
    maybe_number("used_ms"),  # when it last sent an operation or asked for a right
    number("spend_until_ms", 0),
    number("released_through", 0),  # the right to refund its own sales up to here has left it
    number("generation_reported", 0),  # the last generation of HQ that it has told its leases
    maybe_json("acknowledged"),  # what it has of the deny list and of each bucket
    maybe_number("last_contact_ms"),
    maybe_json("heartbeat"),
)
operation = Table(  # `data` is the operation's own bytes, never changed; `received_ms` is of the key for its partition
    "operation",
    metadata,
    key("device"),
    number_key("epoch"),
    number_key("seq"),
    number_key("received_ms"),
    maybe_text("kind"),
    Column("data", LargeBinary, nullable=False),
    text("hash"),
    maybe_text("intent"),
    maybe_text("member"),
    text("outcome"),
    Column("reasons", Text, nullable=False),
    json_text("params"),
    Column("replayed", Text, nullable=True),  # null: not yet; ok, the reason, or which sale it waits for
    postgresql_partition_by=BY_MONTH,
)
Index("operation_once", *(operation.c[name] for name in ("device", "epoch", "seq")), unique=True).ddl_if("sqlite")
_odd = operation.c.outcome.in_(["flagged", "parked"])
Index("operation_odd", operation.c.outcome, operation.c.received_ms, sqlite_where=_odd, postgresql_where=_odd)
_waiting = operation.c.replayed.is_(None)
Index("operation_unreplayed", operation.c.received_ms, sqlite_where=_waiting, postgresql_where=_waiting)
_not_ok = operation.c.replayed != "ok"
Index("operation_not_ok", operation.c.replayed, sqlite_where=_not_ok, postgresql_where=_not_ok)
Index("operation_intent", operation.c.intent)
Index("operation_member", operation.c.member)
own_chain = Table("own_chain", metadata, number_key("epoch"), number("seq"), text("hash"))  # HQ's own operations
evidence = Table(  # batches of a forked epoch: kept, never applied
    "evidence",
    metadata,
    key("device"),
    number_key("epoch"),
    key("digest"),
    Column("data", LargeBinary, nullable=False),
    number("received_ms"),
)
granted = Table(  # body: the Grant
    "granted",
    metadata,
    key("device"),
    number_key("epoch"),
    number_key("number"),
    maybe_text("member"),
    json_text("body"),
    number("made_ms"),
    number("unanswered", 0),  # recalls in it that the terminal has not answered
    number("asked", 0),  # 1: somebody at the counter waited for it
    Index("granted_member", "member"),
)
_recalled = granted.c.unanswered > 0
Index("granted_recalled", granted.c.device, granted.c.epoch, sqlite_where=_recalled, postgresql_where=_recalled)
_asked = granted.c.asked == 1
Index("granted_asked", granted.c.device, granted.c.epoch, sqlite_where=_asked, postgresql_where=_asked)
stale_cost = Table(  # what the newest programme would have asked more, or given less, for sales made after it (D21)
    "stale_cost", metadata, key("store"), number_key("version"), number("sales"), number("minor"), number("points")
)
refund_right = Table(  # only of sales whose right moved or that were refunded; so_far: after the last refund
    "refund_right",
    metadata,
    key("device"),
    number_key("epoch"),
    number_key("seq"),
    text("holder", size=HOLDER),
    number("moved", 0),  # 1: HQ granted it, so it is not there by birth
    number("claimed", 0),  # the holder told so, before this operation; what came before does not move it
    number("retold", 0),  # 1: a restored HQ hears of it in any order
    maybe_json("so_far"),
)
app = Table(  # servers that may ask for member codes; token: SHA-256 of it, as it has 256 bits of chance
    "app",
    metadata,
    key("name"),
    text("token"),
    number("made_ms"),
    maybe_number("revoked_ms"),
    Index("app_token", "token"),
)
nonce = Table("nonce", metadata, key("device"), key("nonce"), number("seen_ms"), Index("nonce_seen", "seen_ms"))

# What terminals are told. A change waits for the sequencer, which gives numbers after commit.
change = Table("change", metadata, counted_key("id"), text("bucket"), text("kind"), text("key"))
feed_applied = Table("feed_applied", metadata, key("device"), number_key("epoch"), number("seq"))
feed_bucket = Table(  # floor: an older cursor has missed a tombstone that is gone
    "feed_bucket", metadata, key("bucket"), number("head"), number("count"), text("sum"), number("floor", 0)
)
feed_row = Table(  # body is null for a tombstone; prefix: first byte of SHA-256 of `kind:key`
    "feed_row",
    metadata,
    key("bucket"),
    key("kind"),
    key("key"),
    number("cseq"),
    number("prefix"),
    Column("body", Text, nullable=True),
    maybe_number("gone_ms"),
    Index("feed_row_cseq", "bucket", "cseq", unique=True),
    Index("feed_row_prefix", "bucket", "prefix"),
)
feed_prefix = Table(  # count and sum of each 256th of a bucket
    "feed_prefix", metadata, key("bucket"), number_key("prefix"), number("count"), text("sum")
)
deny = Table(  # one entry of the deny list by the version that brought it
    "deny",
    metadata,
    number_key("version"),
    text("kind"),  # card, member or device
    text("key"),
    text("state"),  # denied, lifted
    number("made_ms"),
    Index("deny_subject", "kind", "key"),
)
erasure = Table("erasure", metadata, key("member"), number("cseq"), number("at_ms"))
snapshot = Table(  # manifest: chunks with their hashes, cursors and applied_seq of every device, signed
    "snapshot",
    metadata,
    key("id"),
    number("generation"),
    number("made_ms"),
    number("size"),
    json_text("manifest"),
)
