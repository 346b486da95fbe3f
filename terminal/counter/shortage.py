"""What a refusal tells of what is not here: what is certain, what waits and how old that is (domain.md, Points states).

The sentence of each asset ends with the way out. Where nothing may be spent at all, that is said instead of a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty import Refused
from loyalty.ledger import Asset
from loyalty.sale import Verdict
from loyalty.top_up import room_key
from protocol.request_signature import key_name
from terminal.counter.balance import balance_of
from terminal.counter.phrase import Refusal
from terminal.counter.shop import Shop
from terminal.errors import LeaseShort, RefundElsewhere, RefundOutdated, SpendingStopped
from terminal.store.known_member import KnownMember

POINTS = frozenset({Verdict.POINTS_NOT_AVAILABLE.value, "lease_short"})
VALUE = frozenset({Verdict.VALUE_NOT_AVAILABLE.value, Verdict.PAY_OUT_NOT_AVAILABLE.value})
PLACED = frozenset(  # by a grant: known as of the last contact
    {
        Verdict.GIFT_CARD_NOT_AVAILABLE.value,
        Verdict.TOP_UP_LIMIT.value,
        Verdict.LIMIT_NOT_AVAILABLE.value,
        Verdict.COUNT_NOT_AVAILABLE.value,
    }
)
UNUSABLE = POINTS | VALUE | PLACED | {Verdict.COUPON_UNKNOWN.value, "coupon_gone"}
LEDGER_REFUSED = (LeaseShort, SpendingStopped, RefundElsewhere, RefundOutdated)


def refusal(shop: Shop, member: KnownMember | None, refused: Refused) -> Refusal:
    """The sentence of a verdict, with what is known here."""
    return _told(shop, member, refused.verdict.value, refused.params)


def by_ledger(shop: Shop, error: LeaseShort | SpendingStopped | RefundElsewhere | RefundOutdated) -> Refusal:
    """The sentence where something left this till between the price and the commit."""
    match error:
        case SpendingStopped():
            return stopped(shop)
        case RefundElsewhere():
            return Refusal("refund_gone", sale=error.sale)
        case RefundOutdated():
            return Refusal("refund_outdated", sale=error.sale)
        case LeaseShort():
            member = shop.directory.member(error.member) if error.member else None
            return _told(shop, member, *_of_asset(error))


def stopped(shop: Shop) -> Refusal:
    """Why nothing that lies here may be spent: HQ was away too long, has never been heard, or has stopped this till."""
    if key_name(shop.identity.device, shop.identity.epoch) in shop.denied().devices:
        return Refusal("suspended")
    until_ms = shop.ledger.spend_until()
    return Refusal("spending_over") if until_ms is None else Refusal("spending_stopped", until_ms=until_ms)


def _of_asset(error: LeaseShort) -> tuple[str, dict[str, Any]]:
    counts = {"asked": error.asked, "available": error.available}
    amounts = {"asked_minor": error.asked, "available_minor": error.available}
    match error.asset:
        case Asset.POINTS:
            return "lease_short", counts
        case Asset.PRINCIPAL | Asset.BONUS:
            verdict = Verdict.VALUE_NOT_AVAILABLE if error.member else Verdict.GIFT_CARD_NOT_AVAILABLE
            return verdict.value, amounts
        case Asset.COUPON:
            return "coupon_gone", {"code": error.lot}
        case Asset.COUNT:
            return Verdict.COUNT_NOT_AVAILABLE.value, counts
        case Asset.STAMP:
            return Verdict.STAMPS_NOT_AVAILABLE.value, counts
    room = error.member and error.lot == room_key(error.member)
    return (Verdict.TOP_UP_LIMIT.value, amounts) if room else (Verdict.LIMIT_NOT_AVAILABLE.value, counts)


def _told(shop: Shop, member: KnownMember | None, code: str, params: Mapping[str, Any]) -> Refusal:
    if code in UNUSABLE and shop.spending_stopped():
        return stopped(shop)
    if code in PLACED:
        return Refusal(code, **params, as_of_ms=_heard_ms(shop))
    if member is None or code not in POINTS | VALUE:
        return Refusal(code, **params)
    balance = balance_of(shop, member)
    if code in VALUE:
        return Refusal(code, **params, waiting_minor=max(0, balance.value.waiting), as_of_ms=balance.as_of_ms)
    return Refusal(code, **params, waiting=balance.waiting, as_of_ms=balance.as_of_ms)


def _heard_ms(shop: Shop) -> int | None:
    """When HQ was last heard (UTC ms); None if it never was."""
    reading = shop.clock()
    return None if reading.dark_ms is None else reading.utc_ms - reading.dark_ms
