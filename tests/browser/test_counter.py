"""The counter as a cashier uses it: correcting, paying once, and the next sale."""

from __future__ import annotations

from queue import Empty

import pytest

from tests.browser.fixture_server import Stage
from tests.browser.recorded_views import recorded
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

INTENT = "0f" * 16
GTIN = "6901234500015"
DUE, CASH_DUE = 14431, 14425


def test_a_weighed_piece_says_its_weight_and_offers_no_second(counter: Screen) -> None:
    counter.show("counter_claimed_weighed")
    first = counter.page.locator(".lines li").first
    assert "1.234 千克" in first.inner_text()
    assert first.locator(".quantity button").count() == 1
    assert counter.page.locator(".lines li").nth(1).locator(".quantity button").count() == 2
    assert counter.text(".member-box .points") == "刷卡后可以查看积分。"


def test_quick_presses_of_plus_add_up(counter: Screen, stage: Stage) -> None:
    button = counter.page.locator("[data-line='1'] button").nth(1)
    button.click()
    button.click()
    assert [stage.pressed()[1]["quantity"], stage.pressed()[1]["quantity"]] == [3, 4]
    assert counter.text("[data-line='1'] .quantity span") == "4"


def test_a_refused_quantity_goes_back_and_says_why(counter: Screen, stage: Stage) -> None:
    stage.refuse("quantity_invalid", quantity=4, limit=3)
    counter.press("+")
    counter.wait_for(".notice-bar.asked")
    assert counter.text(".notice-bar.asked span") == "数量 4 不对。请输入 1 到 999 的整数。"
    assert counter.text("[data-line='3'] .quantity span") == "3"


def test_a_code_without_a_sentence_shows_the_servers_words(counter: Screen, stage: Stage) -> None:
    stage.refuse("new_kind_of_trouble", message="The words of the server.")
    counter.press("+")
    counter.wait_for(".notice-bar.asked")
    assert counter.text(".notice-bar.asked span") == "The words of the server."
    counter.press("Escape")
    counter.page.wait_for_selector(".notice-bar.asked", state="detached")


def test_cash_exactly_takes_two_keys(counter: Screen, stage: Stage) -> None:
    counter.press("F2", "Enter")
    assert stage.pressed() == ("counter/paying", {"on": True})
    assert stage.pressed() == ("counter/pay", {"intent": INTENT, "tenders": [{"kind": "cash", "amount": CASH_DUE}]})


def test_a_quick_amount_shows_and_pays(counter: Screen, stage: Stage) -> None:
    counter.click(".tenders button")
    stage.pressed()
    counter.page.get_by_role("button", name="¥160").click()
    assert stage.pressed()[1]["tenders"] == [{"kind": "cash", "amount": 16000}]


def test_change_is_shown_while_typing(counter: Screen) -> None:
    counter.press("F2")
    counter.by_hand("150.5")
    assert counter.text(".outcome") == "找零 ¥6.25"
    counter.by_hand("x")
    assert counter.text(".given strong") == "¥150.50"


def test_two_tenders_pay_one_sale(counter: Screen, stage: Stage) -> None:
    counter.press("F3")
    counter.by_hand("100\n")
    counter.wait_for(".parts li")
    counter.press("F2", "Enter")
    assert stage.pressed() == ("counter/paying", {"on": True})
    assert stage.pressed()[1]["tenders"] == [{"kind": "card", "amount": 10000}, {"kind": "cash", "amount": DUE - 10000}]


def test_only_cash_may_exceed_what_is_due(counter: Screen, stage: Stage) -> None:
    counter.press("F4")
    stage.pressed()
    counter.by_hand("200\n")
    counter.wait_for(".notice-bar.asked")
    assert counter.text(".notice-bar.asked span").startswith("应收 ¥144.31，输入了 ¥200.00。")
    with pytest.raises(Empty):
        stage._actions.get_nowait()


def test_a_double_click_pays_once(counter: Screen, stage: Stage) -> None:
    counter.press("F2")
    stage.pressed()
    stage.hold()
    counter.page.locator(".confirm .primary").dblclick()
    counter.page.keyboard.press("Enter")
    assert counter.page.locator(".confirm .primary").is_disabled()
    assert stage.pressed()[0] == "counter/pay"
    stage.release()
    counter.show("counter_paid_cash")
    counter.wait_for(".pane.paid")
    assert stage.forget() == []


def test_after_a_yes_nothing_can_be_paid_until_the_receipt_is_drawn(counter: Screen, stage: Stage) -> None:
    counter.press("F2", "Enter")
    stage.pressed()
    stage.pressed()
    counter.by_hand("\n\n\n")
    assert counter.page.locator(".confirm .primary").is_disabled()
    counter.show("counter_paid_cash")
    assert stage.forget() == []


