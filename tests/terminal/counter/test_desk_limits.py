"""The largest and the smallest sale."""

from loyalty import Basket, Line, Tender
from loyalty.sale import TenderKind
from protocol.directory import ProductRow
from protocol.feed import Bucket, RowKind
from terminal.counter.sell import Checkout, quote_for, sell
from terminal.counter.till import MAX_LINES
from tests.terminal.counter.desks import TAP, cash, desk_of, many_products, refused_by
from tests.terminal.counter.offer_documents import document, offer
from tests.terminal.shops import ADA, TestShop

NAMES = {"zh-CN": "全场折上折", "en": "Off everything"}


def test_the_largest_basket_can_be_sold(test: TestShop) -> None:
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    for number, code in enumerate(many_products(test, MAX_LINES), 1):
        desk.scan(code)
        desk.quantity(number, 999)
    desk.pay(desk.till.intent, [("mobile", desk.quote().due)])
    operation = test.shop.ledger.operation(1)
    assert operation is not None
    assert len(operation.encode()) <= 64 * 1024


def test_the_largest_basket_with_ten_offers_on_each_line_can_be_sold(test: TestShop) -> None:
    codes = many_products(test, MAX_LINES)
    of_the_order = [offer("percent_off", n, percent=[1, 50], name=NAMES) for n in range(5, 12)]
    others = [
        offer("member_price", 1, prices=dict.fromkeys(codes, 9000)),
        offer("nth_unit", 2, nth=2, percent=[1, 2]),
        offer("tier_percent", 3),
    ]
    test.programme(document(*others, *of_the_order, version=4))
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    for number, code in enumerate(codes, 1):
        desk.scan(code)
        desk.quantity(number, 999)
    desk.pay(desk.till.intent, [("mobile", desk.quote().due)])
    operation = test.shop.ledger.operation(1)
    assert operation is not None
    assert all(len(line["reasons"]) == 10 for line in operation.detail["quote"]["lines"])
    assert len(operation.encode()) <= 60 * 1024


def test_a_basket_that_no_operation_can_hold_is_refused_with_nothing_written(test: TestShop) -> None:
    codes = many_products(test, 3 * MAX_LINES)
    basket = Basket(tuple(Line(n, code, 1, 9999, "food") for n, code in enumerate(codes, 1)))
    member = test.shop.member("m1")
    due = quote_for(test.shop, basket, member).due
    checkout = Checkout("a" * 32, basket, member, (Tender(TenderKind.MOBILE, due),))
    assert refused_by(lambda: sell(test.shop, checkout, {})).phrase.code == "basket_full"
    assert test.shop.ledger.next_seq() == 1


def test_what_cash_rounding_takes_to_nothing_is_paid_with_nothing_d09(test: TestShop) -> None:
    [code] = many_products(test, 1)
    row = ProductRow(gtin=code, name={"en": "Sweet"}, price=4, category="food")
    test.tell(Bucket.CATALOGUE, (RowKind.PRODUCT, code, row.model_dump(mode="json")))
    desk = desk_of(test)
    desk.scan(code)
    receipt = cash(desk, 0)
    assert (receipt["due"], receipt["rounding"], receipt["change"], receipt["tenders"]) == (4, -4, 0, [])
