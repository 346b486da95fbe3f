"""Members, bearers and what they own. Points: balance = Σ holding − debt at every commit, without what is pending."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table

from hq.columns import BY_MEMBER, key, maybe_json, maybe_text, number, text
from hq.schema.base import HOLDER, metadata

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
