"""Rights at the desk: stamps and limits that this till counts, birthdays, debts, coupons, and what is recorded."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import Asset, Sale, price, settle
from loyalty.coupon import Coupon
from protocol import canonical
from protocol.operation import Operation
from protocol.sale_detail import SaleDetail, recorded_quote, sale_postings
from protocol.sale_records import CouponRecord
from terminal.counter.balance import balance_of
from terminal.counter.desk import Desk
from tests.terminal.counter.desks import TAP, cash, desk_of, refused_by
from tests.terminal.counter.offer_documents import SHARE, document, offer
from tests.terminal.granting import grant
from tests.terminal.shops import ADA, CY, DAY_MS, RICE, TEA, TestShop, member_row

COUPON_RULE = {"id": "ten", "name": {"en": "Ten"}, "issue": {"by": "hq"}, "offer": "coupon_amount-1"}
COUPONS = document(offer("coupon_amount", amount=1000), coupons=[COUPON_RULE])


def desk_with(test: TestShop, *coupons: Coupon) -> Desk:
    """A desk where these coupons lie: HQ has placed them here."""
    grant(test, None, coupons=tuple(map(CouponRecord.of, coupons)))
    return desk_of(test)


def newest(test: TestShop) -> Operation:
    operation = test.shop.ledger.operation(test.shop.ledger.head().seq)
    assert operation is not None
    return operation


def moved(operation: Operation, asset: Asset) -> list[tuple[str, str, int]]:
    return [(p.account.value, p.lot, p.amount) for p in operation.postings if p.asset is asset]


def buy(desk: Desk, *codes: str, card: str | None = None) -> dict[str, Any]:
    if card:
        desk.card(card, "uid", TAP)
    for code in codes:
        desk.scan(code)
    return cash(desk, 1_000_000)


def replays(test: TestShop, operation: Operation) -> bool:
    """Whether the record alone gives the same price and the same postings again (D21)."""
    detail = SaleDetail.read(canonical.decode(operation.encode())["detail"])
    programme, at, state = test.shop.programme(), test.shop.moment(), detail.to_state()
    member, basket = detail.to_member(), detail.to_basket()
    quote = price(basket, member, programme, at, state)
    lot = operation.lots[0].id if operation.lots else ""
    sale = settle(quote, member, detail.to_tenders(), programme, at, state, lot, basket)
    assert isinstance(sale, Sale), sale
    same = canonical.encode(recorded_quote(quote)) == canonical.encode(detail.quote)
    return same and sale_postings(sale) == operation.postings


def test_stamps_are_collected_here_and_make_a_unit_free(test: TestShop) -> None:
    test.programme(document(offer("stamp_card", buys=3, products=[TEA]), version=4))
    desk = desk_of(test)
    assert buy(desk, TEA, TEA, card=CY)["saved"] == 0
    assert moved(newest(test), Asset.STAMP) == [("issued", "stamp_card-1", -2), ("lease", "stamp_card-1", 2)]
    assert replays(test, newest(test))
    assert test.shop.state(test.shop.member("m3")).stamps == {"stamp_card-1": 2}
    receipt = buy(desk, TEA, TEA, card=CY)
    assert receipt["saved"] == 5000
    assert [stamps["phrase"] for stamps in receipt["stamps"]] == [{"code": "stamps_spent", "params": {"stamps": 2}}]
    assert replays(test, newest(test))
    assert test.shop.state(test.shop.member("m3")).stamps == {}
    assert test.shop.state(test.shop.member("m1")).stamps == {}


def test_stamps_are_not_spent_after_the_right_to_spend_has_ended(test: TestShop) -> None:
    test.programme(document(offer("stamp_card", buys=3, products=[TEA]), version=4))
    desk = desk_of(test)
    buy(desk, TEA, TEA, TEA, card=CY)
    test.clock.utc_ms += 31 * DAY_MS
    assert test.shop.state(test.shop.member("m3")).stamps == {}
    assert buy(desk, TEA, card=CY)["saved"] == 0


def test_a_limit_of_this_till_ends_for_everyone_and_begins_again_the_next_day(test: TestShop) -> None:
    daily = {"scope": "terminal", "measure": "times", "most": 2, "period": "day"}
    test.programme(document(offer("percent_off", **SHARE, limits=[daily]), version=4))
    desk = desk_of(test)
    assert [buy(desk, TEA, card=card)["saved"] for card in (None, CY, None)] == [1000, 1000, 0]
    assert newest(test).postings == ()
    assert replays(test, newest(test))
    test.clock.utc_ms += DAY_MS
    assert buy(desk_of(test), TEA)["saved"] == 1000


def test_a_guest_uses_a_limit_of_this_till_without_a_member(test: TestShop) -> None:
    limit = {"scope": "terminal", "measure": "units", "most": 1}
    test.programme(document(offer("flash_sale", prices={TEA: 100}, limits=[limit]), version=4))
    assert buy(desk_of(test), TEA, TEA)["saved"] == 4900
    operation = newest(test)
    assert operation.member is None
    assert moved(operation, Asset.LIMIT)[1][0] == "used"
    assert replays(test, operation)


BIRTHDAY = document(offer("percent_off", **SHARE, birthday=True), version=4)


def test_a_birthday_is_kept_once_d19(test: TestShop) -> None:
    test.programme(BIRTHDAY)
    test.member(member_row("m1", "王小雨", 1000, birthday="1991-10-30"))
    desk = desk_of(test)
    assert [buy(desk, TEA, card=ADA)["saved"] for _ in range(2)] == [1000, 0]
    assert replays(test, newest(test))


def test_a_birthday_that_hq_saw_kept_elsewhere_is_over_d19(test: TestShop) -> None:
    test.programme(BIRTHDAY)
    used = {"birthday:2026:percent_off-1:m1": 1}
    test.member(member_row("m1", "王小雨", 1000, birthday="1991-10-30", used=used))
    assert buy(desk_of(test), TEA, card=ADA)["saved"] == 0


def test_a_first_purchase_is_the_first_here_too(test: TestShop) -> None:
    """HQ's row still says that nothing was bought: own sales that it has not booked count."""
    test.programme(document(offer("percent_off", **SHARE, first_purchase=True), version=4))
    test.member(member_row("m1", "王小雨", 1000, purchases=0))
    desk = desk_of(test)
    assert [buy(desk, TEA, card=ADA)["saved"] for _ in range(2)] == [1000, 0]
    assert replays(test, newest(test))


