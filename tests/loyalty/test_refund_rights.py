"""What comes back beside money and points when all of an order has: limits and stamps (D29)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty import Account, Asset, Basket, TillState
from loyalty.coupon import Coupon
from loyalty.refund_answer import Refund
from loyalty.refund_note import Row, receipt
from loyalty.refund_sale import Known
from tests.loyalty.material import NAME, line, member, till
from tests.loyalty.refund_material import Desk, made, rules

COFFEE = {"id": "coffee", "kind": "stamp_card", "priority": 1, "name": NAME, "buys": 3, "members_only": True}
HALF = {"id": "half", "kind": "percent_off", "priority": 1, "name": NAME, "percent": [1, 2]}
ONCE = {"scope": "terminal", "measure": "times", "most": 1, "period": "day"}


def moves(done: Refund, asset: Asset) -> list[tuple[Account, int]]:
    return [(posting.account, posting.amount) for posting in done.postings if posting.asset is asset]


def coffees(count: int, held: int, now: int) -> Desk:
    """Cups bought with `held` stamps; `now` stamps are there when they come back."""
    cards = rules(COFFEE)
    state = replace(till(), stamps={"coffee": held})
    sale = made(Basket((line(1, 2000, count),)), cards, member(), state)
    return Desk(sale, cards, known=Known(stamps={"coffee": now}))


@pytest.mark.parametrize(("now", "taken"), [(2, 2), (5, 2), (1, 1), (0, 0)])
def test_stamps_that_were_given_go_as_far_as_they_are_there(now: int, taken: int) -> None:
    desk = coffees(2, 0, now)
    assert moves(desk.take((1, 1)), Asset.STAMP) == []
    expected = [(Account.ISSUED, taken), (Account.LEASE, -taken)] if taken else []
    assert moves(desk.take((1, 1)), Asset.STAMP) == expected


def test_stamps_of_a_card_that_is_not_known_are_not_taken() -> None:
    desk = coffees(2, 0, 0)
    desk.known = Known()
    assert moves(desk.take((1, 2)), Asset.STAMP) == []


def test_every_coupon_of_the_order_comes_back() -> None:
    ten = {"id": "ten", "kind": "coupon_amount", "priority": 1, "name": NAME, "amount": 1000}
    issue = {"name": NAME, "issue": {"by": "hq"}}
    offers = (ten, {**ten, "id": "five", "amount": 500})
    book = rules(*offers, coupons=[{"id": each["id"], "offer": each["id"], **issue} for each in offers])
    held = (Coupon("C1", "ten"), Coupon("C2", "five"))
    goods = Basket((line(1, 5000),), coupons=("C1", "C2"))
    done = Desk(made(goods, book, member(), TillState(assurance="P4", coupons=held)), book).take((1, 1))
    assert done.coupons == held
    rows = [row.params for row in receipt(done) if row.row is Row.COUPON]
    assert rows == [{"code": code, "state": "issued", "expires_on": ""} for code in ("C1", "C2")]


def test_stamps_that_were_used_come_back() -> None:
    desk = coffees(1, 3, 0)
    assert desk.sale.quote.due == 0
    assert moves(desk.take((1, 1)), Asset.STAMP) == [(Account.REDEEMED, -3), (Account.LEASE, 3)]


@pytest.mark.parametrize(("scope", "side"), [("terminal", Account.LIMIT), ("store", Account.LEASE)])
def test_a_counted_limit_counts_as_not_used(scope: str, side: Account) -> None:
    once = rules({**HALF, "limits": [{**ONCE, "scope": scope}]})
    key = f"{scope}:times:2026-03-01:half" + (":s01" if scope == "store" else "")
    state = TillState(assurance="P4", store="s01", leased={key: 1})
    sale = made(Basket((line(1, 1000, 2),)), once, member(), state)
    (right,) = sale.quote.rights
    assert right.key == key
    desk = Desk(sale, once)
    assert moves(desk.take((1, 1)), Asset.LIMIT) == []
    assert moves(desk.take((1, 1)), Asset.LIMIT) == [(side, 1), (Account.USED, -1)]
