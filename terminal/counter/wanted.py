"""What a basket asks for and is not here: while online, it is asked of HQ before the till acts (sync.md, Leases)."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty import Basket, TenderKind
from protocol.lease import GrantAsk
from terminal.counter.balance import balance_of
from terminal.counter.limits_wanted import limits_missing
from terminal.counter.sell import Given
from terminal.counter.shop import Shop
from terminal.store.known_member import KnownMember
from terminal.store.leases import BEARER, owner_of_limit

Wishes = tuple[GrantAsk, ...]


def wanted(
    shop: Shop,
    member: KnownMember | None,
    *,
    points: int = 0,
    given: Sequence[Given] = (),
    codes: Sequence[str] = (),
    basket: Basket | None = None,
) -> Wishes:
    """Points and stored value of `member`; coupons by their code, a member's own or anybody's; and what the offers of
    `basket` are limited by: with a basket to be priced, since what comes may change the price."""
    missing = tuple(code for code in codes if shop.ledger.coupon(code) is None)
    limits = limits_missing(shop, basket, member) if basket is not None else {}
    shared = {key: amount for key, amount in limits.items() if owner_of_limit(key, "member") == BEARER}
    anybodys = GrantAsk(member=None, after=0, coupons=missing, limits=shared)
    bearers = (anybodys,) if missing or shared else ()
    if member is None:
        return bearers
    wish = GrantAsk(
        member=member.id,
        points=shop.missing(points, member) if points else 0,
        value=_value(shop, member, given),
        after=0,
        coupons=missing,
        limits={key: amount for key, amount in limits.items() if key not in shared},
    )
    return (wish, *bearers) if wish.points or wish.value or missing or wish.limits else bearers


def _value(shop: Shop, member: KnownMember, given: Sequence[Given]) -> int:
    paid = sum(tender[1] for tender in given if tender[0] == TenderKind.STORED_VALUE)
    return max(0, paid - balance_of(shop, member).value.here) if paid > 0 else 0
