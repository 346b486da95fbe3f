"""The worked examples of the rules on returns, each with the answer that a careless reading would give."""

from __future__ import annotations

from dataclasses import replace

from loyalty import Basket, Lot, TillState
from loyalty.coupon import Coupon, CouponState
from loyalty.quote import Reason
from loyalty.refund_policy import RefundPolicy, Threshold
from loyalty.refund_sale import Known
from loyalty.standing import Pending, Standing
from tests.loyalty.material import NAME, NOON, basket, card, cash, line, member, spend_and_save, till
from tests.loyalty.refund_material import PER_TEN, Desk, made, paid_back, rules, standing_after

SAVE_30 = rules(spend_and_save(20000, 3000))
TEST_AGAIN = RefundPolicy(threshold=Threshold.TEST_AGAIN)
PLAIN = rules()


def test_d05_the_stored_net_of_the_line_is_given_back() -> None:
    sale = made(basket(12000, 8000, 4000), SAVE_30, member(), till())
    assert [reason for each in sale.quote.lines for reason in each.reasons] == [
        Reason("save", sale.quote.reasons[0].step, share, 1) for share in (1500, 1000, 500)
    ]
    done = Desk(sale, SAVE_30).take((2, 1))
    assert done.money == 7000
    assert done.money not in (8000, 5000)


def test_d05_with_the_threshold_tested_again_what_the_rest_costs_stays_paid() -> None:
    done = Desk(made(basket(12000, 8000, 4000), SAVE_30, member(), till()), SAVE_30, policy=TEST_AGAIN).take((2, 1))
    assert done.money == 5000
    assert done.rest_costs == 16000
    assert done.money not in (8000, 7000)


def test_d05_tested_again_what_was_refunded_before_is_counted() -> None:
    desk = Desk(made(basket(12000, 8000, 4000), SAVE_30, member(), till()), SAVE_30, policy=TEST_AGAIN)
    assert [desk.take((no, 1)).money for no in (2, 1, 3)] == [5000, 12000, 4000]


def test_d05_tested_again_below_zero_the_member_pays_the_difference() -> None:
    sale = made(basket(19000, 1000), SAVE_30, member(), till(), card(17000))
    desk = Desk(sale, SAVE_30, policy=TEST_AGAIN)
    done = desk.take((2, 1))
    assert (done.money, done.tenders, done.collected) == (-2000, (), cash(2000))
    assert paid_back(desk.take((1, 1))) == [("cash", 2000), ("card", 17000)]


def test_d05_the_lowest_numbered_units_left_come_back_first() -> None:
    half = rules(spend_and_save(796, 398))
    desk = Desk(made(Basket((line(1, 199, 4),)), half, member(), till()), half)
    assert [desk.take((1, 1)).money for _ in range(4)] == [99, 99, 100, 100]
    assert desk.money == 398


def test_d05_a_coupon_comes_back_only_on_full_return_with_its_old_expiry() -> None:
    offer = {"id": "ten", "kind": "coupon_amount", "priority": 1, "name": NAME, "amount": 1000}
    rule = {"id": "ten-off", "name": NAME, "offer": "ten", "issue": {"by": "hq"}}
    with_coupons = rules(offer, coupons=[rule])
    coupon = Coupon("C1", "ten-off", "m1", None, "2026-03-05")
    goods = Basket((line(1, 5000), line(2, 5000)), coupons=("C1",))
    sale = made(goods, with_coupons, member(), TillState(assurance="P4", coupons=(coupon,)))
    desk = Desk(sale, with_coupons)
    assert desk.take((1, 1)).coupons == ()
    assert desk.take((2, 1)).coupons == (coupon,)
    late = Desk(sale, with_coupons, at=replace(NOON, utc_ms=NOON.utc_ms + 10 * 86_400_000))
    assert late.take((1, 1), (2, 1)).coupons == (replace(coupon, state=CouponState.EXPIRED),)


def test_d09_cash_refunds_are_rounded_on_their_running_total() -> None:
    dimes = rules(cash_rounding=10)
    sale = made(basket(333, 333, 334), dimes, member(), till(), cash(1000))
    desk = Desk(sale, dimes)
    cash_out = [sum(amount for _, amount in paid_back(desk.take((no, 1)))) for no in (1, 2, 3)]
    assert cash_out == [330, 340, 330]
    assert cash_out != [330, 330, 330]  # each for itself
    assert sum(cash_out) == 1000


def test_d09_no_more_cash_goes_out_than_came_in() -> None:
    dimes = rules(cash_rounding=10)
    sale = made(basket(7, 14036), dimes, member(), till(), cash(14040))
    assert sale.sale.rounding == -3
    desk = Desk(sale, dimes)
    assert [sum(amount for _, amount in paid_back(desk.take((no, 1)))) for no in (1, 2)] == [10, 14030]
    whole = Desk(sale, dimes).take((1, 1), (2, 1))
    assert paid_back(whole) == [("cash", 14040)]
    assert whole.cash_rounding == -3


