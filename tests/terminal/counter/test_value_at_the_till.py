"""Stored value and gift cards at the till: only from what HQ has leased here, or was topped up here (D24, D25)."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import Basket, Line, TenderKind, room_key
from loyalty.sale import Tender
from protocol.operation import Kind
from terminal.counter.balance import balance_of
from terminal.counter.pay_out import PayOutWish, pay_value_out, value_missing
from terminal.counter.sell import Checkout, sell
from terminal.counter.top_up import TopUpWish, room_missing, top_up_value
from terminal.errors import IntentConflict
from tests.terminal.counter.desks import refused_by
from tests.terminal.counter.offer_documents import document
from tests.terminal.counter.returns import PROVEN, Till, moved
from tests.terminal.granting import grant, value_lot
from tests.terminal.shops import DAY_MS, DEVICE, NOON_MS, TestShop, member_row

A, B = "a" * 32, "b" * 32
ROOM = room_key("m1")


def till_with_value(test: TestShop, **policy: Any) -> Till:
    """100.00 of a top-up gives 20.00 of bonus. HQ is reached, so that any amount may be spent."""
    test.online = True
    stored = {"steps": [{"from": 10_000, "percent": [1, 5]}], **policy}
    test.programme(document(version=4, cash_rounding=10, stored_value=stored, gift_cards={}))
    return Till(test, "m1")


def wish(test: TestShop, amount: int, kind: TenderKind = TenderKind.MOBILE) -> TopUpWish:
    return TopUpWish(test.shop.member("m1"), amount, (Tender(kind, amount),), PROVEN)


def top_up(test: TestShop, amount: int, intent: str = A) -> dict[str, Any]:
    return top_up_value(test.shop, wish(test, amount), intent, {"amount": amount})


def pay_out(test: TestShop, amount: int | None, intent: str = B) -> dict[str, Any]:
    asked = PayOutWish(test.shop.member("m1"), amount, TenderKind.MOBILE, PROVEN)
    return pay_value_out(test.shop, asked, intent, {"amount": amount})


def test_a_top_up_can_be_spent_here_at_once(test: TestShop) -> None:
    """F051: the principal is effective at once, whole and here."""
    till = till_with_value(test)
    grant(test, "m1", limits={ROOM: 100_000})
    receipt = top_up(test, 100_000)
    assert (receipt["kind"], receipt["amount"], receipt["bonus"]) == ("top_up", 100_000, 20_000)
    assert receipt["balance"]["value"] == {"total": 120_000, "here": 120_000, "waiting": 120_000}
    operation = till.newest()
    lot = f"{DEVICE}.1.1"
    assert operation.detail["lot"]["id"] == lot
    assert moved(operation, "principal") == [("issued", lot, -100_000), ("lease", lot, 100_000)]
    assert moved(operation, "limit") == [("lease", ROOM, -100_000), ("used", ROOM, 100_000)]
    till.sell(30_000, tenders=[("stored_value", 30_000)])
    assert test.shop.ledger.held("m1").value[0].principal_left == 75_000
    assert balance_of(test.shop, test.shop.member("m1")).value.here == 90_000


def test_d24_the_principal_that_is_left_can_be_paid_out(test: TestShop) -> None:
    """1,000 + 200, spend 300: principal 250, bonus 50; 750.00 can be paid out, and the bonus goes."""
    till = till_with_value(test)
    grant(test, "m1", limits={ROOM: 100_000})
    top_up(test, 100_000)
    till.sell(30_000, tenders=[("stored_value", 30_000)])
    assert moved(till.newest(), "principal")[1][2] == 25_000
    assert moved(till.newest(), "bonus")[1][2] == 5_000
    receipt = pay_out(test, None)
    assert (receipt["amount"], receipt["cancelled"]) == (75_000, 15_000)
    assert receipt["balance"]["value"]["here"] == 0
    assert till.newest().kind is Kind.PAY_OUT
    assert test.shop.ledger.held("m1").value == ()
    assert refused_by(lambda: pay_out(test, 1, "c" * 32)).phrase.code == "pay_out_not_available"


def test_d24_a_refund_winds_the_lot_back(test: TestShop) -> None:
    till = till_with_value(test)
    grant(test, "m1", limits={ROOM: 100_000})
    top_up(test, 100_000)
    till.sell(30_000, tenders=[("stored_value", 30_000)])
    receipt = till.refund((1, 1))
    assert (receipt["tenders"], receipt["value_back"]) == ([{"kind": "stored_value", "amount": 30_000}], 30_000)
    [lot] = test.shop.ledger.held("m1").value
    assert (lot.principal_left, lot.bonus_left, lot.spent) == (100_000, 20_000, 0)


@pytest.mark.parametrize(("room", "asked", "code"), [(99_999, 100_000, "top_up_limit"), (100_000, 100_000, None)])
def test_d25_exactly_the_room_is_allowed_and_no_more(test: TestShop, room: int, asked: int, code: str | None) -> None:
    till_with_value(test)
    grant(test, "m1", limits={ROOM: room})
    if code is None:
        assert top_up(test, asked)["amount"] == asked
        said = {"asked_minor": 1, "available_minor": 0, "as_of_ms": None}
        assert refused_by(lambda: top_up(test, 1, B)).phrase.params == said
    else:
        assert refused_by(lambda: top_up(test, asked)).phrase.code == code
        assert test.shop.ledger.next_seq() == 1


def test_without_leased_room_nothing_is_topped_up_and_the_missing_is_known(test: TestShop) -> None:
    till_with_value(test)
    test.clock.dark_ms = DAY_MS
    said = {"asked_minor": 10_000, "available_minor": 0, "as_of_ms": NOON_MS - DAY_MS}
    assert refused_by(lambda: top_up(test, 10_000)).phrase.params == said
    grant(test, "m1", limits={ROOM: 4_000})
    [missing] = room_missing(test.shop, wish(test, 10_000))
    assert dict(missing.limits) == {ROOM: 6_000}
    assert room_missing(test.shop, wish(test, 4_000)) == ()


def test_the_same_top_up_is_made_once(test: TestShop) -> None:
    till_with_value(test)
    grant(test, "m1", limits={ROOM: 100_000})
    assert top_up(test, 10_000) == top_up(test, 10_000)
    with pytest.raises(IntentConflict):
        top_up(test, 20_000)
    assert test.shop.ledger.next_seq() == 2


def test_value_beyond_the_lease_is_refused_with_what_is_here(test: TestShop) -> None:
    till = till_with_value(test)
    grant(test, "m1", value=(value_lot(1, 5_000, 1_000),))
    test.member(member_row("m1", "王小雨", 1000, principal=50_000, bonus=10_000))
    refused = refused_by(lambda: till.sell(10_000, tenders=[("stored_value", 10_000)]))
    assert refused.phrase.code == "value_not_available"
    known = {"waiting_minor": 0, "as_of_ms": NOON_MS}
    assert refused.phrase.params == {"asked_minor": 10_000, "available_minor": 6_000, **known}
    balance = balance_of(test.shop, test.shop.member("m1")).value
    assert (balance.total, balance.here, balance.waiting) == (60_000, 6_000, 0)
    till.sell(6_000, tenders=[("stored_value", 6_000)])


def test_what_to_ask_hq_for_before_a_pay_out(test: TestShop) -> None:
    till_with_value(test)
    grant(test, "m1", value=(value_lot(1, 5_000, 1_000),))
    test.member(member_row("m1", "王小雨", 1000, principal=50_000, bonus=10_000))
    member = test.shop.member("m1")
    wanted = [value_missing(test.shop, PayOutWish(member, amount, TenderKind.CASH)) for amount in (None, 5_001, 5_000)]
    assert [[each.value for each in wishes] for wishes in wanted] == [[54_000], [1], []]


def test_value_needs_a_card_that_proves_itself(test: TestShop) -> None:
    till_with_value(test)
    grant(test, "m1", value=(value_lot(1, 5_000),))
    basket = Basket((Line(1, "10000001", 1, 1000, "food"),))
    checkout = Checkout(A, basket, test.shop.member("m1"), (Tender(TenderKind.STORED_VALUE, 1000),))
    assert refused_by(lambda: sell(test.shop, checkout, {})).phrase.code == "value_assurance"


def test_offline_the_policys_limit_holds_and_online_the_lease(test: TestShop) -> None:
    till = till_with_value(test, offline_limit=1_000)
    test.online = False
    grant(test, "m1", value=(value_lot(1, 5_000),))
    assert refused_by(lambda: till.sell(2_000, tenders=[("stored_value", 2_000)])).phrase.code == "value_offline_limit"
    test.online = True
    till.sell(2_000, tenders=[("stored_value", 2_000)])


def test_nothing_leased_is_spent_after_the_right_to_spend_has_ended(test: TestShop) -> None:
    till = till_with_value(test)
    grant(test, "m1", value=(value_lot(1, 5_000),), limits={ROOM: 10_000})
    test.clock.utc_ms = NOON_MS + 31 * DAY_MS
    for act in (
        lambda: till.sell(1_000, tenders=[("stored_value", 1_000)]),
        lambda: top_up(test, 10_000),
        lambda: pay_out(test, 100),
    ):
        assert refused_by(act).phrase.code == "spending_stopped"


def test_a_gift_card_pays_for_whoever_bears_it_and_gets_its_money_back(test: TestShop) -> None:
    till = till_with_value(test)
    till.member = None
    grant(test, None, value=(value_lot(1, 5_000, id="gc-7"),))
    basket = Basket((Line(1, "10000001", 1, 3_000, "food"),))
    checkout = Checkout(A, basket, None, (Tender(TenderKind.GIFT_CARD, 3_000, "gc-7"),))
    till.sold = till.sold.model_copy(update={"seq": sell(test.shop, checkout, {})["seq"]})
    assert test.shop.state(None).gift_cards["gc-7"][0].left == 2_000
    receipt = till.refund((1, 1))
    assert receipt["tenders"] == [{"kind": "gift_card", "amount": 3_000, "account": "gc-7"}]
    assert test.shop.state(None).gift_cards["gc-7"][0].left == 5_000


def test_a_members_limit_is_used_from_what_is_leased_here(test: TestShop) -> None:
    daily = {"scope": "member", "measure": "times", "most": 3, "period": "ever"}
    off = {"id": "half", "kind": "percent_off", "priority": 1, "name": {"en": "Half"}, "percent": [1, 2]}
    test.programme(document({**off, "limits": [daily]}, version=4, cash_rounding=0))
    till = Till(test, "m1")
    assert till.sell(1000)["saved"] == 0
    grant(test, "m1", limits={"member:times:ever:half:m1": 1})
    assert [till.sell(1000)["saved"] for _ in range(2)] == [500, 0]
    assert test.shop.ledger.held("m1").limits == {}
