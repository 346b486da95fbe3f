"""The worked examples of the rules on points and cash, each with the answer that a careless reading would give."""

from __future__ import annotations

from fractions import Fraction

from loyalty import Basket, Lot, TillState, cash_due, draw
from loyalty.money import half_up
from tests.loyalty.material import BARE, basket, cash, line, member, programme, quote, sold, spend_and_save, till

PER_TEN = programme()  # 1 point per 10.00
PER_ONE = programme(
    earning=[{**BARE["earning"][0], "per": 100}], points_as_money={**BARE["points_as_money"], "cap": [1, 1]}
)


def test_d03_points_are_floored_once_over_the_sum() -> None:
    priced = quote(basket(1500, 1500, 1500), PER_TEN, member())
    assert priced.earns == 4
    assert priced.earns != 3 * (1500 // 1000)


def test_d03_the_tier_multiplies_before_the_floor() -> None:
    priced = quote(basket(1500, 1500, 1500), PER_TEN, member("gold"))
    assert priced.earns == 6  # 4.5 × 1.5 = 6.75
    assert priced.earns == 4500 * Fraction(1, 1000) * Fraction(3, 2) // 1


def test_d04_the_part_paid_with_points_earns_nothing() -> None:
    priced = quote(basket(20000, points=3000), PER_ONE, member(), till(3000))
    assert (priced.net, priced.due, priced.earns) == (20000, 17000, 170)
    assert priced.earns != 200


def test_d04_the_base_is_after_discounts() -> None:
    rules = programme(spend_and_save(15000, 2000))
    assert quote(basket(20000), rules, member()).earns == 18
    assert quote(basket(20000), rules, member()).earns != 20


def test_d04_the_part_paid_with_points_is_divided_over_the_lines_and_each_base_is_stored() -> None:
    priced = quote(basket(3333, 3333, 3334, points=1000), PER_ONE, member(), till(1000))
    assert [each.base for each in priced.lines] == [3000, 3000, 3000]
    assert [each.net for each in priced.lines] == [3333, 3333, 3334]


def test_d08_whole_units_up_to_the_cap_and_the_order() -> None:
    priced = quote(basket(2345, points=2399), PER_TEN, member(), till(2399))
    assert (priced.use.points, priced.use.money, priced.due) == (1100, 1100, 1245)
    assert priced.use.points not in (1172, 1200, 2300, 2399)


def test_d08_points_are_charged_only_for_money_given() -> None:
    sale = sold(basket(2345, points=2399), PER_TEN, member(), till(2399))
    charged = -sum(posting.amount for posting in sale.postings if posting.lot == "lot1" and posting.amount < 0)
    assert charged == 1100
    assert sale.quote.use.money == 1100


def test_d09_cash_rounding_is_a_line_of_its_own() -> None:
    rules = programme(cash_rounding=10, earning=[{**BARE["earning"][0], "per": 1}])
    sale = sold(basket(14043), rules, member(), till(), cash(14040))
    assert (sale.quote.due, sale.rounding, sale.tenders) == (14043, -3, (cash(14040),))
    assert cash_due(sale.quote, rules) == (14040, -3)
    assert sale.quote.saved == 0
    assert sale.quote.earns == 14043
    assert sale.quote.earns != 14040


def test_d17_the_lot_that_expires_soonest_is_spent_first() -> None:
    lots = (Lot("dec", 100, "2026-01-01", "2026-12-31"), Lot("apr", 50, "2026-01-01", "2026-04-30"))
    assert [(lot.id, lot.points) for lot in draw(lots, 60)] == [("apr", 50), ("dec", 10)]
    left = {lot.id: lot.points for lot in lots}
    for part in draw(lots, 60):
        left[part.id] -= part.points
    assert left == {"dec": 90, "apr": 0}
    assert left != {"dec": 40, "apr": 50}  # the first in the list first


def test_d17_a_sale_draws_in_that_order() -> None:
    rules = programme(points_as_money={**BARE["points_as_money"], "points": 10})
    lots = (Lot("dec", 100, "2026-01-01", "2026-12-31"), Lot("apr", 50, "2026-01-01", "2026-04-30"))
    goods = Basket((line(1, 10000),), points=60)
    sale = sold(goods, rules, member(), TillState(lots, "P4"))
    drawn = {posting.lot: posting.amount for posting in sale.postings if posting.amount < 0}
    assert (drawn["apr"], drawn["dec"]) == (-50, -10)


def test_half_up_is_on_the_magnitude() -> None:
    assert half_up(-1, Fraction(1, 2)) == -half_up(1, Fraction(1, 2)) == -1
