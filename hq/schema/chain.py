"""What the chain is, and who may ask for what at HQ."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from hq.columns import json_text, key, maybe_number, number, number_key, text
from hq.schema.base import metadata

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
    json_text("name"),
    number("price"),
    text("category"),
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