def test_new_points_pay_a_debt_first_and_the_receipt_says_so_d12(test: TestShop) -> None:
    test.member(member_row("m3", "Cy Twombly", 0, tier="regular", debt=70))
    desk = desk_of(test)
    receipt = buy(desk, TEA, card=CY)
    lot = newest(test).lots[0].id
    assert moved(newest(test), Asset.POINTS) == [("issued", lot, -50), ("debt", lot, 50)]
    assert receipt["balance"] == {**receipt["balance"], "total": 0, "here": 0, "waiting": 0, "debt": 20}
    receipt = buy(desk, TEA, card=CY)
    assert receipt["balance"] == {**receipt["balance"], "total": 30, "here": 30, "waiting": 30, "debt": 0}
    after = balance_of(test.shop, test.shop.member("m3"))
    assert (after.total, after.here, after.waiting, after.debt) == (30, 30, 30, 0)
    assert replays(test, newest(test))


def test_pending_points_are_waiting_and_not_here_d13(test: TestShop) -> None:
    test.programme(document(points={"return_window_days": 14}, version=4))
    receipt = buy(desk_of(test), TEA, card=CY)
    assert receipt["balance"] == {**receipt["balance"], "total": 0, "here": 0, "waiting": 50}
    after = balance_of(test.shop, test.shop.member("m3"))
    assert (after.total, after.here, after.waiting) == (0, 0, 50)
    assert moved(newest(test), Asset.POINTS)[1][0] == "pending"
    assert replays(test, newest(test))


