"""A desk over a test shop, and short ways to play at it."""

from typing import Any

import pytest

from protocol.directory import ProductRow
from protocol.feed import Bucket, RowKind
from terminal.codes.gtin import check_digit
from terminal.counter.attention import Attention
from terminal.counter.desk import Desk, Tap
from terminal.counter.phrase import Refusal
from tests.terminal.shops import TestShop

TAP = Tap("t1", 0)


class Ids:
    """Intents by number."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        return f"{self.count:032x}"


def desk_of(test: TestShop, ids: Ids | None = None) -> Desk:
    return Desk(test.shop, ids or Ids(), Attention(lambda: 0))


def refused_by(work: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        work()
    return refused.value


def cash(desk: Desk, amount: int) -> dict[str, Any]:
    return desk.pay(desk.till.intent, [("cash", amount)])


def many_products(test: TestShop, count: int) -> list[str]:
    """`count` more products reach the catalogue."""
    codes = [str(n) + str(check_digit(str(n))) for n in range(200_000_000_000, 200_000_000_000 + count)]
    rows = [ProductRow(gtin=code, name={"zh-CN": "品", "en": "Item"}, price=9999, category="food") for code in codes]
    test.tell(Bucket.CATALOGUE, *((RowKind.PRODUCT, row.gtin, row.model_dump(mode="json")) for row in rows))
    return codes
