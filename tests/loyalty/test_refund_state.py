"""What the till knows once goods are back: the next basket is priced with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty import Basket, TillState
from loyalty.coupon import Coupon, CouponState
from loyalty.refund_state import state_after
from loyalty.value import ValueLot
from tests.loyalty.material import basket, line, member, till
from tests.loyalty.refund_material import Desk, made, rules
from tests.loyalty.test_refund_note import COUPONS, coupon_sale, with_value
from tests.loyalty.test_refund_properties import VALUE_LOTS
from tests.loyalty.test_refund_rights import HALF, ONCE, coffees


def test_points_and_debt_are_those_after_the_return() -> None:
    plain = rules()
    sale = made(Basket(basket(1000).lines, points=300), plain, member(), till(300))
    done = Desk(sale, plain).take((1, 1))
    state = state_after(replace(sale.state, lots=(), debt=9), done)
    assert [(lot.id, lot.points) for lot in state.lots] == [("lot1", 300)]
    assert state.debt == 0


def test_a_coupon_that_came_back_can_be_used_and_others_stay() -> None:
    done = Desk(coupon_sale(), COUPONS).take((1, 1))
    other = Coupon("C2", "ten-off", "m1")
    (issued,) = coupon_sale().state.coupons
    state = state_after(TillState(coupons=(replace(issued, state=CouponState.USED), other)), done)
    assert state.coupons == (other, issued)


def test_stamps_that_were_given_are_gone_and_used_ones_are_back() -> None:
    given, used = coffees(2, 0, 2).take((1, 2)), coffees(1, 3, 0).take((1, 1))
    assert state_after(TillState(stamps={"coffee": 2}), given).stamps == {"coffee": 0}
    assert state_after(TillState(), used).stamps == {"coffee": 3}
    assert state_after(TillState(), used).used == {}


@pytest.mark.parametrize(("scope", "used", "leased"), [("terminal", 0, 1), ("chain", 1, 2)])
def test_a_limit_is_free_again_where_it_was_used(scope: str, used: int, leased: int) -> None:
    key = f"{scope}:times:2026-03-01:half"
    once = rules({**HALF, "limits": [{**ONCE, "scope": scope}]})
    before = TillState(assurance="P4", store="s01", leased={key: 1})
    done = Desk(made(Basket((line(1, 1000),)), once, member(), before), once).take((1, 1))
    state = state_after(TillState(used={key: 1}, leased={key: 1}), done)
    assert (state.used[key], state.leased[key]) == (used, leased)


def test_gift_cards_and_value_are_wound_back() -> None:
    done = with_value()
    lot = ValueLot("v", 1000, 200, 0, "2026-01-01")
    state = TillState(
        value=(lot.spend(600), *VALUE_LOTS), gift_cards={"card-1": VALUE_LOTS, "card-2": (lot.spend(600),)}
    )
    after = state_after(state, done)
    assert after.value == (lot, *VALUE_LOTS)
    assert after.gift_cards == {"card-1": VALUE_LOTS, "card-2": (lot,)}
