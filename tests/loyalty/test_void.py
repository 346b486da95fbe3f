"""A sale undone on its own business date: exactly while all is there, else as a return of everything."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from loyalty import Account, Asset, Basket, Lot, Moment, Posting, Programme, Refused, TillState, Verdict, imbalance
from loyalty.basket import LineKind
from loyalty.coupon import Coupon
from loyalty.refund_policy import CouponBack, RefundPolicy
from loyalty.refund_sale import Known, RefundsSoFar, SoldSale, right_to_refund
from loyalty.standing import Pending, Standing
from loyalty.void import Void, void
from tests.loyalty.material import NAME, NOON, basket, card, cash, line, member, till
from tests.loyalty.refund_material import Desk, made, paid_back, rules, standing_after
from tests.loyalty.test_refund_properties import RULES, VALUE_LOTS, lots_now, sales

PLAIN = rules()
HOUR = 3_600_000


def later(hours: int) -> Moment:
    return Moment(NOON.utc_ms + hours * HOUR)


def undo(
    sale: SoldSale,
    rules: Programme = PLAIN,
    standing: Standing | None = None,
    *,
    so_far: RefundsSoFar | None = None,
    at: Moment = NOON,
    known: Known | None = None,
    policy: RefundPolicy | None = None,
) -> Void | Refused:
    held = standing_after(sale) if standing is None else standing
    right = so_far or right_to_refund(sale)
    return void(sale, right, held, rules, at, policy or rules.refunds, known or Known())


def done(answer: Void | Refused) -> Void:
    assert isinstance(answer, Void), answer
    assert imbalance(answer.refund.postings) == {}
    return answer


def summed(*sets: tuple[Posting, ...]) -> dict[tuple[Account, Asset, str], int]:
    sums: Counter[tuple[Account, Asset, str]] = Counter()
    for posting in (posting for postings in sets for posting in postings):
        sums[(posting.account, posting.asset, posting.lot)] += posting.amount
    return {place: amount for place, amount in sums.items() if amount}


@RULES
@given(sales())
def test_a_void_undoes_every_posting_of_the_sale(case: tuple[SoldSale, Programme]) -> None:
    sale, programme = case
    answer = done(undo(sale, programme, known=Known(value=lots_now(sale))))
    assert answer.exact
    assert summed(sale.sale.postings, answer.refund.postings) == {}
    taken = answer.refund.taken
    assert (taken.points, taken.cancelled, taken.expired, taken.debt, taken.over_cap) == (
        sale.earned,
        sale.earned,
        0,
        0,
        0,
    )
    assert {posting.lot for posting in taken.postings} <= {"new-lot"}
    assert answer.refund.debt_paid == 0
    assert answer.refund.given == sum(tender.amount for tender in sale.sale.tenders)
    assert tuple(move.after for move in answer.refund.value_moves) == tuple(
        lot for lot in reversed(VALUE_LOTS) if lot.id in {part.lot for part in sale.sale.value}
    )
    assert sum(lot.points for lot in answer.refund.standing.lease) == sum(lot.points for lot in sale.state.lots)


@RULES
@given(sales(), st.integers(1, 4000))
def test_where_points_are_gone_a_void_is_a_return_of_everything(case: tuple[SoldSale, Programme], gone: int) -> None:
    sale, programme = case
    if not sale.sale.new_lots:
        return
    standing, known = standing_after(sale, gone=gone), Known(value=lots_now(sale))
    answer = done(undo(sale, programme, standing, known=known))
    assert not answer.exact
    desk = Desk(sale, programme, standing, known=known, at=NOON)
    assert answer.refund == desk.take(*[(each.no, len(each.units)) for each in sale.quote.lines])


def test_a_single_point_that_is_gone_makes_it_a_return() -> None:
    sale = made(basket(100), PLAIN, member(), till())
    assert sale.earned == 1
    assert done(undo(sale)).exact
    assert not done(undo(sale, standing=Standing())).exact


def test_the_next_business_date_is_too_late() -> None:
    sale = made(basket(1000), PLAIN, member(), till())
    assert done(undo(sale, at=later(15))).exact  # 03:00, before the cut-off
    late = undo(sale, at=later(16))
    assert late == Refused(Verdict.VOID_OTHER_DAY, {"sold_on": "2026-03-01", "today": "2026-03-02"})


def test_what_came_back_in_part_is_refunded_and_not_voided() -> None:
    sale = made(basket(1000, 2000), PLAIN, member(), till())
    desk = Desk(sale, PLAIN)
    desk.take((1, 1))
    assert undo(sale, so_far=desk.so_far) == Refused(Verdict.VOID_AFTER_REFUND)


def test_a_debt_that_the_sale_paid_is_owed_again_and_no_cap_stops_it() -> None:
    sale = made(basket(10000), PLAIN, member(), replace(till(), debt=30))
    answer = done(undo(sale, policy=RefundPolicy(debt_cap=0), standing=Standing(lease=(replace(LOT, points=70),))))
    assert answer.exact
    assert (answer.refund.standing.debt, answer.refund.standing.lease) == (30, ())
    assert (answer.refund.taken.cancelled, answer.refund.taken.debt, answer.refund.deducted) == (70, 30, 0)


LOT = Lot("new-lot", 100, "2026-03-01")


def test_pending_points_are_undone_where_they_wait() -> None:
    waiting = rules(points={"return_window_days": 7})
    sale = made(basket(10000), waiting, member(), till())
    standing = Standing(pending=(Pending(sale.sale.new_lots[0], "2026-03-09"),))
    answer = done(undo(sale, waiting, standing))
    assert answer.exact
    assert answer.refund.standing.pending == ()


def test_the_daily_count_of_a_copyable_card_is_undone() -> None:
    sale = made(Basket(basket(1000).lines, points=500), PLAIN, member(), till(500, assurance="P1"))
    counted = [each for each in done(undo(sale)).refund.postings if each.asset is Asset.LIMIT]
    assert [(each.account, each.lot, each.amount) for each in counted] == [
        (Account.LIMIT, "copyable:2026-03-01", 500),
        (Account.USED, "copyable:2026-03-01", -500),
    ]


def test_points_whose_date_has_passed_since_come_back_with_grace() -> None:
    lots = (Lot("old", 500, "2025-03-01", "2026-03-01"),)
    sale = made(Basket(basket(1000).lines, points=500), PLAIN, member(), TillState(lots, "P4"))
    answer = done(undo(sale, at=later(13)))  # past midnight, the same business date
    assert not answer.exact
    assert [back.lot.expires_on for back in answer.refund.lots_back] == ["2026-03-16"]


def test_a_void_takes_gift_cards_and_bottles_back_too() -> None:
    gift = replace(line(2, 5000), kind=LineKind.GIFT_CARD)
    bottles = replace(line(3, -25), kind=LineKind.DEPOSIT)
    sale = made(Basket((line(1, 1000), gift, bottles)), PLAIN, member(), till(), card(3000), cash(2975))
    answer = done(undo(sale))
    assert paid_back(answer.refund) == [("cash", 2975), ("card", 3000)]
    refused = Desk(sale, PLAIN)
    assert refused.ask((2, 1)) == Refused(Verdict.LINE_NOT_RETURNABLE, {"line": 2})
    assert refused.ask((3, 1)) == Refused(Verdict.LINE_NOT_RETURNABLE, {"line": 3})
    goods = refused.take((1, 1))
    assert (goods.money, goods.complete) == (1000, True)


def test_stamps_that_are_used_already_make_it_a_return() -> None:
    offer = {"id": "coffee", "kind": "stamp_card", "priority": 1, "name": NAME, "buys": 10}
    stamps = rules({**offer, "members_only": True, "categories": ["snacks"]})
    sale = made(Basket((line(1, 100, 3),)), stamps, member(), till())
    assert done(undo(sale, stamps, known=Known(stamps={"coffee": 3}))).exact
    answer = done(undo(sale, stamps, known=Known(stamps={"coffee": 1})))
    assert not answer.exact
    assert [(use.key, use.amount) for use in answer.refund.rights.uses] == [("coffee", -1)]


def test_a_coupon_comes_back_from_a_void_whatever_the_policy() -> None:
    offer = {"id": "ten", "kind": "coupon_amount", "priority": 1, "name": NAME, "amount": 1000}
    with_coupons = rules(offer, coupons=[{"id": "ten-off", "name": NAME, "offer": "ten", "issue": {"by": "hq"}}])
    coupon = Coupon("C1", "ten-off", "m1")
    goods = Basket((line(1, 5000),), coupons=("C1",))
    sale = made(goods, with_coupons, member(), TillState(assurance="P4", coupons=(coupon,)))
    never = RefundPolicy(coupon_back=CouponBack.NEVER)
    assert done(undo(sale, with_coupons, policy=never)).refund.coupons == (coupon,)
    assert Desk(sale, with_coupons, policy=never).take((1, 1)).coupons == ()
