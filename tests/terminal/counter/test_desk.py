"""The desk over a real ledger and directory: tap, scan, pay, and every way in which it says no."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loyalty import Basket, Line, Tender
from loyalty.sale import TenderKind
from protocol.directory import ProductRow
from protocol.feed import Bucket, RowKind
from terminal.counter.attention import Attention
from terminal.counter.barcode import check_digit
from terminal.counter.desk import Desk, Tap
from terminal.counter.phrase import Refusal
from terminal.counter.sell import Checkout, quote_for, sell
from terminal.counter.till import MAX_LINES
from terminal.errors import IntentConflict
from tests.terminal.shops import ADA, BO, CY, DAY_MS, LOST, RICE, TEA, WINE, TestShop, empty_shop, open_shop

TAP = Tap("t1", 0)


class _Ids:
    """Intents by number."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        return f"{self.count:032x}"


def _desk(test: TestShop, ids: _Ids | None = None) -> Desk:
    return Desk(test.shop, ids or _Ids(), Attention(lambda: 0))


@pytest.fixture
def test(tmp_path: Path) -> Iterator[TestShop]:
    with open_shop(tmp_path) as shop:
        yield shop


def _refused(work: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        work()
    return refused.value


def _cash(desk: Desk, amount: int) -> dict[str, Any]:
    return desk.pay(desk.till.intent, [("cash", amount)])


def test_tap_scan_pay(test: TestShop) -> None:
    """200.00 of goods: 12 % off is 176.00, then 20.00 off from 150 is 156.00 (D06)."""
    desk = _desk(test)
    desk.card(ADA, "uid", TAP)
    desk.scan(RICE)
    desk.scan(RICE)
    assert desk.quote().due == 15600
    receipt = _cash(desk, 20000)
    assert (receipt["due"], receipt["change"], receipt["saved"]) == (15600, 4400, 4400)
    assert sum(part["points"] for part in receipt["earned"]) == 234
    assert receipt["balance"]["total"] == 1234
    assert receipt["balance"]["here"] == 834
    assert receipt["balance"]["waiting"] == 234
    assert desk.till.phase == "paid"


def test_the_receipts_balance_is_what_the_shop_says_afterwards(test: TestShop) -> None:
    desk = _desk(test)
    desk.card(ADA, "uid", TAP)
    desk.scan(RICE)
    desk.points(300)
    receipt = desk.pay(desk.till.intent, [("mobile", desk.quote().due)])
    after = test.shop.balance(test.shop.member("m1"))
    assert receipt["points_used"] == 300
    assert (after.total, after.here, after.waiting) == tuple(
        receipt["balance"][name] for name in ("total", "here", "waiting")
    )


@pytest.mark.parametrize(
    ("uid", "technology", "code"),
    [
        ("04FFFFFFFFFFFF", "uid", "card_unknown"),
        (LOST, "uid", "card_blocked"),
        (BO, "uid", "member_blocked"),
        ("08A1B2C3", "random_uid", "card_random"),
    ],
)
def test_a_card_that_is_not_welcome_has_its_sentence_and_the_sale_goes_on(
    test: TestShop, uid: str, technology: str, code: str
) -> None:
    desk = _desk(test)
    desk.scan(TEA)
    assert _refused(lambda: desk.card(uid, technology, TAP)).phrase.code == code
    assert desk.till.member is None
    assert _cash(desk, 5000)["due"] == 5000


@pytest.mark.parametrize(
    ("code", "reason"),
    [("6901234567885", "barcode_unknown"), ("6901234567890", "barcode_bad_check_digit"), ("hello", "barcode_foreign")],
)
def test_a_code_that_is_no_product_here_changes_nothing(test: TestShop, code: str, reason: str) -> None:
    desk = _desk(test)
    desk.scan(TEA)
    assert _refused(lambda: desk.scan(code)).phrase.code == reason
    assert len(desk.till.lines) == 1


def test_a_double_click_on_pay_is_one_sale(test: TestShop) -> None:
    desk = _desk(test)
    desk.scan(TEA)
    first = _cash(desk, 5000)
    assert _cash(desk, 5000) == first
    assert test.shop.ledger.next_seq() == 2


def test_the_same_intent_with_other_money_is_refused(test: TestShop) -> None:
    desk = _desk(test)
    desk.scan(TEA)
    _cash(desk, 5000)
    with pytest.raises(IntentConflict):
        _cash(desk, 6000)
    assert test.shop.ledger.next_seq() == 2


def test_an_intent_of_another_basket_is_refused(test: TestShop) -> None:
    desk = _desk(test)
    desk.scan(TEA)
    assert _refused(lambda: desk.pay("e" * 32, [("cash", 5000)])).phrase.code == "intent_unknown"


def test_points_beyond_the_lease_are_refused_with_what_is_available(test: TestShop) -> None:
    desk = _desk(test)
    desk.card(ADA, "uid", TAP)
    for _ in range(5):
        desk.scan(RICE)
    assert desk.points(900) == 300
    refused = _refused(lambda: desk.pay(desk.till.intent, [("mobile", desk.quote().due)]))
    assert refused.phrase.code == "points_not_available"
    assert refused.phrase.params == {"asked": 900, "available": 600}
    assert test.shop.ledger.next_seq() == 1


def test_a_lease_that_grew_meanwhile_is_used(test: TestShop) -> None:
    desk = _desk(test)
    desk.card(ADA, "uid", TAP)
    for _ in range(5):
        desk.scan(RICE)
    desk.points(900)
    test.grant("m1", 300)
    assert desk.pay(desk.till.intent, [("mobile", desk.quote().due)])["points_used"] == 900


def test_after_the_right_to_spend_has_run_out_points_are_earned_and_not_spent(test: TestShop) -> None:
    desk = _desk(test)
    desk.card(ADA, "uid", TAP)
    desk.scan(RICE)
    test.clock.utc_ms += 31 * DAY_MS
    desk.points(100)
    refused = _refused(lambda: desk.pay(desk.till.intent, [("mobile", desk.quote().due)]))
    assert refused.phrase.code == "spending_stopped"
    desk.points(0)
    assert sum(part["points"] for part in _cash(desk, 20000)["earned"]) > 0


def test_expired_points_are_neither_shown_nor_spent(test: TestShop) -> None:
    test.grant("m1", 50, "hq.2", expires_on="2026-10-27")
    assert test.shop.balance(test.shop.member("m1")).here == 600


def test_the_copyable_card_has_a_daily_cap(test: TestShop) -> None:
    """2,000 points a day with a card that anyone can copy (cards.md, P1)."""
    test.grant("m1", 5000)
    desk = _desk(test)
    desk.card(ADA, "uid", TAP)
    for _ in range(8):
        desk.scan(RICE)
    desk.points(2000)
    assert desk.pay(desk.till.intent, [("mobile", desk.quote().due)])["points_used"] == 2000
    desk.card(ADA, "uid", TAP)
    for _ in range(8):
        desk.scan(RICE)
    desk.points(100)
    refused = _refused(lambda: desk.pay(desk.till.intent, [("mobile", desk.quote().due)]))
    assert refused.phrase.code == "points_copyable_daily"
    test.clock.utc_ms += DAY_MS
    assert desk.pay(desk.till.intent, [("mobile", desk.quote().due)])["points_used"] == 100


def test_a_scan_and_a_tap_open_the_next_sale(test: TestShop) -> None:
    desk = _desk(test)
    desk.scan(TEA)
    _cash(desk, 5000)
    desk.scan(WINE)
    assert (desk.till.phase, len(desk.till.lines)) == ("open", 1)
    _cash(desk, 5000)
    desk.card(CY, "uid", TAP)
    assert (desk.till.phase, desk.till.member, desk.till.lines) == ("open", "m3", [])


def test_another_card_during_payment_is_refused_and_the_sum_stays(test: TestShop) -> None:
    desk = _desk(test)
    desk.card(ADA, "uid", TAP)
    desk.scan(RICE)
    desk.paying(True)
    assert _refused(lambda: desk.card(CY, "uid", TAP)).phrase.code == "card_during_payment"
    assert desk.till.member == "m1"


def test_a_short_tender_is_refused_and_can_be_corrected(test: TestShop) -> None:
    desk = _desk(test)
    desk.scan(TEA)
    refused = _refused(lambda: _cash(desk, 4000))
    assert refused.phrase.code == "tender_short"
    assert _cash(desk, 5000)["due"] == 5000


@pytest.mark.parametrize("tender", [("gold", 5000), ("card", 0), ("cash", -5), ("card", 10**13)])
def test_an_absurd_tender_is_named(test: TestShop, tender: tuple[str, int]) -> None:
    desk = _desk(test)
    desk.scan(TEA)
    assert _refused(lambda: desk.pay(desk.till.intent, [tender])).phrase.code == "tender_invalid"


def test_an_offer_that_does_not_exist_cannot_be_removed(test: TestShop) -> None:
    assert _refused(lambda: _desk(test).offer("free-lunch", True)).phrase.params == {"offer": "free-lunch"}


def test_digits_of_the_keypad_become_a_code(test: TestShop) -> None:
    desk = _desk(test)
    for key in ["9", "back", *TEA]:
        desk.key(key)
    assert desk.entry == TEA
    desk.key("enter")
    assert desk.entry == ""
    assert [line.gtin for line in desk.till.lines] == [TEA]


def test_a_power_cut_before_payment_brings_the_basket_back(test: TestShop) -> None:
    ids = _Ids()
    desk = _desk(test, ids)
    desk.card(ADA, "uid", TAP)
    desk.scan(RICE)
    desk.keep()
    again = _desk(test, ids)
    assert again.till.intent == desk.till.intent
    assert again.till.member == "m1"
    assert again.quote() == desk.quote()


def test_a_power_cut_after_payment_brings_the_receipt_back(test: TestShop) -> None:
    ids = _Ids()
    desk = _desk(test, ids)
    desk.scan(TEA)
    desk.keep()
    receipt = _cash(desk, 5000)
    again = _desk(test, ids)
    assert again.till.phase == "paid"
    assert again.till.receipt == receipt
    assert again.pay(receipt["intent"], [("cash", 5000)]) == receipt
    assert test.shop.ledger.next_seq() == 2


def test_before_the_first_contact_there_is_a_sentence(tmp_path: Path) -> None:
    with empty_shop(tmp_path) as empty:
        desk = _desk(empty)
        assert _refused(lambda: desk.card(ADA, "uid", TAP)).phrase.code == "directory_empty"
        assert _refused(desk.quote).phrase.code == "programme_missing"


def _many_products(test: TestShop, count: int) -> list[str]:
    """`count` more products reach the catalogue."""
    codes = [str(n) + str(check_digit(str(n))) for n in range(200_000_000_000, 200_000_000_000 + count)]
    rows = [ProductRow(gtin=code, name={"zh-CN": "品", "en": "Item"}, price=9999, category="food") for code in codes]
    test.tell(Bucket.CATALOGUE, *((RowKind.PRODUCT, row.gtin, row.model_dump(mode="json")) for row in rows))
    return codes


def test_the_largest_basket_can_be_sold(test: TestShop) -> None:
    desk = _desk(test)
    desk.card(ADA, "uid", TAP)
    for number, code in enumerate(_many_products(test, MAX_LINES), 1):
        desk.scan(code)
        desk.quantity(number, 999)
    desk.pay(desk.till.intent, [("mobile", desk.quote().due)])
    operation = test.shop.ledger.operation(1)
    assert operation is not None
    assert len(operation.encode()) <= 64 * 1024


def test_a_basket_that_no_operation_can_hold_is_refused_with_nothing_written(test: TestShop) -> None:
    codes = _many_products(test, 3 * MAX_LINES)
    basket = Basket(tuple(Line(n, code, 1, 9999, "food") for n, code in enumerate(codes, 1)))
    member = test.shop.member("m1")
    due = quote_for(test.shop, basket, member).due
    checkout = Checkout("a" * 32, basket, member, (Tender(TenderKind.MOBILE, due),))
    assert _refused(lambda: sell(test.shop, checkout, {})).phrase.code == "basket_full"
    assert test.shop.ledger.next_seq() == 1


def test_a_refused_scan_or_card_leaves_the_receipt_where_it_is(test: TestShop) -> None:
    desk = _desk(test)
    desk.scan(TEA)
    receipt = _cash(desk, 5000)
    _refused(lambda: desk.scan("6901234567885"))
    _refused(lambda: desk.card(LOST, "uid", TAP))
    assert (desk.till.phase, desk.till.receipt) == ("paid", receipt)


def test_personal_data_that_a_power_cut_brought_back_leaves_the_screen_too(test: TestShop) -> None:
    ids, now = _Ids(), [0]
    desk = _desk(test, ids)
    desk.card(ADA, "uid", TAP)
    desk.scan(TEA)
    desk.keep()
    _cash(desk, 5000)
    again = Desk(test.shop, ids, Attention(lambda: now[0]))
    assert again.till.phase == "paid"
    assert not again.tick()
    now[0] = 60_000
    assert again.tick()
    assert again.till.member is None


def test_what_cash_rounding_takes_to_nothing_is_paid_with_nothing_d09(test: TestShop) -> None:
    [code] = _many_products(test, 1)
    row = ProductRow(gtin=code, name={"en": "Sweet"}, price=4, category="food")
    test.tell(Bucket.CATALOGUE, (RowKind.PRODUCT, code, row.model_dump(mode="json")))
    desk = _desk(test)
    desk.scan(code)
    receipt = _cash(desk, 0)
    assert (receipt["due"], receipt["rounding"], receipt["change"], receipt["tenders"]) == (4, -4, 0, [])
