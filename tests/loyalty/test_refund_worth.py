"""What is worth what came back, kept or tested again, and what the rest still earns (D05, D11)."""

from __future__ import annotations

from dataclasses import replace

from loyalty import Basket
from loyalty.basket import LineKind
from loyalty.refund_policy import RefundPolicy, Threshold
from tests.loyalty.material import BARE, NAME, card, line, member, spend_and_save, tier_percent, till
from tests.loyalty.refund_material import Desk, made, rules
from tests.loyalty.rights_material import ANN, coupon, coupon_rule, holding
from tests.loyalty.rights_material import rules as coupon_rules

SAVE = spend_and_save(20000, 3000)
AGAIN = RefundPolicy(threshold=Threshold.TEST_AGAIN)
ON_TOP = {"mode": "exclusive", "default": "all", "rates": [{"id": "all", "rate": [10, 100]}]}
GOODS = (line(1, 12000), line(2, 8000), line(3, 4000))
TIP = replace(line(4, 500), kind=LineKind.TIP)


def test_the_units_that_stay_are_priced_again() -> None:
    saves = rules(SAVE)
    desk = Desk(made(Basket((line(1, 6000, 4),)), saves, member(), till()), saves, policy=AGAIN)
    assert [desk.take((1, 1)).rest_costs for _ in range(4)] == [18000, 12000, 6000, 0]
    assert [done.money for done in desk.done] == [3000, 6000, 6000, 6000]


def test_a_weighed_line_stays_as_it_was_weighed() -> None:
    saves = rules(SAVE)
    melon = replace(line(1, 12000), grams=1500)
    desk = Desk(made(Basket((melon, line(2, 4000, 2))), saves, member(), till()), saves, policy=AGAIN)
    assert desk.take((2, 1)).rest_costs == 18000 + 4000 - 3000
    assert desk.take((2, 1)).rest_costs == 18000
    assert desk.take((1, 1)).complete


def test_points_tax_on_top_and_a_tip_when_tested_again() -> None:
    taxed = rules(SAVE, tax=ON_TOP)
    sale = made(Basket((*GOODS, TIP), points=5900), taxed, member(), till(5900), card(17700))
    assert (sale.quote.net, sale.earned) == (21500, 172)  # (210.00 + 21.00 − 59.00)
    done = Desk(sale, taxed, policy=AGAIN).take((2, 1))
    assert done.rest_costs == 16000 + 1600 + 500
    assert done.value == 5500
    assert (done.points_back, done.money) == (1404, 4096)  # 59.00 × 55 / 231 is 14.04
    assert done.rest_earns == 131  # 176.00 less the 44.96 that points still pay
    assert done.taken.points == 41


def test_tax_inside_is_in_what_came_back_already() -> None:
    taxed = rules(SAVE, tax={**ON_TOP, "mode": "inclusive"})
    sale = made(Basket(GOODS), taxed, member(), till())
    done = Desk(sale, taxed, policy=AGAIN).take((2, 1))
    assert (done.value, done.rest_costs) == (21000 - 16000, 16000)
    assert (sale.earned, done.rest_earns) == (210, 160)


def test_the_rest_is_bought_by_the_same_member_with_the_same_choices() -> None:
    book = rules(SAVE, tier_percent())
    removed = Basket(GOODS, removed=frozenset({"save"}))
    assert Desk(made(removed, book, member("gold"), till()), book, policy=AGAIN).take((3, 1)).rest_costs == 17600
    assert Desk(made(Basket(GOODS), book, member("gold"), till()), book, policy=AGAIN).take((3, 1)).rest_costs == 17000


def test_the_rest_keeps_its_coupon_and_uses_no_points() -> None:
    single = {**BARE["points_as_money"], "points": 1, "money": 1, "cap": [1, 1]}
    book = coupon_rules(coupon_rule(), points_as_money=single)
    sale = made(Basket(GOODS, coupons=("c1",)), book, ANN, holding(coupon(), points=(500,)))
    assert sale.quote.net == 21600
    assert Desk(sale, book, policy=AGAIN).take((3, 1)).rest_costs == 18000


def test_points_pay_nothing_of_a_tip_that_stays() -> None:
    plain = rules()
    sale = made(Basket((line(1, 500), line(2, 500), TIP), points=1000), plain, member(), till(1000), card(500))
    done = Desk(sale, plain, policy=AGAIN).take((2, 1))
    assert (done.points_back, done.money) == (500, 0)


def test_goods_that_points_paid_altogether_earn_nothing_once_the_tip_is_back() -> None:
    every = rules(earn={"points": 1, "per": 1})
    sale = made(Basket((line(1, 1000), TIP), points=1000), every, member(), till(1000), card(500))
    done = Desk(sale, every, policy=AGAIN).take((4, 1))
    assert (sale.earned, done.rest_earns, done.points_back) == (0, 0, 0)


def test_points_over_several_units_when_tested_again() -> None:
    saves = rules(SAVE)
    sale = made(Basket((line(1, 6000, 4),), points=7000), saves, member(), till(7000), card(14000))
    done = Desk(sale, saves, policy=AGAIN).take((1, 1))
    assert (done.value, done.points_back, done.money) == (3000, 1000, 2000)
    assert (sale.earned, done.rest_earns) == (140, 120)  # 180.00 less the 60.00 that points still pay


def test_what_is_no_goods_earns_nothing_when_tested_again() -> None:
    plain = rules()
    sale = made(Basket((line(1, 10000), TIP)), plain, member(), till())
    assert Desk(sale, plain, policy=AGAIN).take((4, 1)).taken.points == 0
    assert Desk(sale, plain, policy=AGAIN).take((1, 1)).taken.points == 100


def test_where_nothing_goes_back_points_stay_where_they_are() -> None:
    saves = rules(SAVE)
    sale = made(Basket((line(1, 19000), line(2, 1000)), points=5000), saves, member(), till(5000), card(12000))
    done = Desk(sale, saves, policy=AGAIN).take((2, 1))
    assert (done.value, done.points_back, done.money) == (-2000, 0, -2000)
    assert (sale.earned, done.rest_earns, done.taken.points) == (120, 140, 0)


def test_points_that_went_back_stay_back_when_the_next_return_is_worth_less_than_nothing() -> None:
    saves = rules(SAVE)
    goods = Basket((line(1, 19000), line(2, 1000), line(3, 1000)), points=5000)
    desk = Desk(made(goods, saves, member(), till(5000), card(13000)), saves, policy=AGAIN)
    first, second = desk.take((3, 1)), desk.take((2, 1))
    assert (first.value, first.points_back, first.money) == (1000, 277, 723)  # 50.00 × 10 / 180 is 2.77
    assert (second.value, second.points_back) == (-2000, 0)
    assert second.after.value == -1000


def test_free_goods_are_worth_nothing_and_stop_nothing() -> None:
    plain = rules()
    sale = made(Basket((line(1, 0),)), plain, member(), till())
    for policy in (AGAIN, plain.refunds):
        done = Desk(sale, plain, policy=policy).take((1, 1))
        assert (done.value, done.complete, done.postings) == (0, True, ())


def test_a_rule_for_each_unit_counts_the_units_that_stay() -> None:
    each = {"id": "u", "name": NAME, "kind": "per_unit", "points": 5, "by_tier": False}
    by_unit = rules(earning=[each])
    desk = Desk(made(Basket((line(1, 1000, 3), line(2, 500))), by_unit, member(), till()), by_unit)
    assert desk.sale.earned == 20
    assert [desk.take((1, 1)).rest_earns, desk.take((1, 2)).rest_earns] == [15, 5]
