"""Kinds that take an amount off a sum: by tier, category, order and coupon."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty import Basket, Miss, ProgrammeError, Quote, TillState
from loyalty.coupon import Coupon
from tests.loyalty.material import line, member, newest, offer, quote, spend_and_save, tier_percent
from tests.loyalty.till_material import conditions

GOODS = Basket((line(1, 10000, category="regular"), line(2, 3333, category="special"), line(3, 500, category="bags")))


def priced(*entries: dict[str, Any], goods: Basket = GOODS, who: str = "gold", **changes: Any) -> Quote:
    return quote(goods, newest(*entries, **changes), member(who) if who else None)


def nets(found: Quote) -> list[int]:
    return [each.net for each in found.lines]


def test_each_category_has_its_rate_fixed_once() -> None:
    """正价8折, 特价9折."""
    rates = [{"categories": ["regular"], "percent": [20, 100]}, {"categories": ["special"], "percent": [10, 100]}]
    found = priced(offer("category_percent", rates=rates))
    assert nets(found) == [8000, 3000, 500]
    assert found.reasons[0].amount == 2333


def test_a_line_belongs_to_the_first_rate_that_names_it() -> None:
    rates = [{"categories": ["bags"], "percent": [1, 2]}, {"categories": ["bags", "regular"], "percent": [1, 10]}]
    assert nets(priced(offer("category_percent", rates=rates))) == [9000, 3333, 250]


def test_a_rate_names_categories() -> None:
    with pytest.raises(ProgrammeError, match="name at least one category"):
        newest(offer("category_percent", rates=[{"categories": [], "percent": [1, 2]}]))


def test_a_tier_without_a_percentage_gets_nothing() -> None:
    assert priced(tier_percent(), who="regular").missed[0].miss is Miss.TIER_TOO_LOW
    assert priced(tier_percent(), who="").missed[0].miss is Miss.MEMBERS_ONLY


def test_a_percentage_from_a_threshold_on_and_up_to_an_amount() -> None:
    found = priced(offer("percent_off", percent=[10, 100], threshold=13833, most=1000))
    assert (found.net, found.reasons[0].amount) == (12833, 1000)
    far = priced(offer("percent_off", percent=[10, 100], threshold=13834)).missed[0]
    assert (far.miss, far.distance, far.saves) == (Miss.BELOW_THRESHOLD, 1, 1383)


def test_a_percentage_counts_what_is_left_towards_its_threshold() -> None:
    found = priced(offer("percent_off", percent=[1, 100], threshold=13000), spend_and_save(10000, 1000))
    assert ([each.offer for each in found.reasons], found.net) == (["percent-off", "save"], 13833 - 138 - 1000)
    found = priced(tier_percent(), offer("percent_off", percent=[1, 100], threshold=13000))
    assert ([each.offer for each in found.reasons], found.net) == (["tier"], 13833 - 1660)


@pytest.mark.parametrize(("spent", "saved"), [(9999, 0), (10000, 1000), (19999, 1000), (20000, 2500), (90000, 2500)])
def test_the_best_step_reached_holds(spent: int, saved: int) -> None:
    steps = [{"threshold": 10000, "save": 1000}, {"threshold": 20000, "save": 2500}]
    assert priced(offer("spend_and_save", steps=steps), goods=Basket((line(1, spent),))).net == spent - saved


@pytest.mark.parametrize(("spent", "saved"), [(99, 0), (100, 30), (199, 30), (200, 60), (1000, 300)])
def test_every_full_threshold_saves(spent: int, saved: int) -> None:
    assert priced(spend_and_save(100, 30, repeat=True), goods=Basket((line(1, spent),))).net == spent - saved


def test_steps_rise_and_do_not_repeat() -> None:
    down = [{"threshold": 200, "save": 20}, {"threshold": 100, "save": 30}]
    with pytest.raises(ProgrammeError, match="need more and save more"):
        newest(offer("spend_and_save", steps=down))
    up = [{"threshold": 100, "save": 20}, {"threshold": 200, "save": 30}]
    first, second, third = ({"threshold": 100 * number, "save": 20 * number} for number in (1, 2, 3))
    assert priced(offer("spend_and_save", steps=[first, second, third]), goods=Basket((line(1, 300),))).net == 240
    for last in ({**third, "threshold": 200}, {**third, "save": 40}):
        with pytest.raises(ProgrammeError, match="need more and save more"):
            newest(offer("spend_and_save", steps=[first, second, last]))
    with pytest.raises(ProgrammeError, match="not with steps"):
        newest(offer("spend_and_save", steps=up, repeat=True))
    with pytest.raises(ProgrammeError, match="at most the threshold, 100"):
        newest(spend_and_save(100, 101))
    with pytest.raises(ProgrammeError, match="list of 1 to 50"):
        newest(offer("spend_and_save", steps=[]))


def with_coupon(entry: dict[str, Any], *others: dict[str, Any], goods: Basket = GOODS, **more: Any) -> Quote:
    rule = {"id": "rule", "name": {"en": "Rule"}, "offer": entry["id"], "issue": {"by": "hq"}}
    rules = newest(entry, *others, coupons=[rule], **more)
    chosen = Basket(goods.lines, coupons=("c1",))
    return quote(chosen, rules, member("gold"), TillState(coupons=(Coupon("c1", "rule"),)))


def test_a_coupon_takes_a_percentage_after_everything_else() -> None:
    found = with_coupon(offer("coupon_percent", percent=[10, 100]), spend_and_save(10000, 833))
    assert [(each.offer, each.amount) for each in found.reasons] == [("save", 833), ("coupon-percent", 1300)]
    assert [(each.kind, each.key, each.amount) for each in found.rights] == [("coupon", "c1", 1)]
    assert [(each.code, each.used) for each in found.coupons] == [("c1", True)]


def test_a_coupon_for_an_amount_takes_at_most_what_is_there() -> None:
    assert with_coupon(offer("coupon_amount", amount=700)).net == 13833 - 700
    assert with_coupon(offer("coupon_amount", amount=700, categories=["bags"])).net == 13833 - 500
    far = with_coupon(offer("coupon_amount", amount=700, threshold=20000))
    assert (far.net, far.rights, far.coupons[0].used) == (13833, (), False)
    assert far.missed[0].distance == 20000 - 13833


def test_a_coupon_counts_what_is_left_towards_its_threshold() -> None:
    assert with_coupon(offer("coupon_amount", amount=700, threshold=13833)).net == 13833 - 700
    found = with_coupon(offer("coupon_amount", amount=700, threshold=13000), spend_and_save(10000, 1000))
    assert [each.offer for each in found.reasons] == ["save"]
    assert found.net == 12833


def test_a_coupon_for_an_item_frees_the_dearest_units() -> None:
    goods = Basket((line(1, 400, 3, category="tea"), line(2, 300, category="tea"), line(3, 900, category="cake")))
    assert with_coupon(offer("coupon_item", categories=["tea"]), goods=goods).net == 2400 - 400
    two = offer("coupon_item", categories=["tea"], quantity=4, percent=[1, 2])
    assert nets(with_coupon(two, goods=goods)) == [600, 150, 900]


def test_units_cost_what_earlier_discounts_left() -> None:
    """1,000 for three units is 334, 333, 333; the dearest goes."""
    goods = Basket((line(1, 400, 3, category="tea"),))
    found = with_coupon(offer("coupon_item", categories=["tea"]), spend_and_save(1200, 200), goods=goods)
    assert [(each.offer, each.amount) for each in found.reasons] == [("save", 200), ("coupon-item", 334)]


def test_an_exchange_leaves_a_fixed_payment() -> None:
    goods = Basket((line(1, 400, 2, category="tea"), line(2, 90, category="tea")))
    assert nets(with_coupon(offer("coupon_exchange", pay=100, quantity=3), goods=goods)) == [200, 90]
    assert with_coupon(offer("coupon_exchange", pay=500), goods=goods).missed[0].miss is Miss.NOTHING_OFF


def test_the_cap_leaves_nothing_and_says_so() -> None:
    found = with_coupon(offer("coupon_amount", amount=700), tier_percent(), order_cap=[12, 100])
    assert [each.offer for each in found.reasons] == ["tier"]
    assert [(each.offer, each.miss) for each in found.missed] == [("coupon-amount", Miss.CAP_REACHED)]
    assert found.gross - found.net == 13833 * 12 // 100


def test_a_budget_cuts_what_comes_off() -> None:
    budget = {"scope": "order", "measure": "money", "most": 777}
    assert priced(tier_percent(limits=[budget])).net == 13833 - 777


def test_one_of_an_exclusion_group_is_applied_and_the_other_names_it() -> None:
    found = priced(spend_and_save(100, 10, "small", group="save"), spend_and_save(100, 20, "large", group="save"))
    assert [each.offer for each in found.reasons] == ["large"]
    assert (found.missed[0].offer, found.missed[0].miss, found.missed[0].other) == ("small", Miss.EXCLUDED, "large")


def test_an_offer_asks_its_audience_first_and_its_kind_then() -> None:
    (tier,) = newest(tier_percent(until="2026-02-28")).offers
    asked = conditions(newest(), [], member("gold")).buyer.shopper
    assert tier.barred(asked) is Miss.ENDED
    (open_ended,) = newest(tier_percent()).offers
    assert open_ended.barred(asked) is None
    assert open_ended.barred(conditions(newest(), []).buyer.shopper) is Miss.MEMBERS_ONLY
