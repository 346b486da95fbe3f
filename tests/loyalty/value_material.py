"""Programmes, lots and tills for the tests of stored value."""

from __future__ import annotations

from typing import Any

from loyalty import Account, Asset, Posting, Programme, Tender, TillState, read_programme
from loyalty.sale import TenderKind
from loyalty.value import ValueLot
from tests.loyalty.material import NAME, document

STEPS = [{"from": 100_000, "bonus": 20_000}, {"from": 50_000, "percent": [1, 10]}]
CUPS = {"id": "cups", "name": NAME, "price": 10_000, "uses": 12, "categories": ["coffee"], "lifetime_months": 12}
STORED_VALUE: dict[str, Any] = {"steps": STEPS, "assurance": "P3", "tenders": ["cash", "card", "third_party:lianhua"]}


def value_programme(stored_value: dict[str, Any] | None = None, **changes: Any) -> Programme:
    """A programme with stored value as in `STORED_VALUE`, changed by `stored_value`, and one count card."""
    policy = {**STORED_VALUE, **(stored_value or {})}
    keys = {"format": 2, "stored_value": policy, "gift_cards": {}, "count_cards": [CUPS], **changes}
    return read_programme(document(**keys))


def lot(principal: int, bonus: int = 0, spent: int = 0, **more: Any) -> ValueLot:
    return ValueLot(more.pop("id", "v1"), principal, bonus, spent, more.pop("topped_up_on", "2026-01-01"), **more)


def purse(*lots: ValueLot, **more: Any) -> TillState:
    """A till where these lots of the member's stored value may be spent."""
    return TillState(value=lots, assurance=more.pop("assurance", "P4"), **more)


def by_value(amount: int) -> Tender:
    return Tender(TenderKind.STORED_VALUE, amount)


def by_gift_card(amount: int, account: str | None = "g1") -> Tender:
    return Tender(TenderKind.GIFT_CARD, amount, account)


def principal(account: Account, amount: int, lot_id: str = "v1") -> Posting:
    return Posting(account, Asset.PRINCIPAL, lot_id, amount)


def bonus(account: Account, amount: int, lot_id: str = "v1") -> Posting:
    return Posting(account, Asset.BONUS, lot_id, amount)
