"""What a member holds right after a sale."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from loyalty import Basket, Programme, Tender
from loyalty.refund_held import held_after
from loyalty.refund_sale import SoldSale
from loyalty.sale import TenderKind
from loyalty.standing import Pending
from loyalty.value import ValueLot
from tests.loyalty.material import NAME, basket, line, member, till
from tests.loyalty.refund_material import made, rules, standing_after
from tests.loyalty.test_refund_note import COUPONS, coupon_sale
from tests.loyalty.test_refund_properties import RULES, VALUE_LOTS, lots_now, sales


@RULES
@given(sales())
def test_lots_are_less_what_was_drawn_and_new_ones_are_there(case: tuple[SoldSale, Programme]) -> None:
    sale, programme = case
    standing, known = held_after(sale, programme)
    assert sorted(standing.lease, key=str) == sorted(standing_after(sale).lease, key=str)
    assert (known.value, known.expired) == (lots_now(sale), 0)


def test_a_debt_is_still_owed_after_the_sale_less_what_it_earned() -> None:
    owing = replace(till(300), debt=40)
    standing, _ = held_after(made(basket(1000), rules(), member(), owing), rules())
    assert (standing.debt, [(lot.id, lot.points) for lot in standing.lease]) == (30, [("lot1", 300)])


def test_stored_value_is_less_what_the_sale_drew() -> None:
    state = replace(till(), value=VALUE_LOTS)
    purse = rules(stored_value={})
    sale = made(basket(5000), purse, member(), state, Tender(TenderKind.STORED_VALUE, 5000))
    left = {lot.id: lot.left for lot in held_after(sale, purse)[1].value}
    assert left == {"v1": 0, "v2": 47001 - 1000}


def test_new_points_wait_where_goods_may_come_back_for_some_days() -> None:
    waiting = rules(points={"return_window_days": 7})
    standing, _ = held_after(made(basket(10000), waiting, member(), till()), waiting)
    assert [(each.lot.points, each.active_on) for each in standing.pending] == [(100, "2026-03-09")]
    assert isinstance(standing.pending[0], Pending)
    assert standing.lease == ()


def test_bonus_that_ended_before_the_sale_is_over() -> None:
    late = ValueLot("late", 1000, 500, 0, "2026-01-01", "2026-02-01")
    sale = made(basket(100), rules(), member(), replace(till(), value=(late, *VALUE_LOTS)))
    assert held_after(sale, rules())[1].value == (late.end_bonus(), *VALUE_LOTS)


def test_stamps_that_the_sale_gave_are_held() -> None:
    offer = {"id": "coffee", "kind": "stamp_card", "priority": 1, "name": NAME, "buys": 10, "members_only": True}
    stamps = rules(offer)
    sale = made(Basket((line(1, 100, 3),)), stamps, member(), replace(till(), stamps={"coffee": 4}))
    assert held_after(sale, stamps)[1].stamps == {"coffee": 7}
    first = made(Basket((line(1, 100, 3),)), stamps, member(), till())
    assert held_after(first, stamps)[1].stamps == {"coffee": 3}


def test_a_coupon_that_was_used_is_no_stamp() -> None:
    assert held_after(coupon_sale(), COUPONS)[1].stamps == {}
