"""What a basket asks for and is not here: while online, it is asked of HQ before the till acts (sync.md, Leases)."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty import TenderKind
from protocol.lease import GrantAsk
from terminal.counter.balance import balance_of
from terminal.counter.sell import Given
from terminal.counter.shop import Shop
from terminal.store.known_member import KnownMember

Wishes = tuple[GrantAsk, ...]


def wanted(
    shop: Shop, member: KnownMember | None, *, points: int = 0, given: Sequence[Given] = (), codes: Sequence[str] = ()
) -> Wishes:
    """Points and stored value of `member`, and coupons by their code: a member's own, or anybody's."""
    missing = tuple(code for code in codes if shop.ledger.coupon(code) is None)
    bearers = (GrantAsk(member=None, after=0, coupons=missing),) if missing else ()
    if member is None:
        return bearers
    more = shop.missing(points, member) if points else 0
    wish = GrantAsk(member=member.id, points=more, value=_value(shop, member, given), after=0, coupons=missing)
    return (wish, *bearers) if wish.points or wish.value or missing else ()


def _value(shop: Shop, member: KnownMember, given: Sequence[Given]) -> int:
    paid = sum(tender[1] for tender in given if tender[0] == TenderKind.STORED_VALUE)
    return max(0, paid - balance_of(shop, member).value.here) if paid > 0 else 0
