"""HQ places rights at a test shop's till: points, stored value, limits, coupons, rights to refund."""

from __future__ import annotations

from typing import Any

from protocol.lease import Grant, GrantAsk, GrantLot, GrantPage
from protocol.sale_records import CouponRecord, ValueLotRecord
from terminal.counter.station import Station
from tests.terminal.shops import DEVICE, TestShop

LIMIT_S = 30


def grant(test: TestShop, member: str | None, **placed: Any) -> None:
    """The next grant; `placed` are fields of `Grant`."""
    test.granted += 1
    grants = (Grant(number=test.granted, member=member, **placed),)
    test.shop.ledger.apply_grants(GrantPage(device=DEVICE, epoch=1, grants=grants, head=test.granted))


def grant_at(station: Station, test: TestShop, member: str | None, **placed: Any) -> None:
    """As `grant`, on the thread of a till that is at work: the ledger is its alone."""
    station.ask(lambda _: grant(test, member, **placed)).result(LIMIT_S)


def value_lot(number: int, principal: int, bonus: int = 0, **changes: Any) -> ValueLotRecord:
    """A fresh lot as HQ places one."""
    fields = {"id": f"{DEVICE}.1.g{number}", "spent": 0, "topped_up_on": "2026-07-01", **changes}
    return ValueLotRecord(principal=principal, bonus=bonus, **fields)


def lend(test: TestShop, wish: GrantAsk) -> None:
    """HQ gives all that was asked for."""
    placed: dict[str, Any] = {"limits": wish.limits}
    if wish.coupons and wish.member is None:
        placed["coupons"] = tuple(CouponRecord(code=code, rule="ten") for code in wish.coupons)
    number = test.granted + 1
    if wish.points:
        lot = GrantLot(lot=f"lent.{number}", points=wish.points, earned_on="2026-01-01", expires_on="2028-12-31")
        placed["lots"] = (lot,)
    if wish.value:
        placed["value"] = (value_lot(number, wish.value),)
    grant(test, wish.member, **placed)
