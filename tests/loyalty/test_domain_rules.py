"""The worked examples of the pricing rules, each with the answer that a careless reading would give."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from loyalty import Basket, Miss, Missed, Moment, Step
from loyalty.money import half_up
from tests.loyalty.material import (
    basket,
    line,
    member,
    member_price,
    programme,
    quote,
    spend_and_save,
    tier_percent,
    till,
)


def test_d01_an_order_discount_is_divided_exactly() -> None:
    priced = quote(basket(3333, 3333, 3334), programme(spend_and_save(10000, 1000)))
    shares = [each.gross - each.net for each in priced.lines]
    assert shares == [333, 333, 334]
    each_line_rounded = sum(half_up(gross, Fraction(1000, 10001)) for gross in (3333, 3333, 3334))
    assert each_line_rounded == 999
    assert sum(shares) != each_line_rounded


def test_d01_left_over_units_go_to_the_lower_line_on_a_tie() -> None:
    priced = quote(basket(1000, 1000, 1000), programme(spend_and_save(3000, 1000)))
    assert [each.gross - each.net for each in priced.lines] == [334, 333, 333]


def test_d01_never_more_than_the_line() -> None:
    priced = quote(basket(1, 1, 10000), programme(spend_and_save(10002, 10002)))
    assert [each.net for each in priced.lines] == [0, 0, 0]


def test_d02_a_percentage_is_taken_off_the_sum_once_and_split_to_units() -> None:
    priced = quote(Basket((line(1, 199, 4),)), programme(tier_percent()), member("half"))
    assert (priced.gross, priced.saved) == (796, 398)
    assert priced.lines[0].units == (100, 100, 99, 99)
    assert priced.saved != 4 * half_up(199, Fraction(1, 2))  # each unit rounded: 4.00


def test_d02_the_sum_goes_over_all_lines_also_in_the_tier_step() -> None:
    priced = quote(basket(199, 199, 199, 199), programme(tier_percent()), member("half"))
    assert priced.saved == 398
    assert [each.gross - each.net for each in priced.lines] == [100, 100, 99, 99]


def test_d06_each_step_works_on_the_result_before_it() -> None:
    rules = programme(spend_and_save(15000, 2000, priority=1), tier_percent(priority=9))
    priced = quote(basket(20000, points=1000), rules, member("gold"), till(1000))
    assert [(reason.step, reason.amount) for reason in priced.reasons] == [(Step.TIER, 2400), (Step.ORDER, 2000)]
    assert (20000 - 2400, priced.net, priced.due) == (17600, 15600, 14600)
    assert priced.net != 20000 - 2000 - half_up(18000, Fraction(12, 100))  # the order first: 158.40


def test_d06_the_better_of_two_item_prices_stands() -> None:
    rules = programme(member_price({"6901234567892": 900}, "a"), member_price({"6901234567892": 800}, "b"))
    priced = quote(basket(1000), rules, member())
    assert (priced.net, [reason.offer for reason in priced.reasons]) == (800, ["b"])


def test_d06_the_threshold_is_on_the_sum_so_far() -> None:
    rules = programme(tier_percent(), spend_and_save(15000, 100))
    priced = quote(basket(17000), rules, member("gold"))
    assert priced.net == 14960  # 17000 reaches 150.00, and 149.60 does not
    assert priced.missed[0].miss is Miss.BELOW_THRESHOLD


def test_d06_nothing_goes_below_zero() -> None:
    priced = quote(basket(500, 500), programme(tier_percent(), spend_and_save(500, 500)), member("half"))
    assert [each.net for each in priced.lines] == [0, 0]


def test_d20_the_business_date_is_the_wall_clock_less_the_cut_off() -> None:
    at = Moment(1_772_299_800_000, "Asia/Shanghai", 4)
    assert at.local().isoformat() == "2026-03-01T01:30:00"
    assert at.business_date() == date(2026, 2, 28)
    assert at.business_date() != at.local().date()


def test_d20_an_offer_goes_by_the_wall_clock_and_not_by_the_business_date() -> None:
    rules = programme(spend_and_save(1000, 100, **{"from": "2026-03-01"}))
    assert quote(basket(1000), rules, at=Moment(1_772_299_800_000, "Asia/Shanghai", 4)).net == 900


def test_d26_the_member_gets_the_lowest_total() -> None:
    rules = programme(tier_percent(), spend_and_save(15000, 2000))
    priced = quote(basket(16000), rules, member("gold"))
    assert (priced.net, priced.proven) == (14000, True)
    assert priced.net != 14080  # every offer in turn: 12 % off, and then below the threshold


def test_d26_offers_of_one_step_go_in_any_order() -> None:
    rules = programme(spend_and_save(10000, 1000, "a", 1), spend_and_save(10000, 500, "b", 2))
    assert quote(basket(10000), rules).net == 9000
    rules = programme(spend_and_save(9000, 1000, "a", 1), spend_and_save(10000, 500, "b", 2))
    priced = quote(basket(10000), rules)
    assert (priced.net, [reason.offer for reason in priced.reasons]) == (8500, ["b", "a"])
    assert priced.net != 9000  # by priority alone the second would miss its threshold


def test_d26_a_member_never_pays_more_than_a_guest() -> None:
    rules = programme(member_price({"6901234567892": 9990}), spend_and_save(10000, 3000))
    own, guest = quote(basket(10000), rules, member()), quote(basket(10000), rules)
    assert own.net == guest.net == own.guest_net == 7000
    assert own.net != 9990


def test_d26_ties_go_to_fewer_offers() -> None:
    rules = programme(
        spend_and_save(10000, 500, "a", 1), spend_and_save(9500, 500, "b", 1), spend_and_save(10000, 1000, "c", 9)
    )
    priced = quote(basket(10000), rules)
    assert (priced.net, [reason.offer for reason in priced.reasons]) == (9000, ["c"])


def test_d26_then_to_the_smaller_list_of_priority_and_id() -> None:
    by_priority = programme(spend_and_save(10000, 500, "a", 2), spend_and_save(10000, 500, "b", 1))
    assert quote(basket(10000), by_priority).reasons[0].offer == "b"
    by_id = programme(spend_and_save(10000, 500, "b", 1), spend_and_save(10000, 500, "a", 1))
    assert quote(basket(10000), by_id).reasons[0].offer == "a"


def test_d26_then_to_the_order_of_priority() -> None:
    rules = programme(spend_and_save(100, 5, "b", 2), spend_and_save(100, 7, "a", 1))
    assert [reason.offer for reason in quote(basket(10000), rules).reasons] == ["a", "b"]


def test_d26_an_offer_that_takes_nothing_off_is_not_applied() -> None:
    rules = programme(member_price({"6901234567892": 1000}), tier_percent())
    priced = quote(basket(1000), rules, member())
    assert priced.reasons == ()
    assert {each.miss for each in priced.missed} == {Miss.NOTHING_OFF, Miss.TIER_TOO_LOW}


def test_d27_so_much_more_saves_so_much() -> None:
    priced = quote(basket(13800), programme(spend_and_save(15000, 2000)))
    assert priced.missed == (Missed("save", Miss.BELOW_THRESHOLD, distance=1200, saves=2000),)


def test_d27_the_distance_is_in_goods_at_item_price() -> None:
    rules, goods = programme(tier_percent(), spend_and_save(15000, 500)), 16136
    priced = quote(basket(goods), rules, member("gold"))
    assert priced.net == 14200  # 8.00 short after 12 % off
    assert priced.missed == (Missed("save", Miss.BELOW_THRESHOLD, distance=909, saves=500),)
    assert priced.missed[0].distance != 800
    assert quote(basket(goods, 909), rules, member("gold")).net == 15000 - 500
    assert quote(basket(goods, 908), rules, member("gold")).missed[0].distance == 1


def test_d27_every_line_and_the_order_say_why() -> None:
    rules = programme(member_price({"10000000": 900}), tier_percent(), spend_and_save(15000, 2000))
    goods = Basket((line(1, 18000), line(2, 1000, gtin="10000000")))
    priced = quote(goods, rules, member("gold"))
    for each in priced.lines:
        assert sum(reason.amount for reason in each.reasons) == each.gross - each.net
    for reason in priced.reasons:
        parts = [part.amount for each in priced.lines for part in each.reasons if part.offer == reason.offer]
        assert sum(parts) == reason.amount
    assert [reason.order for reason in priced.reasons] == [1, 2, 3]
    assert (priced.programme, priced.version) == ("chain", 3)


def test_d28_an_offer_that_was_removed_does_not_return_when_a_line_is_added() -> None:
    rules = programme(spend_and_save(10000, 1000))
    before = quote(basket(10000, removed=("save",)), rules)
    after = quote(basket(10000, 10000, removed=("save",)), rules)
    assert (before.net, after.net) == (10000, 20000)
    assert after.net != 19000
    assert after.missed == (Missed("save", Miss.REMOVED),)


def test_d28_another_offer_may_take_its_place() -> None:
    rules = programme(spend_and_save(10000, 1000, "a"), spend_and_save(10000, 700, "b"))
    assert quote(basket(10000, removed=("a",)), rules).net == 9300
