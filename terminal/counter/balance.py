"""A member's points and stored value: certain here, waiting, owed, and how old the knowledge is (domain.md, Points).

What HQ's row says, with the effects of own operations that it does not hold yet on top (sync.md, Feed).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from loyalty.ledger import Account, Asset
from loyalty.points import points_held
from loyalty.value_tender import spendable
from protocol.operation import PostingRecord
from terminal.counter.shop import Shop
from terminal.store.effects import Effects
from terminal.store.known_member import KnownMember

VALUE = frozenset({Asset.PRINCIPAL, Asset.BONUS})
_WITH_THE_MEMBER = frozenset({Account.LEASE, Account.POOL})


@dataclass(frozen=True)
class ValueBalance:
    """Stored value in minor units, principal and bonus together. `waiting` moved here and is not confirmed by HQ."""

    total: int = 0
    here: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Balance:
    """As far as it is known here. `here` can be spent now without asking anybody; `waiting` is not yet confirmed."""

    total: int
    here: int
    waiting: int
    debt: int
    as_of_ms: int | None
    value: ValueBalance = ValueBalance()


def balance_of(shop: Shop, member: KnownMember) -> Balance:
    """Nothing is redeemed below zero: what is owed is not spendable here either (D12)."""
    effects, state = shop.effects(member), shop.state(member)
    programme, at = shop.programme(), shop.moment()
    moved = sum(effects.value.values())
    known = member.principal + member.bonus + moved
    return Balance(
        total=sum(lot.points for lot in shop.lots(member)),
        here=points_held(programme, at, state),
        waiting=member.pending + effects.pending + sum(_left_of_new(shop, effects)),
        debt=shop.debt(member),
        as_of_ms=shop.known_since(member),
        value=ValueBalance(max(known, 0), spendable(state, programme, at), moved),
    )


def balance_view(balance: Balance) -> dict[str, Any]:
    """As screens, receipts and the POS API give it."""
    value = balance.value
    return {
        "total": balance.total,
        "here": balance.here,
        "waiting": balance.waiting,
        "debt": balance.debt,
        "as_of_ms": balance.as_of_ms,
        "value": {"total": value.total, "here": value.here, "waiting": value.waiting},
    }


def balance_after(shop: Shop, member: KnownMember, postings: Iterable[PostingRecord]) -> dict[str, Any]:
    """What a receipt says of a member: the balance once these postings, which are about to be committed, stand.

    Points that are new wait until HQ has them; what was paid, or taken back, is gone at once.
    """
    before, moved = balance_of(shop, member), tuple(postings)
    points = [each for each in moved if each.asset is Asset.POINTS]
    lease, owed = _sum(points, Account.LEASE), before.debt - _sum(points, Account.DEBT)
    held = points_held(shop.programme(), shop.moment(), replace(shop.state(member), debt=0))
    value = sum(each.amount for each in moved if each.asset in VALUE and each.account in _WITH_THE_MEMBER)
    after = Balance(
        total=before.total + lease,
        here=max(0, held + lease - owed),
        waiting=before.waiting + _waits(shop, member, points),
        debt=owed,
        as_of_ms=before.as_of_ms,
        value=ValueBalance(before.value.total + value, before.value.here + value, before.value.waiting + value),
    )
    return balance_view(after)


def _left_of_new(shop: Shop, effects: Effects) -> Iterable[int]:
    """What is left of lots that came here with own operations which HQ does not hold yet."""
    return (max(0, effects.by_lot.get(lot.id, 0)) for lot in shop.fresh(effects.new_lots))


def _waits(shop: Shop, member: KnownMember, points: Iterable[PostingRecord]) -> int:
    """What these postings add to the points that wait: in new lots, and pending."""
    new = {lot.id for lot in shop.effects(member).new_lots}
    new |= {each.lot for each in points if each.account is Account.ISSUED}
    return sum(
        each.amount
        for each in points
        if each.account is Account.PENDING or (each.account is Account.LEASE and each.lot in new)
    )


def _sum(postings: Iterable[PostingRecord], account: Account) -> int:
    return sum(each.amount for each in postings if each.account is account)
