"""The worked examples of the rules on returns, done at a till: sold, shown, confirmed, and on the disk."""

from __future__ import annotations

from typing import Any

from loyalty import Basket, Line
from protocol.lease import GrantLot
from tests.terminal.counter.desks import refused_by
from tests.terminal.counter.offer_documents import document
from tests.terminal.counter.returns import Till, moved
from tests.terminal.counter.second_till import give_right, release, second_till
from tests.terminal.counter.test_value_at_the_till import ROOM, till_with_value, top_up
from tests.terminal.granting import grant
from tests.terminal.shops import DAY_MS, DEVICE, TestShop

SAVE_30 = {"id": "save", "kind": "spend_and_save", "priority": 1, "name": {"en": "S"}, "threshold": 20000, "save": 3000}
LOT = f"{DEVICE}.1.1"


def cy(test: TestShop, *offers: dict[str, Any], per: int = 100, **changes: Any) -> Till:
    """Cy holds nothing here; a point for each 1.00, 100 points are 1.00, and points may pay everything."""
    earning = [{"id": "base", "name": {"en": "Points"}, "points": 1, "per": per, "by_tier": False}]
    points = {"points": 100, "money": 100, "cap": [1, 1], "lifetime_months": 24}
    usual = {"version": 4, "cash_rounding": 0, "earning": earning, "points_as_money": points}
    test.programme(document(*offers, **(usual | changes)))
    return Till(test, "m3")


def test_d05_the_stored_net_of_the_line_is_given_back(test: TestShop) -> None:
    till = cy(test, SAVE_30)
    till.sell(12000, 8000, 4000)
    assert till.refund((2, 1))["given"] == 7000


def test_d05_with_the_threshold_tested_again(test: TestShop) -> None:
    till = cy(test, SAVE_30, refunds={"threshold": "test_again"})
    till.sell(12000, 8000, 4000)
    receipt = till.refund((2, 1))
    assert receipt["given"] == 5000
    assert receipt["reasons"][0] == {
        "code": "refund_tested_again",
        "params": {"rest_minor": 16000, "value_minor": 5000},
    }


def test_d10_the_claw_back_is_cumulative(test: TestShop) -> None:
    till = cy(test, per=1000)
    receipt = till.sell_basket(Basket((Line(1, "10000001", 3, 730, "food"),)))
    assert sum(each["points"] for each in receipt["earned"]) == 2
    assert [till.refund((1, 1))["points_taken"] for _ in range(3)] == [1, 1, 0]


def test_d12_fifty_held_and_seventy_to_take(test: TestShop) -> None:
    till = cy(test, points_as_money={"points": 1, "money": 1, "cap": [1, 1], "lifetime_months": 24})
    till.sell(7000)
    sold = till.sold
    till.sell(40, points=20)
    assert [lot.points for lot in test.shop.ledger.held("m3").points] == [50]
    till.sold = sold
    receipt = till.refund((1, 1))
    taken = [each for each in moved(till.newest()) if each[0] != "cancelled"]
    assert taken == [("lease", LOT, -50), ("debt", LOT, -20)]
    assert (receipt["balance"]["here"], receipt["balance"]["debt"]) == (0, 20)


def test_d12_new_points_pay_the_debt_first(test: TestShop) -> None:
    till = cy(test, points_as_money={"points": 1, "money": 1, "cap": [1, 1], "lifetime_months": 24})
    till.sell(7000)
    sold = till.sold
    till.sell(40, points=20)
    till.sold = sold
    till.refund((1, 1))
    receipt = till.sell(3000)
    assert (receipt["balance"]["here"], receipt["balance"]["debt"]) == (10, 0)
    assert [each[0] for each in moved(till.newest())] == ["issued", "debt", "lease"]


def test_d13_a_return_cancels_pending_points_first(test: TestShop) -> None:
    till = cy(test, points={"return_window_days": 7})
    test.grant("m3", 500, "active")
    till.sell_basket(Basket((Line(1, "10000001", 2, 10000, "food"),)))
    test.clock.utc_ms += 3 * DAY_MS
    receipt = till.refund((1, 1))
    assert (receipt["points_taken"], receipt["debt"]) == (100, 0)
    assert moved(till.newest()) == [("pending", LOT, -100), ("cancelled", LOT, 100)]
    assert [lot.points for lot in test.shop.ledger.held("m3").points] == [500]
    assert receipt["balance"]["waiting"] == 100


def test_d13_after_the_window_they_are_no_longer_pending_here(test: TestShop) -> None:
    till = cy(test, points={"return_window_days": 7})
    till.sell_basket(Basket((Line(1, "10000001", 2, 10000, "food"),)))
    test.clock.utc_ms += 8 * DAY_MS
    till.refund((1, 1))
    assert [each[0] for each in moved(till.newest())] == ["debt", "cancelled"]