def test_a_refused_payment_can_be_tried_again_with_the_same_intent(counter: Screen, stage: Stage) -> None:
    stage.refuse("storage_full")
    counter.press("F3", "Enter")
    assert stage.pressed()[0] == "counter/paying"
    first = stage.pressed()
    counter.wait_for(".confirm .primary:not(:disabled)")
    assert "存储空间已满" in counter.text(".notice-bar.asked span")
    stage.forget()
    counter.press("Enter")
    assert stage.pressed() == first


def test_the_receipt_shows_the_change_and_enter_begins_the_next_sale(counter: Screen, stage: Stage) -> None:
    counter.show("counter_paid_cash")
    assert counter.text(".change") == "找零 ¥66.75"
    counter.press("Enter")
    assert stage.pressed() == ("counter/next", {})


def test_a_scan_after_the_receipt_begins_the_next_sale(counter: Screen, stage: Stage) -> None:
    counter.show("counter_paid_cash")
    counter.by_scanner(GTIN)
    assert stage.pressed() == ("counter/scan", {"code": GTIN})


def test_points_the_most_takes_two_keys(counter: Screen, stage: Stage) -> None:
    counter.press("F6", "Enter")
    assert stage.pressed() == ("counter/points", {"points": 1100})
    counter.page.wait_for_selector(".pane", state="detached")


def test_points_are_typed_on_the_keypad_of_the_page(counter: Screen, stage: Stage) -> None:
    counter.press("F6")
    for digit in "500":
        counter.page.locator(".keypad").get_by_role("button", name=digit, exact=True).click()
    counter.click(".confirm .primary")
    assert stage.pressed() == ("counter/points", {"points": 500})


def test_a_chosen_coupon_says_what_it_does_and_can_be_taken_out(counter: Screen, stage: Stage) -> None:
    counter.show("counter_points")
    assert "优惠券 K7Q2-8841 本单使用" in counter.text(".deals")
    counter.page.get_by_role("button", name="本单不用：WELCOME").click()
    assert stage.pressed() == ("counter/coupon", {"code": "WELCOME", "chosen": False})


def test_what_is_near_stands_first_and_why_others_missed_stands_last(counter: Screen) -> None:
    counter.show("counter_points")
    assert counter.text(".deals .near") == "第三件半价 再买 1 件就能享受"
    assert counter.text(".deals li:last-child").endswith("不能与“周末满减”同享")


def test_tax_on_top_is_a_row_of_its_own(counter: Screen) -> None:
    assert "税额" not in counter.text(".totals")
    counter.show("counter_yen")
    assert "税额 ¥1,154" in counter.text(".totals")


def test_an_offer_is_left_out_and_brought_back(counter: Screen, stage: Stage) -> None:
    counter.page.get_by_role("button", name="本单不用：会员等级折扣").click()
    assert stage.pressed() == ("counter/offer", {"offer": "tier", "removed": True})
    counter.show("counter_points")
    counter.page.get_by_role("button", name="恢复使用：周末满减").click()
    assert stage.pressed() == ("counter/offer", {"offer": "save-20", "removed": False})


def test_the_member_is_cleared_by_one_key(counter: Screen, stage: Stage) -> None:
    counter.press("F8")
    assert stage.pressed() == ("counter/clear_member", {})


def test_nothing_is_paid_for_an_empty_basket(counter: Screen, stage: Stage) -> None:
    counter.show("counter_empty")
    counter.press("F2")
    counter.wait_for(".notice-bar.asked")
    assert counter.text(".notice-bar.asked span") == "还没有商品。请先扫码。"
    assert stage.forget() == []


def test_going_back_tells_the_terminal(counter: Screen, stage: Stage) -> None:
    counter.press("F2", "Escape")
    assert [stage.pressed(), stage.pressed()] == [("counter/paying", {"on": True}), ("counter/paying", {"on": False})]


def test_a_sale_reopened_by_the_terminal_closes_the_pane(counter: Screen) -> None:
    counter.press("F2")
    counter.show("counter_paying")
    counter.wait_for(".pane")
    counter.show("counter_member")
    counter.page.wait_for_selector(".pane", state="detached")


def test_the_language_of_the_counter_is_remembered(counter: Screen, stage: Stage) -> None:
    counter.click(".languages [lang=en]")
    assert counter.text(".due span") == "To pay"
    counter.page.reload()
    counter.send(recorded("counter_member"))
    assert counter.text(".due span") == "To pay"


def test_a_cashier_is_told_something_else_than_a_member(counter: Screen) -> None:
    counter.show("counter_member", notice={"code": "card_unknown", "params": {}})
    assert counter.text(".notice-bar.asked span") == "没有找到这张会员卡。可以按散客收款，或请会员换一张卡。"
