"""What a terminal online asks HQ for: more of a lease, a coupon, the right to refund a sale (sync.md, Leases)."""

from __future__ import annotations

from sqlalchemy import Connection

from hq import terminals
from hq.account_rows import load, save
from hq.accounts import POOL, VALUE, Account
from hq.changes import note_members
from hq.counted_limits import member_left, shared_left, shared_limits
from hq.granting import Stream, on_the_way, page, recalled
from hq.judgement import Rules
from hq.lending_refunds import lend_right
from hq.placing import Placed, coupon_record, place_coupon, place_limit, place_value, value_in_pool
from hq.restoring import may_grant
from hq.shared_rights import Shared, is_shared_limit, load_shared, save_shared
from hq.sizing_member import may_hold
from hq.terminals import State, Terminal
from loyalty.ledger import Asset
from protocol.lease import Grant, GrantAsk, Recall, Whereabouts
from protocol.sale_records import CouponRecord

__all__ = ["ask", "page"]


def ask(connection: Connection, asker: Terminal, wish: GrantAsk, rules: Rules) -> Whereabouts | None:
    """Grant what a terminal online is missing, each kind of it whole or not at all; what is short is recalled.

    Grants that are on their way to the terminal count, so a question that is asked again gives nothing twice. The
    answer says where a right to refund lies that could not be given.
    """
    to = terminals.lock(connection, asker.device, asker.epoch)
    terminals.change(connection, to, used_ms=rules.now_ms)
    if to.state is not State.ACTIVE or not may_grant(connection):
        return None
    stream = Stream(to)
    coming = on_the_way(connection, to, wish.member, wish.after)
    if wish.member is not None:
        _of_member(connection, stream, _less(wish, coming), rules)
    else:
        _of_nobody(connection, stream, wish, coming, rules)
    held_by = lend_right(connection, stream, wish, coming, rules) if wish.sale else None
    stream.save(connection, rules.now_ms, asked=True)
    return held_by


def _less(wish: GrantAsk, coming: list[Grant]) -> GrantAsk:
    """The wish without what is on its way."""
    points = sum(lot.points for grant in coming for lot in grant.lots)
    value = sum(lot.principal + lot.bonus for grant in coming for lot in grant.value)
    codes = {coupon.code for grant in coming for coupon in grant.coupons}
    limits = {key: n - sum(g.limits.get(key, 0) for g in coming) for key, n in wish.limits.items()}
    return wish.model_copy(
        update={
            "points": max(0, wish.points - points),
            "value": max(0, wish.value - value),
            "coupons": tuple(code for code in wish.coupons if code not in codes),
            "limits": {key: left for key, left in limits.items() if left > 0},
        }
    )


def _of_member(connection: Connection, stream: Stream, wish: GrantAsk, rules: Rules) -> None:
    member = wish.member or ""
    account = load(connection, [member]).get(member)
    holder = stream.terminal.holder
    if account is None or account.blocked or not may_hold(account, holder):
        return
    placed = _placed(account, stream, wish, rules)
    if not placed.empty:
        stream.give(placed)
        account.check()
        save(connection, [account])
        note_members(connection, [account.member])
    for other, recalls in _short(account, holder, wish, placed).items():
        _recall(connection, other, account.member, recalls, rules.now_ms)


def _placed(account: Account, stream: Stream, wish: GrantAsk, rules: Rules) -> Placed:
    holder, today = stream.terminal.holder, rules.today
    placed = Placed(account.member)
    if 0 < wish.points <= sum(lot.points for lot in account.pool_lots(today)):
        placed.lots = account.lease(holder, wish.points, today)
    if 0 < wish.value <= value_in_pool(account, today):
        placed.value = place_value(account, holder, stream.lot_name, wish.value, today)
    left = member_left(rules.programme, account, today)
    for key, amount in sorted(wish.limits.items()):
        if amount <= left.get(key, (0, 0))[1]:
            place_limit(account, holder, key, amount)
            placed.limits[key] = amount
    given = (place_coupon(account, holder, code) for code in wish.coupons)
    placed.coupons = tuple(coupon for coupon in given if coupon)
    return placed


def _short(account: Account, holder: str, wish: GrantAsk, placed: Placed) -> dict[str, tuple[Recall, ...]]:
    """What other terminals should give back so that the same question succeeds next time."""
    wanted = {
        Asset.POINTS: 0 if placed.lots else wish.points - account.held(POOL),
        Asset.PRINCIPAL: 0 if placed.value else wish.value - account.held(POOL, *VALUE),
    }
    codes = set(wish.coupons) - {coupon.code for coupon in placed.coupons}
    found: dict[str, list[Recall]] = {}
    for other in account.lessees():
        if other == holder:
            continue
        for asset, assets in ((Asset.POINTS, (Asset.POINTS,)), (Asset.PRINCIPAL, VALUE)):
            part = min(account.held(other, *assets), max(0, wanted[asset]))
            wanted[asset] -= part
            found.setdefault(other, []).extend([Recall(asset=asset, amount=part)] if part else [])
        lent = codes & set(account.parts(other, Asset.COUPON))
        found.setdefault(other, []).extend(Recall(asset=Asset.COUPON, lot=code, amount=1) for code in sorted(lent))
        limits = account.parts(other, Asset.LIMIT)
        missed = [key for key in sorted(wish.limits) if key not in placed.limits and key in limits]
        wish_of = {key: min(wish.limits[key], limits[key]) for key in missed}
        found[other] += [Recall(asset=Asset.LIMIT, lot=key, amount=amount) for key, amount in wish_of.items()]
    return {other: tuple(recalls) for other, recalls in found.items() if recalls}


def _recall(connection: Connection, holder: str, member: str | None, recalls: tuple[Recall, ...], now_ms: int) -> None:
    device, _, epoch = holder.rpartition(":")
    who = terminals.lock(connection, device, int(epoch))
    if recalled(connection, who, [member]):
        return
    stream = Stream(who)
    stream.give(Placed(member, recalls=recalls))
    stream.save(connection, now_ms)


def _of_nobody(connection: Connection, stream: Stream, wish: GrantAsk, coming: list[Grant], rules: Rules) -> None:
    """Limits that are shared, and bearer coupons."""
    left = _less(wish, coming)
    store, holder = stream.terminal.store, stream.terminal.holder
    bounds = shared_limits(rules.programme, store, rules.today) if rules.programme else {}
    keys = [key for key in left.limits if key in bounds and is_shared_limit(key)]
    rights = [(Asset.LIMIT, key) for key in keys] + [(Asset.COUPON, code) for code in left.coupons]
    if not rights:
        return
    shared = load_shared(connection, rights)
    placed = Placed(None)
    for key in sorted(keys):
        if left.limits[key] <= shared_left(shared, key, bounds[key])[1]:
            shared.add(holder, Asset.LIMIT, key, left.limits[key])
            placed.limits[key] = left.limits[key]
    placed.coupons = _bearer_coupons(shared, holder, store, left.coupons)
    if not placed.empty:
        stream.give(placed)
        save_shared(connection, shared)


def _bearer_coupons(shared: Shared, holder: str, store: str, codes: tuple[str, ...]) -> tuple[CouponRecord, ...]:
    """Those that HQ has and that are not bound to another store."""
    found = []
    for code in codes:
        facts = shared.lots.get((Asset.COUPON, code))
        if facts and facts.store in (None, store) and shared.amount(POOL, Asset.COUPON, code):
            shared.add(POOL, Asset.COUPON, code, -1)
            shared.add(holder, Asset.COUPON, code, 1)
            found.append(coupon_record(facts, None))
    return tuple(found)