def test_d14_an_order_partly_paid_with_points(test: TestShop) -> None:
    till = cy(test)
    lots = [("january", 1000, "2027-01-31"), ("june", 2000, "2027-06-30")]
    placed = (GrantLot(lot=lot, points=many, earned_on="2026-01-01", expires_on=day) for lot, many, day in lots)
    grant(test, "m3", lots=tuple(placed))
    till.sell_basket(Basket((Line(1, "10000001", 2, 5000, "food"),), points=3000), [("cash", 7000)])
    assert [lot.id for lot in test.shop.ledger.held("m3").points] == [LOT]
    receipt = till.refund((1, 1))
    assert (receipt["points_back"], receipt["tenders"]) == (1500, [{"kind": "cash", "amount": 3500}])
    assert receipt["points_taken"] == 35
    held = {lot.id: (lot.points, lot.expires_on) for lot in test.shop.ledger.held("m3").points}
    assert held["june"] == (1500, "2027-06-30")
    assert held[LOT][0] == 35


def test_d14_points_whose_date_has_passed_come_back_with_a_short_grace(test: TestShop) -> None:
    till = cy(test)
    day = "2026-10-30"
    grant(test, "m3", lots=(GrantLot(lot="soon", points=3000, earned_on="2026-01-01", expires_on=day),))
    till.sell(3000, points=3000)
    test.clock.utc_ms += 5 * DAY_MS
    till.refund()
    [lot] = test.shop.ledger.held("m3").points
    assert (lot.id, lot.points, lot.expires_on) == ("grace:soon:2026-11-16", 3000, "2026-11-16")


def test_d15_the_tender_used_last_is_refunded_first(test: TestShop) -> None:
    till = cy(test)
    till.sell(5000, 5000, tenders=[("card", 3000), ("mobile", 4000), ("cash", 3000)])
    given = [(each["kind"], each["amount"]) for each in till.refund((1, 1))["tenders"]]
    assert given == [("cash", 3000), ("mobile", 2000)]
    given = [(each["kind"], each["amount"]) for each in till.refund((2, 1))["tenders"]]
    assert given == [("mobile", 2000), ("card", 3000)]


def test_d15_a_declared_order(test: TestShop) -> None:
    till = cy(test, refunds={"tender_order": ["card"]})
    till.sell(5000, 5000, tenders=[("card", 3000), ("cash", 7000)])
    assert [each["kind"] for each in till.refund((1, 1))["tenders"]] == ["card", "cash"]


def test_d30_above_the_debt_cap_points_are_settled_in_money(test: TestShop) -> None:
    till = cy(test, refunds={"debt_cap": 10})
    till.sell(10000)
    sold = till.sold
    till.sell(100, points=100)
    till.sold = sold
    shown = till.preview((1, 1))
    assert (shown["points_taken"], shown["debt"], shown["deducted"], shown["given"]) == (100, 10, 90, 9910)
    assert till.refund((1, 1))["given"] == 9910


def test_d30_the_right_lives_in_one_place_at_a_time(test: TestShop) -> None:
    """Sold here, refunded in part, then the right goes to another till: no line comes back twice, on any side."""
    here = cy(test)
    here.sell(4000, 6000)
    here.refund((1, 1))
    with second_till(test) as other:
        there = Till(other, "m3")
        there.sold = here.sold
        refused = refused_by(lambda: there.preview((2, 1)))
        assert (refused.phrase.code, refused.phrase.params["device"]) == ("refund_elsewhere", DEVICE)
        give_right(other, "m3", release(test, here.sold))
        assert refused_by(lambda: here.preview((2, 1))).phrase.code == "refund_elsewhere"
        assert refused_by(lambda: there.preview((1, 1))).phrase.code == "units_not_left"
        receipt = there.refund((2, 1))
        assert (receipt["given"], receipt["points_taken"], receipt["debt"]) == (6000, 60, 60)
        assert refused_by(lambda: there.preview((2, 1))).phrase.code == "units_not_left"


def test_d24_d30_value_that_comes_back_elsewhere_lies_there(test: TestShop) -> None:
    here = till_with_value(test)
    grant(test, "m1", limits={ROOM: 100_000})
    top_up(test, 100_000)
    here.sell(12_000, 18_000, tenders=[("stored_value", 30_000)])
    with second_till(test) as other:
        there = Till(other, "m1")
        there.sold = here.sold
        give_right(other, "m1", release(test, here.sold))
        assert there.refund((1, 1))["value_back"] == 12_000
        [lot] = other.shop.ledger.held("m1").value
        assert (lot.principal_left, lot.bonus_left) == (10_000, 2_000)
        there.refund((2, 1))
        [lot] = other.shop.ledger.held("m1").value
        assert (lot.principal_left, lot.bonus_left) == (25_000, 5_000)
    [rest] = test.shop.ledger.held("m1").value
    assert (rest.principal_left, rest.bonus_left) == (75_000, 15_000)
