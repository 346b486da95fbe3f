"""Which counted limits a basket would use if they lay here: what is missing of them can be asked of HQ (D29)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from loyalty import Basket, price
from loyalty.limit_keys import LIMIT, is_leased, limit_key
from loyalty.limits import Scope
from loyalty.offers import Offer
from terminal.counter.shop import Shop
from terminal.store.known_member import KnownMember

PAUSE_MS = 10_000  # no key is asked for twice in so short a time: HQ may have none, and the customer waits


def limits_missing(shop: Shop, basket: Basket, member: KnownMember | None) -> dict[str, int]:
    """By the limit's key, what this basket would use of it and is not here; nothing where HQ cannot be asked."""
    if not shop.online() or shop.spending_stopped():
        return {}
    state, whose = shop.state(member, shown=basket.coupons), member.id if member else None
    bounds = {key: most for key, most in _bounds(shop, whose) if state.leased.get(key, 0) < most}
    if not bounds:
        return {}
    generous = replace(state, leased={**state.leased, **bounds})
    quote = price(basket, shop.facts(member), shop.programme(), shop.moment(), generous)
    wanted = {right.key: right.amount for right in quote.rights if right.kind == LIMIT and right.key in bounds}
    missing = {key: amount - state.leased.get(key, 0) for key, amount in wanted.items()}
    return shop.not_asked_lately({key: amount for key, amount in missing.items() if amount > 0}, PAUSE_MS)


def by_share(offer: Offer) -> bool:
    """Whether what is left of the offer here is a share that HQ has placed, and only that."""
    counted_here = any(limit.scope is Scope.TERMINAL for limit in offer.limits) or offer.audience.birthday
    return not counted_here and any(_is_placed(limit.scope) for limit in offer.limits)


def _is_placed(scope: Scope) -> bool:
    return is_leased(f"{scope}:")


def _bounds(shop: Shop, member: str | None) -> Iterator[tuple[str, int]]:
    """The keys of the limits that HQ places, and the most that each allows."""
    today, store = shop.moment().business_date(), shop.identity.store
    for offer in shop.programme().offers:
        for limit in offer.limits:
            if _is_placed(limit.scope) and (member is not None or limit.scope is not Scope.MEMBER):
                yield limit_key(offer.id, limit, today, member, store), limit.most
