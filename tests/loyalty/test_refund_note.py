"""Every reason and every row of a receipt is said by some refund, with its numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty import Basket, Lot, Tender, TenderKind, TillState
from loyalty.coupon import Coupon
from loyalty.refund_answer import Refund
from loyalty.refund_note import Note, ReceiptRow, Row, Why, notes, receipt
from loyalty.refund_policy import RefundPolicy, Threshold
from loyalty.refund_rights import rights_back
from loyalty.refund_sale import Known, SoldSale
from loyalty.refund_tier import with_tier
from loyalty.standing import Standing
from loyalty.tier_review import review_tier
from loyalty.tier_standing import Qualifying
from loyalty.value import ValueLot
from tests.loyalty.material import GTIN, NAME, basket, card, cash, line, member, spend_and_save, till
from tests.loyalty.refund_material import NEXT_DAY, Desk, made, rules
from tests.loyalty.tier_material import GOLD, TIERS, joined

OFFER = {"id": "ten", "kind": "coupon_amount", "priority": 1, "name": NAME, "amount": 1000}
COUPONS = rules(OFFER, coupons=[{"id": "ten-off", "name": NAME, "offer": "ten", "issue": {"by": "hq"}}])


def coupon_sale() -> SoldSale:
    state = TillState(assurance="P4", coupons=(Coupon("C1", "ten-off", "m1", None, "2026-12-31"),))
    return made(Basket(basket(5000).lines, coupons=("C1",)), COUPONS, member(), state)


def everything() -> Refund:
    """A refund with points back in grace, an old debt, expired points, a cap, coins and a debt."""
    coins = rules(cash_rounding=10)
    state = TillState((Lot("old", 1000, "2025-01-01", "2026-03-01"),), "P4")
    sale = made(Basket((line(1, 9004),), points=1000), coins, member(), state, cash(8000))
    policy, known = RefundPolicy(debt_cap=20), Known(expired=5)
    return Desk(sale, coins, Standing(debt=990), policy, known).take((1, 1))


def with_difference() -> Refund:
    saves = rules(spend_and_save(20000, 3000))
    sale = made(basket(19000, 1000), saves, member(), till(), card(17000))
    return Desk(sale, saves, policy=RefundPolicy(threshold=Threshold.TEST_AGAIN)).take((2, 1))


def with_lower_tier() -> Refund:
    by_spend = rules(tiers=TIERS, tier_policy={"metric": "spend", "window": "calendar_year"})
    sale = made(basket(GOLD), by_spend, member(), till())
    history = (Qualifying("s1", "2026-03-01", GOLD, 1, 0),)
    raised = review_tier(joined(), history, sale.at, by_spend).standing
    return with_tier(Desk(sale, by_spend).take((1, 1)), sale, "s1", raised, history, NEXT_DAY, by_spend)


def with_value() -> Refund:
    by_value = rules(stored_value={})
    lot = ValueLot("v", 1000, 200, 0, "2026-01-01")
    sale = made(basket(600), by_value, member(), replace(till(), value=(lot,)), Tender(TenderKind.STORED_VALUE, 600))
    return Desk(sale, by_value, known=Known(value=(lot.spend(600),))).take((1, 1))


def with_coupon() -> Refund:
    return Desk(coupon_sale(), COUPONS).take((1, 1))


def test_every_number_is_the_one_of_the_refund() -> None:
    assert notes(everything()) == (
        Note(Why.STORED_NET, {"value_minor": 9004}),
        Note(Why.POINTS_SHARE, {"points": 1000, "value_minor": 1000}),
        Note(Why.GRACE, {"points": 1000, "expires_on": "2026-03-16"}),
        Note(Why.DEBT_PAID, {"points": 990}),
        Note(Why.CLAW_BACK, {"earned": 80, "rest": 0, "before": 0, "points": 80}),
        Note(Why.EXPIRED, {"points": 5}),
        Note(Why.DEBT, {"points": 20, "debt": 20}),
        Note(Why.DEBT_CAP, {"points": 45, "amount_minor": 45}),
        Note(Why.CASH_ROUNDING, {"amount_minor": 1}),
    )


def test_a_difference_and_rights_have_their_numbers() -> None:
    assert notes(with_difference()) == (
        Note(Why.TESTED_AGAIN, {"rest_minor": 19000, "value_minor": -2000}),
        Note(Why.DIFFERENCE, {"amount_minor": 2000}),
    )
    assert notes(with_coupon())[-1] == Note(Why.RIGHTS_BACK, {"coupons": 1, "rights": 0})


def test_a_debt_of_one_point_is_said() -> None:
    plain = rules()
    done = Desk(made(basket(100), plain, member(), till()), plain, Standing()).take((1, 1))
    assert notes(done)[-1] == Note(Why.DEBT, {"points": 1, "debt": 1})


@pytest.mark.parametrize(("owed", "paid"), [(400, 400), (1000, 1000), (1500, 1000)])
def test_points_that_come_back_pay_a_debt_as_far_as_they_reach(owed: int, paid: int) -> None:
    plain = rules()
    sale = made(Basket((line(1, 2000),), points=1000), plain, member(), till(1000))
    done = Desk(sale, plain, Standing(debt=owed)).take((1, 1))
    assert Note(Why.DEBT_PAID, {"points": paid}) in notes(done)


def test_every_row_has_the_numbers_of_the_refund() -> None:
    assert receipt(everything()) == (
        ReceiptRow(Row.LINE, {"no": 1, "gtin": GTIN, "quantity": 1, "amount_minor": 9004, "tax_minor": 0}),
        ReceiptRow(Row.POINTS_BACK, {"points": 1000, "lot": "grace:old:2026-03-16", "expires_on": "2026-03-16"}),
        ReceiptRow(Row.DEDUCTED, {"points": 45, "amount_minor": 45}),
        ReceiptRow(Row.ROUNDING, {"amount_minor": 1}),
        ReceiptRow(Row.TENDER, {"kind": "cash", "amount_minor": 7960, "account": ""}),
        ReceiptRow(Row.POINTS_TAKEN, {"points": 80}),
        ReceiptRow(Row.DEBT, {"points": 20}),
    )
    assert receipt(with_difference())[-1] == ReceiptRow(Row.COLLECTED, {"kind": "cash", "amount_minor": 2000})
    coupon = {"code": "C1", "state": "issued", "expires_on": "2026-12-31"}
    assert receipt(with_coupon())[-1] == ReceiptRow(Row.COUPON, coupon)


def test_a_lot_without_an_end_has_no_date_and_a_card_its_account() -> None:
    plain = rules()
    sale = made(Basket((line(1, 2000),), points=1000), plain, member(), till(1000))
    done = Desk(sale, plain).take((1, 1))
    of_card = replace(done, tenders=tuple(replace(each, account="gc-1") for each in done.tenders))
    _, back, paid, _ = receipt(of_card)
    assert back == ReceiptRow(Row.POINTS_BACK, {"points": 1000, "lot": "lot1", "expires_on": ""})
    assert paid == ReceiptRow(Row.TENDER, {"kind": "card", "amount_minor": 1000, "account": "gc-1"})


def test_every_reason_is_given_by_some_refund() -> None:
    given = {note.why for done in (everything(), with_difference(), with_coupon()) for note in notes(done)}
    assert given == set(Why)


def test_every_row_is_printed_by_some_refund_and_in_order() -> None:
    refunds = (everything(), with_difference(), with_value(), with_coupon(), with_lower_tier())
    printed = [[each.row for each in receipt(done)] for done in refunds]
    assert {row for rows in printed for row in rows} == set(Row)
    assert all(rows == sorted(rows, key=list(Row).index) for rows in printed)


def test_principal_and_bonus_are_printed_as_they_come_back() -> None:
    (row,) = [each for each in receipt(with_value()) if each.row is Row.VALUE]
    assert row.params == {"lot": "v", "principal_minor": 500, "bonus_minor": 100}


def test_a_lower_tier_is_printed_with_the_one_before() -> None:
    assert receipt(with_lower_tier())[-1] == ReceiptRow(Row.TIER, {"before": "gold", "after": "regular"})


def test_a_tier_that_stays_is_not_printed() -> None:
    done = with_lower_tier()
    assert done.tier is not None
    same = replace(done, tier=replace(done.tier, after=done.tier.before))
    assert Row.TIER not in {each.row for each in receipt(same)}


def test_a_coupon_that_the_sale_used_must_be_in_its_state() -> None:
    sale = coupon_sale()
    with pytest.raises(ValueError, match="the sale used coupon C1, which the state of the till does not hold"):
        rights_back(replace(sale, state=TillState()), {}, NEXT_DAY, RefundPolicy().coupon_back)
