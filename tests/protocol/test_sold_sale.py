"""A sale is read back from its record as the very sale that was settled, whatever it used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loyalty import Basket, Line, Tender, TenderKind, price, settle, sold
from loyalty.sale import Sale
from protocol import canonical
from protocol.operation import Kind, Operation
from protocol.sale_detail import SaleDetail, SaleDetailError, recorded_quote
from protocol.sold_sale import read_quote, sold_sale
from tests.terminal.counter.returns import Till
from tests.terminal.counter.test_refund import plain
from tests.terminal.counter.test_value_at_the_till import ROOM, till_with_value, top_up
from tests.terminal.granting import grant
from tests.terminal.shops import TestShop, open_shop


@pytest.fixture
def test(tmp_path: Path) -> Iterator[TestShop]:
    with open_shop(tmp_path) as shop:
        yield shop


def settled_again(test: TestShop, operation: Operation) -> Any:
    """By pricing and settling what the record says, as HQ replays it."""
    detail, at = SaleDetail.read(operation.detail), test.shop.moment()
    basket, member, state = detail.to_basket(), detail.to_member(), detail.to_state()
    programme = test.shop.programme()
    quote = price(basket, member, programme, at, state)
    lot = operation.lots[0].id if operation.lots else ""
    sale = settle(quote, member, detail.to_tenders(), programme, at, state, lot, basket)
    assert isinstance(sale, Sale)
    bare = replace(quote, missed=(), lines=tuple(line._replace(reasons=()) for line in quote.lines))
    return sold(basket, member, at, state, replace(sale, quote=bare, change=detail.receipt.change))


def sales(test: TestShop) -> Iterator[Operation]:
    """With a discount and points; with value of which the bonus does not earn; a guest's in cash; many units."""
    till = plain(test)
    till.sell(4000, 6000, points=500)
    yield till.newest()
    till.sell_basket(Basket((Line(1, "10000001", 999, 199, "food"), Line(2, "10000002", 1, 9, "food", grams=450))))
    yield till.newest()
    till = till_with_value(test)
    grant(test, "m1", limits={ROOM: 100_000})
    top_up(test, 100_000)
    till.sell(30_000, 5_000, tenders=[("stored_value", 30_000), ("cash", 6_000)])
    yield till.newest()
    till.member = None
    till.sell(4013, tenders=[("cash", 5000)])
    yield till.newest()


def test_what_was_sold_is_what_was_settled(test: TestShop) -> None:
    for number, operation in enumerate(sales(test)):
        read = sold_sale(Operation.decode(operation.encode()), test.shop.programme())
        assert read == settled_again(test, operation), number


def test_bonus_that_does_not_earn_is_out_of_the_bases(test: TestShop) -> None:
    """The control of the bases: those of the quote are others (D04)."""
    operation = list(sales(test))[2]
    read = sold_sale(operation, test.shop.programme())
    assert read.bases != tuple(line.base for line in read.quote.lines)
    assert read.earned == operation.lots[0].points


def test_a_quote_comes_back(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000, 6000)
    quote = read_quote(till.newest().detail["quote"])
    assert recorded_quote(quote) == {
        **till.newest().detail["quote"],
        "lines": [{**line, "reasons": []} for line in till.newest().detail["quote"]["lines"]],
    }


@pytest.mark.parametrize(
    "change",
    [
        {"lines": [{"no": 1}]},
        {"lines": 7},
        {"net": "7"},
        {"use": None},
        {"lines": [{"units": [[1, 10**15]]}]},
        {"lines": [{"units": [[1]]}]},
    ],
)
def test_a_quote_of_another_shape_is_refused(test: TestShop, change: dict[str, Any]) -> None:
    till = plain(test)
    till.sell(4000)
    good = till.newest().detail["quote"]
    read_quote(good)
    with pytest.raises(SaleDetailError):
        read_quote({**good, **change})


def test_another_kind_or_version_is_refused(test: TestShop) -> None:
    till: Till = plain(test)
    till.sell(4000)
    operation = till.newest()
    with pytest.raises(SaleDetailError, match="no sale"):
        sold_sale(operation.model_copy(update={"kind": Kind.VOID}), test.shop.programme())
    other = canonical.decode(operation.encode())
    other["detail"]["programme_version"] = 9
    with pytest.raises(SaleDetailError, match="version 9"):
        sold_sale(Operation.model_validate(other), test.shop.programme())
    assert Tender(TenderKind.CARD, 4000) in sold_sale(operation, test.shop.programme()).sale.tenders
