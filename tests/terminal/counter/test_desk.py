"""The desk over a real ledger and directory: tap, scan, pay, and every way in which it says no."""

from pathlib import Path

import pytest

from loyalty.possession import CHALLENGE, Proof
from terminal.counter.attention import Attention
from terminal.counter.balance import balance_of
from terminal.counter.desk import Desk
from terminal.errors import IntentConflict
from tests.terminal.counter.desks import TAP, Ids, cash, desk_of, refused_by
from tests.terminal.shops import ADA, BO, CY, LOST, RICE, TEA, WINE, TestShop, empty_shop


def test_tap_scan_pay(test: TestShop) -> None:
    """200.00 of goods: 12 % off is 176.00, then 20.00 off from 150 is 156.00 (D06)."""
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    desk.scan(RICE)
    desk.scan(RICE)
    assert desk.quote().due == 15600
    receipt = cash(desk, 20000)
    assert (receipt["due"], receipt["change"], receipt["saved"]) == (15600, 4400, 4400)
    assert sum(part["points"] for part in receipt["earned"]) == 234
    assert receipt["balance"]["total"] == 1234
    assert receipt["balance"]["here"] == 834
    assert receipt["balance"]["waiting"] == 234
    assert desk.till.phase == "paid"


def test_the_receipts_balance_is_what_the_shop_says_afterwards(test: TestShop) -> None:
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    desk.scan(RICE)
    desk.points(300)
    receipt = desk.pay(desk.till.intent, [("mobile", desk.quote().due)])
    after = balance_of(test.shop, test.shop.member("m1"))
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
        ("", "contact", "card_kind_unknown"),
    ],
)
def test_a_card_that_is_not_welcome_has_its_sentence_and_the_sale_goes_on(
    test: TestShop, uid: str, technology: str, code: str
) -> None:
    desk = desk_of(test)
    desk.scan(TEA)
    assert refused_by(lambda: desk.card(uid, technology, TAP)).phrase.code == code
    assert desk.till.member is None
    assert cash(desk, 5000)["due"] == 5000


@pytest.mark.parametrize(
    ("code", "reason"),
    [("6901234567885", "barcode_unknown"), ("6901234567890", "barcode_bad_check_digit"), ("hello", "barcode_foreign")],
)
def test_a_code_that_is_no_product_here_changes_nothing(test: TestShop, code: str, reason: str) -> None:
    desk = desk_of(test)
    desk.scan(TEA)
    assert refused_by(lambda: desk.scan(code)).phrase.code == reason
    assert len(desk.till.lines) == 1


def test_a_double_click_on_pay_is_one_sale(test: TestShop) -> None:
    desk = desk_of(test)
    desk.scan(TEA)
    first = cash(desk, 5000)
    assert cash(desk, 5000) == first
    assert test.shop.ledger.next_seq() == 2


def test_the_same_intent_with_other_money_is_refused(test: TestShop) -> None:
    desk = desk_of(test)
    desk.scan(TEA)
    cash(desk, 5000)
    with pytest.raises(IntentConflict):
        cash(desk, 6000)
    assert test.shop.ledger.next_seq() == 2


def test_an_intent_of_another_basket_is_refused(test: TestShop) -> None:
    desk = desk_of(test)
    desk.scan(TEA)
    assert refused_by(lambda: desk.pay("e" * 32, [("cash", 5000)])).phrase.code == "intent_unknown"


def test_a_scan_and_a_tap_open_the_next_sale(test: TestShop) -> None:
    desk = desk_of(test)
    desk.scan(TEA)
    cash(desk, 5000)
    desk.scan(WINE)
    assert (desk.till.phase, len(desk.till.lines)) == ("open", 1)
    cash(desk, 5000)
    desk.card(CY, "uid", TAP)
    assert (desk.till.phase, desk.till.member, desk.till.lines) == ("open", "m3", [])


def test_another_card_during_payment_is_refused_and_the_sum_stays(test: TestShop) -> None:
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    desk.scan(RICE)
    desk.paying(True)
    assert refused_by(lambda: desk.card(CY, "uid", TAP)).phrase.code == "card_during_payment"
    assert desk.till.member == "m1"


def test_a_short_tender_is_refused_and_can_be_corrected(test: TestShop) -> None:
    desk = desk_of(test)
    desk.scan(TEA)
    refused = refused_by(lambda: cash(desk, 4000))
    assert refused.phrase.code == "tender_short"
    assert cash(desk, 5000)["due"] == 5000


@pytest.mark.parametrize("tender", [("gold", 5000), ("card", 0), ("cash", -5), ("card", 10**13)])
def test_an_absurd_tender_is_named(test: TestShop, tender: tuple[str, int]) -> None:
    desk = desk_of(test)
    desk.scan(TEA)
    assert refused_by(lambda: desk.pay(desk.till.intent, [tender])).phrase.code == "tender_invalid"


