"""Terminals, and what came from them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text

from hq.columns import BY_MONTH, json_text, key, maybe_json, maybe_number, maybe_text, number, number_key, text
from hq.schema.base import HOLDER, metadata

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
nonce = Table("nonce", metadata, key("device"), key("nonce"), number("seen_ms"), Index("nonce_seen", "seen_ms"))
