"""A whole sale undone on its own day, by the till that holds its right (sync.md, Conflicts)."""

from __future__ import annotations

from protocol.operation import Kind
from terminal.counter.void import preview_void
from tests.terminal.counter.desks import refused_by
from tests.terminal.counter.returns import moved
from tests.terminal.counter.test_refund import plain
from tests.terminal.shops import DAY_MS, TestShop


def test_everything_the_sale_moved_is_undone_as_it_was(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000, 6000, points=500)
    sale = till.newest()
    shown = preview_void(test.shop, till.sold)
    receipt = till.void()
    assert (shown["exact"], receipt["kind"], receipt["given"]) == (True, "void", 9500)
    operation = till.newest()
    assert operation.kind is Kind.VOID
    assert operation.detail["exact"] is True
    assert moved(operation) == [(account, lot, -amount) for account, lot, amount in moved(sale)]
    assert [lot.points for lot in test.shop.ledger.held("m1").points] == [600]
    assert (receipt["balance"]["total"], receipt["balance"]["here"], receipt["balance"]["waiting"]) == (1000, 600, 0)


def test_what_the_member_spent_meanwhile_is_taken_as_of_a_return(test: TestShop) -> None:
    till = plain(test)
    till.sell(10000)
    first = till.sold
    till.sell(2000, points=700)
    till.sold = first
    assert preview_void(test.shop, first)["exact"] is False
    receipt = till.void()
    assert (receipt["points_taken"], receipt["debt"]) == (150, 81)


def test_a_sale_is_voided_once_and_not_after_a_refund(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000, 6000)
    till.refund((1, 1))
    assert refused_by(till.void).phrase.code == "void_after_refund"
    till.sell(4000)
    till.void()
    assert refused_by(till.void).phrase.code == "void_after_refund"
    assert refused_by(lambda: till.preview((1, 1))).phrase.code == "units_not_left"


def test_on_another_day_it_is_refunded_instead(test: TestShop) -> None:
    till = plain(test)
    till.sell(4000)
    test.clock.utc_ms += DAY_MS
    refused = refused_by(till.void)
    assert refused.phrase.code == "void_other_day"
    assert refused.phrase.params == {"sold_on": "2026-10-28", "today": "2026-10-29"}
    assert till.refund((1, 1))["given"] == 4000


def test_stamps_that_were_collected_go_with_the_sale(test: TestShop) -> None:
    card = {
        "id": "card",
        "kind": "stamp_card",
        "priority": 1,
        "name": {"en": "Card"},
        "buys": 3,
        "categories": ["food"],
    }
    till = plain(test, offers=[card])
    till.sell(4000)
    assert test.shop.ledger.held("m1").stamps == {"card": 1}
    till.void()
    assert test.shop.ledger.held("m1").stamps == {}