def test_an_offer_that_does_not_exist_cannot_be_removed(test: TestShop) -> None:
    assert refused_by(lambda: desk_of(test).offer("free-lunch", True)).phrase.params == {"offer": "free-lunch"}


def test_digits_of_the_keypad_become_a_code(test: TestShop) -> None:
    desk = desk_of(test)
    for key in ["9", "back", *TEA]:
        desk.key(key)
    assert desk.entry == TEA
    desk.key("enter")
    assert desk.entry == ""
    assert [line.gtin for line in desk.till.lines] == [TEA]


def test_a_power_cut_before_payment_brings_the_basket_back(test: TestShop) -> None:
    ids = Ids()
    desk = desk_of(test, ids)
    desk.card(ADA, "uid", TAP)
    desk.scan(RICE)
    desk.keep()
    again = desk_of(test, ids)
    assert again.till.intent == desk.till.intent
    assert again.till.member == "m1"
    assert again.quote() == desk.quote()


def test_a_power_cut_after_payment_brings_the_receipt_back(test: TestShop) -> None:
    ids = Ids()
    desk = desk_of(test, ids)
    desk.scan(TEA)
    desk.keep()
    receipt = cash(desk, 5000)
    again = desk_of(test, ids)
    assert again.till.phase == "paid"
    assert again.till.receipt == receipt
    assert again.pay(receipt["intent"], [("cash", 5000)]) == receipt
    assert test.shop.ledger.next_seq() == 2


def test_before_the_first_contact_there_is_a_sentence(tmp_path: Path) -> None:
    with empty_shop(tmp_path) as empty:
        desk = desk_of(empty)
        assert refused_by(lambda: desk.card(ADA, "uid", TAP)).phrase.code == "directory_empty"
        assert refused_by(desk.quote).phrase.code == "programme_missing"


def test_a_refused_scan_or_card_leaves_the_receipt_where_it_is(test: TestShop) -> None:
    desk = desk_of(test)
    desk.scan(TEA)
    receipt = cash(desk, 5000)
    refused_by(lambda: desk.scan("6901234567885"))
    refused_by(lambda: desk.card(LOST, "uid", TAP))
    assert (desk.till.phase, desk.till.receipt) == ("paid", receipt)


def test_personal_data_that_a_power_cut_brought_back_leaves_the_screen_too(test: TestShop) -> None:
    ids, now = Ids(), [0]
    desk = desk_of(test, ids)
    desk.card(ADA, "uid", TAP)
    desk.scan(TEA)
    desk.keep()
    cash(desk, 5000)
    again = Desk(test.shop, ids, Attention(lambda: now[0]))
    assert again.till.phase == "paid"
    assert not again.tick()
    now[0] = 60_000
    assert again.tick()
    assert again.till.member is None


def test_an_emptied_basket_comes_back_as_it_was(test: TestShop) -> None:
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    desk.scan(RICE)
    desk.scan(TEA)
    desk.offer("tier", True)
    before, intent = desk.quote(), desk.till.intent
    desk.empty()
    assert (desk.till.lines, desk.till.member) == ([], "m1")
    assert desk.till.intent != intent
    desk.bring_back()
    assert (desk.quote(), desk.till.intent) == (before, intent)
    assert refused_by(desk.bring_back).phrase.code == "nothing_to_undo"


def test_an_emptied_basket_comes_back_for_whoever_is_there_now(test: TestShop) -> None:
    desk = desk_of(test)
    desk.card(ADA, "uid", TAP)
    desk.scan(RICE)
    desk.points(300)
    desk.empty()
    desk.clear_member()
    desk.bring_back()
    assert (len(desk.till.lines), desk.till.member, desk.till.points) == (1, None, 0), "who left brings no proof"
    desk.card(ADA, "uid", TAP)
    desk.till.proof = Proof("P4", CHALLENGE)
    desk.empty()
    desk.clear_member()
    desk.card(ADA, "uid", TAP)
    desk.bring_back()
    assert (desk.till.member, desk.till.proof) == ("m1", Proof("P1", "uid")), "nor has a proof of before"
    desk.empty()
    desk.card(CY, "uid", TAP)
    desk.bring_back()
    assert (len(desk.till.lines), desk.till.member) == (1, "m3")


def test_what_was_emptied_is_gone_once_something_else_is_scanned(test: TestShop) -> None:
    desk = desk_of(test)
    desk.scan(RICE)
    desk.empty()
    desk.scan(TEA)
    assert refused_by(desk.bring_back).phrase.code == "nothing_to_undo"
    cash(desk, 5000)
    assert refused_by(desk.empty).phrase.code == "empty_basket"