def test_a_coupon_is_scanned_or_typed_and_used_with_the_sale(test: TestShop) -> None:
    test.programme(COUPONS)
    desk = desk_with(test, Coupon("K7Q2", "ten"), Coupon("K7Q3", "ten"))
    desk.scan(TEA)
    desk.scan(" K7Q2 ")
    assert desk.quote().due == 4000
    assert refused_by(lambda: desk.coupon("K7Q3", True)).phrase.code == "coupon_same_offer"
    desk.coupon("K7Q2", False)
    assert desk.quote().due == 5000
    desk.coupon("K7Q3", True)
    assert cash(desk, 4000)["saved"] == 1000
    operation = newest(test)
    desk.next()
    desk.scan(TEA)
    assert refused_by(lambda: desk.coupon("K7Q3", True)).phrase.code == "coupon_unknown", (
        "it is used and gone from here"
    )
    assert moved(operation, Asset.COUPON) == [("lease", "K7Q3", -1), ("redeemed", "K7Q3", 1)]
    assert [coupon["code"] for coupon in operation.detail["state"]["coupons"]] == ["K7Q3"]
    assert replays(test, operation)


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("NONE", "coupon_unknown"),
        ("no coupon!", "coupon_unknown"),
        ("x" * 65, "coupon_unknown"),
        ("OVER", "coupon_expired"),
        ("HERS", "coupon_not_yours"),
    ],
)
def test_a_coupon_that_is_no_good_has_its_verdict_and_stays_out(test: TestShop, code: str, verdict: str) -> None:
    test.programme(COUPONS)
    desk = desk_with(
        test,
        Coupon("OVER", "ten", expires_on="2026-10-27"),
        Coupon("HERS", "ten", holder="m1"),
    )
    desk.scan(TEA)
    refused = refused_by(lambda: desk.coupon(code, True))
    assert (refused.phrase.code, refused.phrase.params) == (verdict, {"code": code[:32]})
    assert desk.till.coupons == ()
    assert cash(desk, 5000)["due"] == 5000


def test_a_coupon_may_wait_for_its_goods(test: TestShop) -> None:
    test.programme(document(offer("coupon_item", products=[RICE]), coupons=[{**COUPON_RULE, "offer": "coupon_item-1"}]))
    desk = desk_with(test, Coupon("FREE", "ten"))
    desk.scan(TEA)
    desk.coupon("FREE", True)
    assert [(answer.used, answer.why) for answer in desk.quote().coupons] == [(False, "coupon_not_needed")]
    desk.scan(RICE)
    assert desk.quote().due == 5000


def test_chosen_coupons_survive_a_power_cut(test: TestShop) -> None:
    test.programme(COUPONS)
    desk = desk_with(test, Coupon("K7Q2", "ten"))
    desk.scan(TEA)
    desk.coupon("K7Q2", True)
    desk.keep()
    assert desk_of(test).quote().due == 4000


def test_a_code_that_is_no_coupon_here_is_a_foreign_barcode(test: TestShop) -> None:
    """A scanner reads payment codes too: those are neither kept nor shown as coupons."""
    assert refused_by(lambda: desk_of(test).scan("K7Q2")).phrase.code == "barcode_foreign"


@pytest.mark.parametrize(
    ("tender", "verdict"),
    [
        (("stored_value", 5000), "value_not_offered"),
        (("gift_card", 5000, "gc-1"), "gift_card_not_available"),
        (("gift_card", 5000), "tender_invalid"),
        (("third_party", 5000), "tender_invalid"),
    ],
)
def test_value_that_is_not_here_has_its_verdict(test: TestShop, tender: Any, verdict: str) -> None:
    desk = desk_of(test)
    desk.card(CY, "uid", TAP)
    desk.scan(TEA)
    assert refused_by(lambda: desk.pay(desk.till.intent, [tender])).phrase.code == verdict


def test_a_card_of_another_issuer_is_recorded_with_its_account(test: TestShop) -> None:
    desk = desk_of(test)
    desk.scan(TEA)
    receipt = desk.pay(desk.till.intent, [("third_party", 5000, "mall")])
    assert receipt["tenders"] == [{"kind": "third_party", "amount": 5000, "account": "mall"}]
    assert newest(test).detail["tenders"] == [{"kind": "third_party", "amount": 5000, "account": "mall"}]
