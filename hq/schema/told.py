"""What terminals are told. A change waits for the sequencer, which gives numbers after commit."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from hq.columns import counted_key, json_text, key, maybe_number, number, number_key, text
from hq.schema.base import metadata

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
