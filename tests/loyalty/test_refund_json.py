"""The right to refund goes from terminal to terminal as JSON, and comes back as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import Programme, to_json
from loyalty.document import Fault
from loyalty.exchange import Exchange, Purchase, exchange
from loyalty.refund_json import exchange_json, read_so_far, refund_json, so_far_json, void_json
from loyalty.refund_policy import RefundPolicy, Threshold
from loyalty.refund_sale import RefundsSoFar, SoldSale, TenderSide, right_to_refund
from loyalty.sale import TenderKind
from loyalty.section import Section
from loyalty.void import Void, void
from protocol import canonical
from tests.loyalty.material import basket, card, cash, member, spend_and_save, till
from tests.loyalty.refund_material import NEXT_DAY, Desk, made, rules, standing_after
from tests.loyalty.test_refund_properties import RULES, desk_of, sales, some_returns

PLAIN = rules()


def read(document: object) -> tuple[RefundsSoFar, list[Fault]]:
    faults: list[Fault] = []
    return read_so_far(Section(document, "$", faults)), faults


@RULES
@given(st.data(), sales())
def test_the_right_to_refund_is_read_as_it_was_written(data: st.DataObject, case: tuple[SoldSale, Programme]) -> None:
    sale, programme = case
    desk = desk_of(sale, programme)
    for part in data.draw(some_returns(sale, everything=False)):
        done = desk.take(*part)
        text = canonical.encode(refund_json(done)["after"])
        assert read(json.loads(text)) == (done.after, [])


def test_cash_that_the_member_paid_at_a_return_is_below_zero() -> None:
    saves = rules(spend_and_save(20000, 3000))
    sale = made(basket(19000, 1000), saves, member(), till(), card(17000))
    done = Desk(sale, saves, policy=RefundPolicy(threshold=Threshold.TEST_AGAIN)).take((2, 1))
    assert (done.after.cash, done.after.money) == (-2000, -2000)
    assert read(so_far_json(done.after)) == (done.after, [])


def test_a_new_right_is_short_and_readable() -> None:
    sale = made(basket(1000), PLAIN, member(), till(), card(400), cash(600))
    document = so_far_json(right_to_refund(sale))
    assert document["lines"] == []
    short = {key: document[key] for key in ("format", "lines", "value", "money")}
    sides = [{"kind": side["kind"], "paid": side["paid"], "back": side["back"]} for side in document["tenders"]]
    assert read({**short, "tenders": sides}) == (right_to_refund(sale), [])


LARGEST = RefundsSoFar(
    units={1: 0, 10**12: 999},
    value=-(10**12),
    money=10**12,
    points_back=10**12,
    points_taken=1,
    expired=2,
    tenders=(
        TenderSide(TenderKind.GIFT_CARD, 10**12, -(10**12), "gc-1"),
        TenderSide(TenderKind.CASH, -(10**12), 10**12, collected=True),
    ),
    cash=3,
    bought=4,
    bought_for=5,
    above_cap=6,
)


@pytest.mark.parametrize("right", [LARGEST, replace(LARGEST, value=10**12, money=-(10**12), above_cap=10**12)])
def test_every_sum_is_read_back_up_to_the_largest(right: RefundsSoFar) -> None:
    assert read(so_far_json(right)) == (right, [])


def side(**changes: Any) -> dict[str, Any]:
    return {"tenders": [{"kind": "card", "paid": 1, "back": 0, **changes}]}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"value": 10**12 + 1}, "value"),
        ({"value": -(10**12) - 1}, "value"),
        ({"money": 10**12 + 1}, "money"),
        ({"money": -(10**12) - 1}, "money"),
        ({"cash": 10**12 + 1}, "cash"),
        ({"expired": -1}, "expired"),
        ({"lines": [{"no": 10**12 + 1, "back": 1}]}, "lines[0].no"),
        ({"lines": [{"no": 1, "back": 1000}]}, "lines[0].back"),
        ({"lines": [{"no": 1, "back": -1}]}, "lines[0].back"),
        (side(paid=10**12 + 1), "tenders[0].paid"),
        (side(paid=-(10**12) - 1), "tenders[0].paid"),
        (side(back=10**12 + 1), "tenders[0].back"),
        (side(back=-(10**12) - 1), "tenders[0].back"),
        (side(account="no such id!"), "tenders[0].account"),
    ],
)
def test_what_is_beyond_the_largest_is_named(change: dict[str, Any], path: str) -> None:
    assert [fault.path for fault in read({**so_far_json(RefundsSoFar()), **change})[1]] == [path]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": 2}, "format"),
        ({"lines": [{"no": 0, "back": 1}]}, "lines[0].no"),
        ({"value": "1"}, "value"),
        ({"tenders": [{"kind": "gold", "paid": 1, "back": 0}]}, "tenders[0].kind"),
        ({"taken": 3}, "taken"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], path: str) -> None:
    document = so_far_json(right_to_refund(made(basket(1000), PLAIN, member(), till())))
    assert [fault.path for fault in read({**document, **change})[1]] == [path]


def test_a_refund_says_what_is_worked_out_too() -> None:
    desk = Desk(made(basket(1000, 500), PLAIN, member(), till()), PLAIN)
    document = refund_json(desk.take((1, 1)))
    assert (document["given"], document["points_money"], document["complete"]) == (1000, 0, False)
    assert [note["why"] for note in document["notes"]] == ["stored_net", "claw_back"]
    assert [row["row"] for row in document["receipt"]] == ["line", "tender", "points_taken"]


def test_a_void_and_an_exchange_have_their_refund_inside() -> None:
    sale = made(basket(1000), PLAIN, member(), till())
    right = right_to_refund(sale)
    undone = void(sale, right, standing_after(sale), PLAIN, sale.at, PLAIN.refunds)
    assert isinstance(undone, Void)
    assert void_json(undone) == {"exact": True, "refund": refund_json(undone.refund)}
    refund = Desk(sale, PLAIN).take((1, 1))
    done = exchange(refund, Purchase(basket(400), member(), PLAIN, till()), NEXT_DAY, (), "lot-2")
    assert isinstance(done, Exchange)
    document = exchange_json(done)
    assert (document["refund"], document["sale"]) == (refund_json(refund), to_json(done.sale))
    assert document["given"] == [{"kind": "card", "amount": 600, "account": None}]
    assert canonical.encode(document)
