"""The worked examples on how a sale was paid and what is owed, each with the answer that a careless reading gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from loyalty import Account, Asset, Basket, Lot, Refused, Tender, TillState, Verdict
from loyalty.basket import LineKind
from loyalty.refund_policy import RefundPolicy
from loyalty.refund_sale import Known
from loyalty.refund_tier import returned, with_tier
from loyalty.sale import TenderKind
from loyalty.standing import Pending, Standing
from loyalty.tier_review import review_tier
from loyalty.tier_standing import Qualifying, TierReason
from loyalty.value import ValueLot
from tests.loyalty.material import NAME, basket, card, cash, line, member, mobile, till
from tests.loyalty.refund_material import Desk, made, paid_back, rules
from tests.loyalty.tier_material import GOLD, TIERS, joined

PLAIN = rules()
LOTS = (Lot("jan", 1000, "2025-01-01", "2027-01-31"), Lot("jun", 2000, "2025-06-01", "2027-06-30"))


def d14(*prices: int) -> Desk:
    sale = made(Basket(basket(*prices).lines, points=3000), PLAIN, member(), TillState(LOTS, "P4"), cash(7000))
    return Desk(sale, PLAIN)


def test_d14_points_go_back_by_ratio_to_the_lots_last_consumed() -> None:
    done = d14(5000, 5000).take((1, 1))
    assert [(each.drawn, each.lot.points, each.lot.expires_on) for each in done.lots_back] == [
        ("jun", 1500, "2027-06-30")
    ]
    assert paid_back(done) == [("cash", 3500)]
    assert done.taken.points == 35
    assert done.points_back not in (0, 3000)
    assert done.lots_back[0].drawn != "jan"


def test_d14_whatever_the_parts_all_points_and_all_money_go_back() -> None:
    desk = d14(3333, 3333, 3334)
    parts = [desk.take((no, 1)) for no in (3, 1, 2)]
    assert sum(each.points_back for each in parts) == 3000
    assert desk.money == 7000
    back: dict[str, int] = {}
    for each in parts:
        for lot in each.lots_back:
            back[lot.drawn] = back.get(lot.drawn, 0) + lot.lot.points
    assert back == {"jun": 2000, "jan": 1000}


def test_d14_points_are_floored_and_raised_where_the_money_would_exceed_what_came_in() -> None:
    coarse = rules(points_as_money={"points": 1, "money": 1000, "cap": [1, 1], "lifetime_months": 24})
    sale = made(Basket(basket(3000, 6500, 500).lines, points=3), coarse, member(), till(3), card(7000))
    first = Desk(sale, coarse).take((1, 1))
    assert (first.points_back, first.money) == (0, 3000)  # 0.9 of a point
    nearly = Desk(sale, coarse).take((1, 1), (2, 1))
    assert (nearly.points_back, nearly.money) == (3, 6500)  # 2.85, floored, would leave 75.00 in money
    assert (nearly.points_back, nearly.money) != (2, 7500)


def test_d14_an_expired_lot_gets_a_short_grace() -> None:
    sale = made(
        Basket(basket(10000).lines, points=3000),
        PLAIN,
        member(),
        TillState((Lot("jan", 1000, "2025-01-01", "2026-03-01"), Lot("jun", 2000, "2025-06-01", "2026-06-30")), "P4"),
        cash(7000),
    )
    done = Desk(sale, PLAIN).take((1, 1))
    back = [(each.drawn, each.lot.id, each.lot.points, each.lot.expires_on) for each in done.lots_back]
    assert back == [("jun", "jun", 2000, "2026-06-30"), ("jan", "grace:jan:2026-03-16", 1000, "2026-03-16")]
    assert (date(2026, 3, 16) - date(2026, 3, 2)).days == 14


def test_d14_points_never_pay_freight_so_its_return_is_money() -> None:
    freight = replace(line(2, 2000), kind=LineKind.FREIGHT)
    sale = made(Basket((line(1, 10000), freight), points=3000), PLAIN, member(), TillState(LOTS, "P4"), card(9000))
    done = Desk(sale, PLAIN).take((2, 1))
    assert (done.points_back, done.money) == (0, 2000)


def test_d15_tenders_are_refunded_in_the_reverse_of_their_use_each_up_to_what_it_paid() -> None:
    sale = made(basket(5000, 5000), PLAIN, member(), till(), card(3000), mobile(4000), cash(3000))
    desk = Desk(sale, PLAIN)
    assert paid_back(desk.take((1, 1))) == [("cash", 3000), ("mobile", 2000)]
    assert paid_back(desk.take((2, 1))) == [("mobile", 2000), ("card", 3000)]


def test_d15_a_declared_order_stands_first() -> None:
    policy = RefundPolicy(tender_order=(TenderKind.CARD,))
    sale = made(basket(5000, 5000), PLAIN, member(), till(), card(3000), mobile(4000), cash(3000))
    assert paid_back(Desk(sale, PLAIN, policy=policy).take((1, 1))) == [("card", 3000), ("cash", 2000)]


def test_d16_the_tier_that_the_sale_raised_drops_with_its_return_and_is_shown_before() -> None:
    by_spend = rules(tiers=TIERS, tier_policy={"metric": "spend", "window": "calendar_year"})
    sale = made(basket(GOLD - 1000, 1000), by_spend, member(), till())
    desk = Desk(sale, by_spend)
    history = (Qualifying("s1", "2026-03-01", GOLD, 1, sale.earned),)
    raised = review_tier(joined(), history, sale.at, by_spend).standing
    assert raised.tier == "gold"
    preview = desk.ask((2, 1))
    assert not isinstance(preview, Refused)
    shown = with_tier(preview, sale, "s1", raised, history, desk.at, by_spend)
    assert shown.tier is not None
    assert (shown.tier.before, shown.tier.after, shown.tier.reason) == ("gold", "silver", TierReason.RETURNED)
    assert shown.money == preview.money  # discounts already given stay


def test_d16_the_visit_counts_until_all_has_come_back() -> None:
    sale = made(basket(2000, 1000), PLAIN, member(), till())
    desk = Desk(sale, PLAIN)
    assert returned(desk.take((1, 1)), sale, "s1") == Qualifying("s1", "2026-03-01", 2000, 0, 20)
    assert returned(desk.take((2, 1)), sale, "s1") == Qualifying("s1", "2026-03-01", 1000, 1, 10)


def value_sale(*spent: int) -> tuple[Desk, ValueLot]:
    """The member of D24: 1,000.00 with 200.00 given, of which a sale of these lines spends all it costs."""
    rules_with_value = rules(stored_value={})
    lot = ValueLot("top-up", 100000, 20000, 0, "2026-01-01")
    state = replace(till(), value=(lot,))
    paid = Tender(TenderKind.STORED_VALUE, sum(spent))
    sale = made(basket(*spent), rules_with_value, member(), state, paid)
    after = lot.spend(sum(spent))
    return Desk(sale, rules_with_value, known=Known(value=(after,))), after


def test_d24_a_refund_winds_the_sum_of_the_lot_back() -> None:
    desk, lot = value_sale(10000, 20000)
    assert (lot.principal_spent, lot.bonus_spent) == (25000, 5000)
    done = desk.take((2, 1))
    assert paid_back(done) == [("stored_value", 20000)]
    back = {(each.account, each.asset): each.amount for each in done.postings if each.lot == "top-up"}
    assert back[(Account.LEASE, Asset.PRINCIPAL)] == 20000 - 3333
    assert back[(Account.LEASE, Asset.BONUS)] == 3333
    assert (desk.known.value[0].spent, desk.known.value[0].principal_left) == (10000, 100000 - 8333)
    desk.take((1, 1))
    assert (desk.known.value[0].principal_left, desk.known.value[0].bonus_left) == (100000, 20000)


def test_d24_the_lot_last_drawn_gets_it_back_first() -> None:
    with_value = rules(stored_value={})
    lots = (ValueLot("a", 10000, 0, 0, "2026-01-01"), ValueLot("b", 90000, 20000, 0, "2026-02-01"))
    state = replace(till(), value=lots)
    sale = made(basket(6000, 14000), with_value, member(), state, Tender(TenderKind.STORED_VALUE, 20000))
    assert [part.lot for part in sale.sale.value] == ["a", "b"]
    now = (lots[0].spend(10000), lots[1].spend(10000))
    desk = Desk(sale, with_value, known=Known(value=now))
    assert [(move.lot, move.principal + move.bonus) for move in desk.take((1, 1)).value_moves] == [("b", 6000)]
    assert [(move.lot, move.principal + move.bonus) for move in desk.take((2, 1)).value_moves] == [
        ("b", 4000),
        ("a", 10000),
    ]


def test_d24_a_lot_that_is_not_known_here_stops_the_refund() -> None:
    desk, _ = value_sale(30000)
    desk.known = Known()
    assert desk.ask((1, 1)) == Refused(Verdict.VALUE_LOT_UNKNOWN, {"lot": "top-up"})


def test_d30_pending_first_then_the_lease_then_hq_and_the_rest_is_debt() -> None:
    sale = made(basket(10000), PLAIN, member(), till())
    own = sale.sale.new_lots[0]
    standing = Standing(
        pending=(Pending(replace(own, points=30), "2026-03-08"),),
        lease=(Lot("here", 25, "2026-01-01"),),
        pool=(Lot("hq", 15, "2026-01-01"),),
    )
    done = Desk(sale, PLAIN, standing).take((1, 1))
    parts = [(each.account, each.amount) for each in done.taken.postings if each.amount < 0]
    assert parts == [("pending", -30), ("lease", -25), ("pool", -15), ("debt", -30)]


def cap(points: int) -> RefundPolicy:
    return RefundPolicy(debt_cap=points)


def test_d30_above_the_cap_the_money_value_is_deducted() -> None:
    sale = made(basket(10000), PLAIN, member(), till())
    done = Desk(sale, PLAIN, Standing(), cap(60)).take((1, 1))
    assert (done.taken.debt, done.bought, done.deducted) == (60, 40, 40)
    assert paid_back(done) == [("card", 9960)]
    assert paid_back(done) != [("card", 10000)]
    assert done.standing.debt == 60


def test_d30_older_debt_counts_towards_the_cap() -> None:
    sale = made(basket(10000), PLAIN, member(), till())
    done = Desk(sale, PLAIN, Standing(debt=50), cap(60)).take((1, 1))
    assert (done.taken.debt, done.bought, done.standing.debt) == (10, 90, 60)


def test_d30_at_most_the_refund_is_deducted_and_what_is_left_is_debt_after_all() -> None:
    dear = rules(points_as_money={"points": 1, "money": 300, "cap": [1, 1], "lifetime_months": 24})
    sale = made(basket(10000), dear, member(), till())
    done = Desk(sale, dear, Standing(), cap(0)).take((1, 1))
    assert (done.bought, done.deducted) == (33, 10000)
    assert (done.debt, done.standing.debt) == (67, 67)
    assert paid_back(done) == []


def test_d30_a_return_in_parts_deducts_what_one_return_would() -> None:
    dear = rules(
        earning=[{"id": "a", "name": NAME, "points": 1, "per": 10, "by_tier": False, "products": ["10000001"]}],
        points_as_money={"points": 1, "money": 50, "cap": [1, 1], "lifetime_months": 24},
    )
    goods = Basket((line(1, 1000, gtin="10000001"), line(2, 9000, gtin="10000002")))
    sale = made(goods, dear, member(), till())
    whole = Desk(sale, dear, Standing(), cap(0)).take((1, 1), (2, 1))
    assert (whole.bought, whole.deducted, whole.standing.debt) == (100, 5000, 0)
    desk = Desk(sale, dear, Standing(), cap(0))
    first, second = desk.take((1, 1)), desk.take((2, 1))
    assert (first.deducted, first.standing.debt) == (1000, 80)
    assert (second.deducted, second.standing.debt) == (4000, 0)
    assert first.deducted + second.deducted == whole.deducted


def test_d30_no_unit_is_refunded_twice() -> None:
    desk = Desk(made(Basket((line(1, 1000, 2),)), PLAIN, member(), till()), PLAIN)
    desk.take((1, 1))
    assert desk.ask((1, 2)) == Refused(Verdict.UNITS_NOT_LEFT, {"line": 1, "asked": 2, "left": 1})
    desk.take((1, 1))
    assert desk.ask((1, 1)) == Refused(Verdict.UNITS_NOT_LEFT, {"line": 1, "asked": 1, "left": 0})


def test_d30_the_preview_changes_nothing() -> None:
    desk = Desk(made(Basket((line(1, 1000, 2),)), PLAIN, member(), till()), PLAIN)
    assert desk.ask((1, 1)) == desk.ask((1, 1)) == desk.take((1, 1))
