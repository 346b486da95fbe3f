"""HQ's tables, one schema on SQLite and PostgreSQL; text is JSON where it says so.

On PostgreSQL what belongs to one member is hash-partitioned by member and operations by the month they came in; on
SQLite they are plain tables. Between these there are no foreign keys: whoever writes them holds the member's row or
the terminal's, and `hq.audit` looks. A change here needs a migration (hq/migrations).
"""

from __future__ import annotations

from hq.schema.base import HOLDER, metadata
from hq.schema.cards import (
    card,
    card_alarm,
    card_counter,
    card_delivery,
    card_key_given,
    card_sighting,
    card_stock,
    entry,
    pin,
    pin_act,
)
from hq.schema.chain import app, operator, product, programme, region, setting, store
from hq.schema.members import (
    bearer_holding,
    bearer_limit,
    bearer_lot,
    bearer_owed,
    holding,
    limit_use,
    lot,
    member,
    merged_member,
    owed,
)
from hq.schema.terminals import (
    claim,
    evidence,
    granted,
    nonce,
    operation,
    own_chain,
    refund_right,
    stale_cost,
    terminal,
)
from hq.schema.told import change, deny, erasure, feed_applied, feed_bucket, feed_prefix, feed_row, snapshot

__all__ = [
    "HOLDER",
    "app",
    "bearer_holding",
    "bearer_limit",
    "bearer_lot",
    "bearer_owed",
    "card",
    "card_alarm",
    "card_counter",
    "card_delivery",
    "card_key_given",
    "card_sighting",
    "card_stock",
    "change",
    "claim",
    "deny",
    "entry",
    "erasure",
    "evidence",
    "feed_applied",
    "feed_bucket",
    "feed_prefix",
    "feed_row",
    "granted",
    "holding",
    "limit_use",
    "lot",
    "member",
    "merged_member",
    "metadata",
    "nonce",
    "operation",
    "operator",
    "owed",
    "own_chain",
    "pin",
    "pin_act",
    "product",
    "programme",
    "refund_right",
    "region",
    "setting",
    "snapshot",
    "stale_cost",
    "store",
    "terminal",
]
