"""`price`: the whole of a quote."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty import ENGINE, Basket, MemberFacts, Moment
from loyalty.quote import TierProgress
from tests.loyalty.material import (
    GTIN,
    NAME,
    NOON,
    basket,
    line,
    member,
    member_price,
    newest,
    programme,
    quote,
    spend_and_save,
    tier_percent,
    till,
)

RULES = programme(
    member_price({"10000000": 900}),
    tier_percent(excluded=("tobacco",)),
    spend_and_save(15000, 2000),
)


def test_an_empty_basket_costs_nothing() -> None:
    priced = quote(Basket(), RULES, member("gold"))
    assert (priced.gross, priced.net, priced.due, priced.lines, priced.reasons) == (0, 0, 0, (), ())
    assert len(priced.missed) == len(RULES.offers)


def test_a_quote_says_by_which_rules_it_was_made() -> None:
    priced = quote(basket(100), RULES)
    assert (priced.currency, priced.programme, priced.version, priced.engine) == ("CNY", "chain", 3, ENGINE)


def test_a_quote_has_the_currency_and_the_lines_as_they_were_scanned() -> None:
    priced = quote(Basket((line(4, 250, 3, gtin="10000000"), line(2, 100))), programme(currency="JPY"))
    assert priced.currency == "JPY"
    assert [(each.no, each.gtin, each.quantity, each.gross) for each in priced.lines] == [
        (2, GTIN, 1, 100), (4, "10000000", 3, 750),
    ]  # fmt: skip


def test_gross_less_saved_is_net_and_net_less_points_is_due() -> None:
    priced = quote(basket(10000, 10000, points=1000), RULES, member("gold"), till(2000))
    assert (priced.gross, priced.saved, priced.net, priced.use.money, priced.due) == (20000, 4400, 15600, 1000, 14600)
    assert sum(each.net for each in priced.lines) == priced.net
    assert sum(each.base for each in priced.lines) == priced.due
    assert sum(reason.amount for reason in priced.reasons) == priced.saved


def test_each_line_splits_what_came_off_over_its_units() -> None:
    priced = quote(Basket((line(1, 199, 4), line(2, 50, 3))), RULES, member("half"))
    for each in priced.lines:
        assert sum(each.units) == each.gross - each.net
        assert len(each.units) == each.quantity


def test_lines_come_out_by_number_whatever_the_order_they_came_in() -> None:
    lines = (line(3, 333), line(1, 999, 2), line(2, 5000, category="tobacco"))
    priced = quote(Basket(lines), RULES, member("gold"))
    assert [each.no for each in priced.lines] == [1, 2, 3]
    assert quote(Basket(lines[::-1]), RULES, member("gold")) == priced


def test_a_guest_pays_the_guest_price_and_earns_nothing() -> None:
    priced = quote(basket(16000), RULES)
    assert (priced.net, priced.guest_net, priced.earned, priced.earns) == (14000, 14000, (), 0)


def test_the_quote_of_a_member_says_what_a_guest_would_pay() -> None:
    priced = quote(basket(16000), RULES, member("gold"))
    assert (priced.net, priced.guest_net) == (14000, 14000)  # 12 % off would cost the member the 20.00
    priced = quote(basket(20000), RULES, member("gold"))
    assert (priced.net, priced.guest_net) == (15600, 18000)
    priced = quote(basket(10000), RULES, member("gold"))
    assert (priced.net, priced.guest_net) == (8800, 10000)  # nothing is open to a guest here


def test_the_cap_holds_for_what_a_guest_would_pay_too() -> None:
    rules = newest(tier_percent(), spend_and_save(300, 300), order_cap=[25, 100])
    priced = quote(basket(1000), rules, member("gold"))
    assert (priced.net, priced.guest_net) == (750, 750)
    assert [(each.offer, each.amount) for each in priced.reasons] == [("save", 250)], "fewer offers are better"
    rules = newest(tier_percent(), spend_and_save(300, 300), order_cap=[4, 10])
    priced = quote(basket(1000), rules, member("gold"))
    assert (priced.net, priced.guest_net) == (600, 700)


def test_a_member_never_pays_more_than_a_guest_even_by_best_effort() -> None:
    lines = tuple(line(no, 1000, gtin=f"{10000000 + no}") for no in range(1, 15))
    prices = [member_price({f"{10000000 + no}": 999}, f"p{no:02}") for no in range(1, 15)]
    saves = [spend_and_save(13000 + 100 * no, 90 * no, f"s{no}") for no in range(1, 11)]
    rules = programme(*prices, *saves)
    guest, own = quote(Basket(lines), rules), quote(Basket(lines), rules, member())
    assert (guest.proven, own.proven) == (True, False)
    assert own.net <= guest.net == own.guest_net


@pytest.mark.parametrize(("hour", "net"), [(0, 1000), (23, 1000), (24, 900)])
def test_an_offer_begins_by_the_wall_clock_of_the_shop(hour: int, net: int) -> None:
    rules = programme(spend_and_save(1000, 100, **{"from": "2026-03-02"}))
    midnight = NOON.utc_ms - 12 * 3_600_000
    assert quote(basket(1000), rules, at=Moment(midnight + hour * 3_600_000)).net == net


def test_the_same_instant_is_another_day_in_another_shop() -> None:
    rules = programme(spend_and_save(1000, 100, **{"from": "2026-03-02"}))
    evening = NOON.utc_ms + 8 * 3_600_000
    assert quote(basket(1000), rules, at=Moment(evening, "Asia/Shanghai")).net == 1000
    assert quote(basket(1000), rules, at=Moment(evening, "Pacific/Auckland")).net == 900


def test_free_goods_are_priced_like_any_other() -> None:
    priced = quote(Basket((line(1, 0, 2), line(2, 20000))), RULES, member("gold"))
    assert [each.net for each in priced.lines] == [0, 15600]


def test_a_tier_that_is_gone_from_the_programme_stops_no_sale() -> None:
    assert quote(basket(100), RULES, replace(member(), tier="platinum")).net == 100


def test_a_quote_says_how_far_the_next_tier_is() -> None:
    tiers = [
        {"id": "regular", "name": NAME, "rank": 1, "percent_off": [0, 1], "earn": [1, 1]},
        {"id": "gold", "name": NAME, "rank": 2, "percent_off": [1, 10], "earn": [1, 1], "threshold": 100000},
    ]
    rules = newest(tiers=tiers, tier_policy={"metric": "spend", "window": "calendar_year"})
    found = quote(basket(5000), rules, MemberFacts("m1", "regular", qualifying=70000)).tier
    assert found == TierProgress("gold", "spend", 30000)  # 300.00 more to gold
    assert quote(basket(5000), rules, MemberFacts("m1", "regular")).tier is None
    assert quote(basket(5000), rules).tier is None
