"""A lottery for the tests: one grand prize, two coupons, points and nothing."""

from __future__ import annotations

from typing import Any

from loyalty import Programme
from loyalty.lottery import Lottery
from tests.loyalty.material import GTIN, NAME
from tests.loyalty.rights_material import coupon_rule, rules

STOCK = "chain:times:ever:lottery:wheel:bike"


def prize(id: str, weight: int, kind: str, most: int | None = None, **keys: Any) -> dict[str, Any]:
    about = {"id": id, "name": NAME, "weight": weight, "prize": {"kind": kind, **keys}}
    return about if most is None else {**about, "most": most}


PRIZES = [
    prize("bike", 1, "goods", 2, product=GTIN),
    prize("voucher", 9, "coupon", coupon="gift"),
    prize("hundred", 30, "points", points=100),
    prize("none", 60, "nothing"),
]


def wheel(*prizes: dict[str, Any], **keys: Any) -> dict[str, Any]:
    about = {"id": "wheel", "name": NAME, "cost": 50, "instead": "hundred"}
    return {**about, "prizes": list(prizes or PRIZES), **keys}


def lotteries(*found: dict[str, Any], **gift: Any) -> Programme:
    """A programme with these lotteries and the coupon rule `gift`."""
    return rules(coupon_rule("gift", **gift), lotteries=list(found or (wheel(),)))


def the_lottery(book: Programme) -> Lottery:
    (found,) = book.lotteries
    return found
