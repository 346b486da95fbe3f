"""What a store holds of rights that no member has: limits of the store and the chain, and its bearer coupons (D29)."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from hq import schema
from hq.accounts import POOL
from hq.counted_limits import shared_left, shared_limits
from hq.granting import Stream
from hq.judgement import Rules
from hq.placing import Placed, coupon_record
from hq.shared_rights import load_shared, save_shared
from hq.sizing_member import is_divisible, missing
from loyalty.ledger import Asset
from protocol.sale_records import CouponRecord

STORE_PERCENT = 80  # of a store's own limit; the chain's is divided by its stores first


def size_shared(connection: Connection, stream: Stream, rules: Rules) -> None:
    """Place at the lane that has the store's share what it lacks of shared limits, and its store's bearer coupons."""
    holder, store = stream.terminal.holder, stream.terminal.store
    bounds = shared_limits(rules.programme, store, rules.today) if rules.programme else {}
    codes = _coupons_of(connection, store)
    if not bounds and not codes:
        return
    wanted = [(Asset.LIMIT, key) for key in bounds] + [(Asset.COUPON, code) for code in codes]
    shared = load_shared(connection, wanted)
    placed = Placed(None)
    stores = connection.scalar(select(func.count()).select_from(schema.store)) or 1
    for key, most in sorted(bounds.items()):
        total, at_hq = shared_left(shared, key, most)
        among = 1 if key.startswith("store:") else stores
        part = missing(total, shared.amount(holder, Asset.LIMIT, key), at_hq, STORE_PERCENT, among)
        if part and is_divisible(total):
            shared.add(holder, Asset.LIMIT, key, part)
            placed.limits[key] = part
    coupons: list[CouponRecord] = []
    for code in codes:
        if shared.amount(POOL, Asset.COUPON, code):
            shared.add(POOL, Asset.COUPON, code, -1)
            shared.add(holder, Asset.COUPON, code, 1)
            coupons.append(coupon_record(shared.lots[Asset.COUPON, code], None))
    placed.coupons = tuple(coupons)
    if not placed.empty:
        save_shared(connection, shared)
        stream.give(placed)


def _coupons_of(connection: Connection, store: str) -> list[str]:
    """Bearer coupons that are bound to this store and still at HQ."""
    lot, held = schema.bearer_lot.c, schema.bearer_holding.c
    here = (lot.asset == Asset.COUPON.value) & (lot.store == store)
    query = select(lot.id).join(schema.bearer_holding, (held.asset == lot.asset) & (held.lot == lot.id))
    return list(connection.scalars(query.where(here, held.holder == POOL, held.amount > 0).order_by(lot.id)))
