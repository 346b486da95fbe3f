"""Baskets, members and programmes for the tests of the core."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from loyalty import (
    Basket,
    Line,
    Lot,
    MemberFacts,
    Moment,
    Programme,
    Quote,
    Refused,
    Sale,
    TillState,
    price,
    read_programme,
    settle,
)
from loyalty.sale import Tender, TenderKind

NOON = Moment(1_772_337_600_000)  # 2026-03-01 12:00 in Shanghai
NAME = {"zh-CN": "名", "en": "Name"}
GTIN = "6901234567892"

BARE: dict[str, Any] = {
    "format": 1,
    "id": "chain",
    "version": 3,
    "currency": "CNY",
    "zone": "Asia/Shanghai",
    "valid_from": "2026-01-01",
    "valid_until": "2027-12-31",
    "tiers": [
        {"id": "regular", "name": NAME, "rank": 1, "percent_off": [0, 100], "earn": [1, 1]},
        {"id": "gold", "name": NAME, "rank": 3, "percent_off": [12, 100], "earn": [3, 2]},
        {"id": "half", "name": NAME, "rank": 4, "percent_off": [50, 100], "earn": [1, 1]},
    ],
    "earning": [
        {"id": "base", "name": NAME, "points": 1, "per": 1000, "by_tier": True, "excluded_categories": ["tobacco"]}
    ],
    "points_as_money": {"points": 100, "money": 100, "cap": [1, 2], "lifetime_months": 24},
    "offers": [],
    "limits": {"copyable_daily_points": 2000},
    "cash_rounding": 0,
}


def member_price(prices: dict[str, int], id: str = "member-price", priority: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": "member_price", "priority": priority, "name": NAME, "prices": prices, **more}


def tier_percent(id: str = "tier", priority: int = 2, excluded: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    about = {"id": id, "kind": "tier_percent", "priority": priority, "name": NAME}
    return {**about, "excluded_categories": list(excluded), **more}


def spend_and_save(
    threshold: int, save: int, id: str = "save", priority: int = 3, members_only: bool = False, **more: Any
) -> dict[str, Any]:
    about = {"id": id, "kind": "spend_and_save", "priority": priority, "name": NAME, "members_only": members_only}
    return {**about, "threshold": threshold, "save": save, **more}


def offer(kind: str, id: str = "", priority: int = 5, **more: Any) -> dict[str, Any]:
    """An offer of any kind; its id is its kind unless another is given."""
    return {"id": id or kind.replace("_", "-"), "kind": kind, "priority": priority, "name": NAME, **more}


def document(*offers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A valid programme document with these offers and other changes."""
    return deepcopy({**BARE, "offers": list(offers), **changes})


def programme(*offers: dict[str, Any], **changes: Any) -> Programme:
    return read_programme(document(*offers, **changes))


def newest(*offers: dict[str, Any], **changes: Any) -> Programme:
    """A programme of the newest format."""
    return read_programme(document(*offers, format=2, **changes))


def line(no: int, unit_price: int, quantity: int = 1, gtin: str = GTIN, category: str = "snacks") -> Line:
    return Line(no, gtin, quantity, unit_price, category)


def basket(*prices: int, points: int = 0, removed: tuple[str, ...] = ()) -> Basket:
    """One line for each price."""
    lines = tuple(line(no, unit_price) for no, unit_price in enumerate(prices, 1))
    return Basket(lines, frozenset(removed), points)


def member(tier: str = "regular") -> MemberFacts:
    return MemberFacts("m1", tier)


def till(*points: int, assurance: str = "P4", used: int = 0) -> TillState:
    """A till with one undated lot for each number of points."""
    lots = tuple(Lot(f"lot{number}", count, "2026-01-01") for number, count in enumerate(points, 1))
    return TillState(lots, assurance, used)


def quote(
    goods: Basket, rules: Programme, who: MemberFacts | None = None, state: TillState | None = None, at: Moment = NOON
) -> Quote:
    return price(goods, who, rules, at, state or till())


def sell(
    goods: Basket, rules: Programme, who: MemberFacts | None, state: TillState, *tenders: Tender, at: Moment = NOON
) -> Sale | Refused:
    """Price and settle in one go; without tenders the whole sum is paid by card."""
    priced = price(goods, who, rules, at, state)
    paid = tenders or ((card(priced.due),) if priced.due else ())
    return settle(priced, who, paid, rules, at, state, "new-lot")


def sold(*args: Any, **more: Any) -> Sale:
    sale = sell(*args, **more)
    assert isinstance(sale, Sale), sale
    return sale


def cash(amount: int) -> Tender:
    return Tender(TenderKind.CASH, amount)


def card(amount: int) -> Tender:
    return Tender(TenderKind.CARD, amount)


def mobile(amount: int) -> Tender:
    return Tender(TenderKind.MOBILE, amount)
