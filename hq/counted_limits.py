"""The counted limits of a programme that only HQ can know, by key, and how much each allows (D29)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from hq.accounts import Account
from hq.booking_limits import value_limit
from hq.shared_rights import Shared
from loyalty import Programme
from loyalty.ledger import Asset
from loyalty.limit_keys import limit_key
from loyalty.limits import Limit, Scope
from loyalty.top_up import room_key


def member_limits(programme: Programme, member: str, today: str) -> dict[str, int]:
    """Key and bound of every limit that counts for this member, of today and of yesterday, which may go on at night."""
    return _keys(programme, (Scope.MEMBER,), today, member, "")


def shared_limits(programme: Programme, store: str, today: str) -> dict[str, int]:
    """Those of this store and of the whole chain."""
    return _keys(programme, (Scope.STORE, Scope.CHAIN), today, None, store)


def _keys(
    programme: Programme, scopes: tuple[Scope, ...], today: str, member: str | None, store: str
) -> dict[str, int]:
    first = date.fromisoformat(today)
    days = (first - timedelta(1), first)
    return {
        limit_key(named, limit, day, member, store): limit.most
        for named, limits in _limited(programme)
        for limit in limits
        if limit.scope in scopes
        for day in days
    }


def _limited(programme: Programme) -> Iterable[tuple[str, tuple[Limit, ...]]]:
    yield from ((offer.id, offer.limits) for offer in programme.offers if offer.limits)
    yield from ((f"coupon/{rule.id}", rule.limits) for rule in programme.coupons if rule.limits)
    yield from ((f"reward/{reward.id}", reward.limits) for reward in programme.rewards if reward.limits)


def member_left(programme: Programme | None, account: Account, today: str) -> Mapping[str, tuple[int, int]]:
    """Of every limit of this member and the room for top-ups (D25): what is there in all, and what HQ may still give.

    What is there in all is the bound less what was used: HQ's part and all leases.
    """
    if programme is None:
        return {}
    left = {}
    leased: dict[str, int] = {}
    for (_, asset, key), amount in account.holdings.items():
        if asset is Asset.LIMIT:
            leased[key] = leased.get(key, 0) + amount
    for key, most in member_limits(programme, account.member, today).items():
        total = max(0, most - account.limits.get(key, 0))
        left[key] = (total, max(0, total - leased.get(key, 0)))
    if programme.stored_value:
        room = room_key(account.member)
        total = max(0, value_limit(account, programme.stored_value) - account.total(Asset.PRINCIPAL))
        left[room] = (total, max(0, total - leased.get(room, 0)))
    return left


def shared_left(shared: Shared, key: str, most: int) -> tuple[int, int]:
    """As `member_left`, of a limit of a store or the chain."""
    total = max(0, most - shared.limits.get(key, 0))
    return total, max(0, total - shared.leased(Asset.LIMIT, key))