def test_d10_the_claw_back_is_cumulative() -> None:
    per_ten = rules(earn=PER_TEN)
    desk = Desk(made(Basket((line(1, 730, 3),)), per_ten, member(), till()), per_ten)
    assert desk.sale.earned == 2
    taken = [desk.take((1, 1)).taken.points for _ in range(3)]
    assert taken == [1, 1, 0]
    assert taken not in ([0, 0, 0], [0, 0, 2], [1, 0, 1])


def test_d10_the_base_of_a_return_is_the_part_that_earned() -> None:
    sale = made(Basket((line(1, 5000, 2),), points=5000), PLAIN, member(), till(5000))
    assert sale.earned == 50
    assert Desk(sale, PLAIN).take((1, 1)).taken.points == 25
    assert Desk(sale, PLAIN).take((1, 1)).taken.points != 50


def test_d11_the_claw_back_follows_lines_and_the_rules_of_the_sale() -> None:
    offer = spend_and_save(5000, 1000)
    earning = [
        {"id": "a", "name": NAME, "points": 10, "per": 800, "by_tier": False, "products": ["10000001"]},
        {"id": "b", "name": NAME, "points": 20, "per": 1600, "by_tier": False, "products": ["10000002"]},
        {"id": "order", "name": NAME, "points": 1, "per": 100, "by_tier": False},
    ]
    by_line = rules(offer, earning=earning)
    goods = Basket((line(1, 1000, gtin="10000001"), line(2, 2000, gtin="10000002"), line(3, 2000, gtin="10000003")))
    sale = made(goods, by_line, member(), till())
    assert [each.net for each in sale.quote.lines] == [800, 1600, 1600]
    assert [(each.rule, each.points) for each in sale.quote.earned] == [("a", 10), ("b", 20), ("order", 40)]
    done = Desk(sale, by_line).take((3, 1))
    assert done.taken.points == 16
    assert done.taken.points not in (28, 35)
    assert done.rest_earns == 54


def test_d12_what_is_not_there_is_owed_as_an_entry_of_its_own() -> None:
    sale = made(basket(7000), PLAIN, member(), till())
    assert sale.earned == 70
    done = Desk(sale, PLAIN, standing_after(sale, gone=20)).take((1, 1))
    taken = [(each.account, each.amount) for each in done.taken.postings if each.account != "cancelled"]
    assert taken == [("lease", -50), ("debt", -20)]
    assert taken != [("lease", -70)]
    assert (done.standing.lease, done.standing.debt) == ((), 20)


def test_d12_own_pending_then_the_own_lot_then_others_that_expire_soonest() -> None:
    sale = made(basket(10000), PLAIN, member(), till())
    own = sale.sale.new_lots[0]
    standing = Standing(
        pending=(Pending(replace(own, points=40), "2026-03-08"),),
        lease=(
            Lot("dec", 100, "2026-01-01", "2026-12-31"),
            replace(own, points=20),
            Lot("apr", 30, "2026-01-01", "2026-04-30"),
        ),
    )
    done = Desk(sale, PLAIN, standing).take((1, 1))
    parts = [(each.account, each.lot, each.amount) for each in done.taken.postings if each.amount < 0]
    assert parts == [
        ("pending", "new-lot", -40),
        ("lease", "new-lot", -20),
        ("lease", "apr", -30),
        ("lease", "dec", -10),
    ]


def test_d12_points_of_the_sale_that_have_expired_count_as_taken() -> None:
    sale = made(Basket((line(1, 5000, 2),)), PLAIN, member(), till())
    standing = Standing(lease=(Lot("other", 100, "2026-01-01"),))
    desk = Desk(sale, PLAIN, standing, known=Known(expired=80))
    first, second = desk.take((1, 1)), desk.take((1, 1))
    assert [(each.taken.points, each.taken.expired, each.taken.cancelled) for each in (first, second)] == [
        (50, 50, 0),
        (50, 30, 20),
    ]
    assert desk.standing.debt == 0


def test_d13_a_return_cancels_pending_points_first() -> None:
    sale = made(Basket((line(1, 10000, 2),)), PLAIN, member(), till())
    own, active = sale.sale.new_lots[0], Lot("active", 500, "2026-01-01")
    standing = Standing(pending=(Pending(own, "2026-03-08"),), lease=(active,))
    done = Desk(sale, PLAIN, standing).take((1, 1))
    assert own.points == 200
    assert [each.lot.points for each in done.standing.pending] == [100]
    assert done.standing.lease == (active,)
