"""Kinds of the second step: units that take part, down the order of price."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty import Basket, Miss, Missed, ProgrammeError, Quote, TillState
from tests.loyalty.material import GTIN, line, member, member_price, newest, offer, quote, tier_percent

OTHER = "10000000"
GOODS = Basket((line(1, 500, 2, category="tea"), line(2, 900, category="tea"), line(3, 300, category="cake")))


def priced(*entries: dict[str, Any], goods: Basket = GOODS, state: TillState | None = None, who: str = "") -> Quote:
    return quote(goods, newest(*entries), member(who) if who else None, state)


def nets(found: Quote) -> list[int]:
    return [each.net for each in found.lines]


def limited(measure: str, most: int) -> dict[str, Any]:
    return {"limits": [{"scope": "order", "measure": measure, "most": most}]}


def counted(measure: str) -> dict[str, Any]:
    return {"limits": [{"scope": "terminal", "measure": measure, "most": 999}]}


def test_the_second_at_half_price_is_the_cheaper_of_each_pair_and_both_share_it() -> None:
    """900, 500 | 500: half of 500 is 250, divided by 900 : 500; a return of one keeps its part."""
    found = priced(offer("nth_unit", categories=["tea"], nth=2, percent=[1, 2]))
    assert nets(found) == [1000 - 89, 900 - 161, 300]
    assert found.reasons[0].amount == 250


def test_buy_two_get_one_frees_the_last_of_each_block() -> None:
    found = priced(offer("buy_get", buy=2, get=1))
    assert found.reasons[0].amount == 500  # 900 500 500 | 300
    assert found.net == 2200 - 500


def test_further_goods_may_be_the_gift() -> None:
    gift = offer("buy_get", categories=["tea"], buy=2, get=1, percent=[1, 2], get_categories=["cake"])
    found = priced(gift)
    assert found.reasons[0].amount == 150
    assert nets(found) == [1000 - 115, 900, 300 - 35]  # the two cheapest teas and the cake took part
    assert priced(gift, goods=Basket((line(1, 500, 4, category="tea"),))).reasons == ()


def test_a_gift_of_a_named_product() -> None:
    gift = offer("buy_get", categories=["tea"], buy=1, get=2, get_products=[OTHER])
    goods = Basket((line(1, 500, category="tea"), line(2, 200, 3, gtin=OTHER)))
    assert priced(gift, goods=goods).reasons[0].amount == 400


def test_of_enough_units_the_cheapest_is_free_once() -> None:
    assert priced(offer("cheapest_free", of=4)).reasons[0].amount == 300
    missed = priced(offer("cheapest_free", of=6)).missed
    assert missed == (Missed("cheapest-free", Miss.TOO_FEW_UNITS, units=2),)
    assert priced(offer("cheapest_free", of=3, **limited("units", 3))).reasons == ()
    assert priced(offer("cheapest_free", of=3, **limited("units", 4))).reasons[0].amount == 300
    free = Basket((line(1, 0), line(2, 500)))
    assert priced(offer("cheapest_free", of=2), goods=free).missed[0].miss is Miss.NOTHING_OFF


PARTS = [{"categories": ["tea"], "quantity": 1}, {"categories": ["cake"], "quantity": 1}]


def test_a_bundle_takes_the_dearest_of_each_part() -> None:
    found = priced(offer("bundle", parts=PARTS, price=1000))
    assert (nets(found), found.reasons[0].amount) == ([1000, 750, 250], 200)


def test_a_bundle_that_costs_more_than_its_goods_is_not_made() -> None:
    assert priced(offer("bundle", parts=PARTS, price=1200)).reasons == ()
    goods = Basket((line(1, 900, category="tea"), line(2, 300, category="tea"), line(3, 300, 2, category="cake")))
    assert priced(offer("bundle", parts=PARTS, price=1000), goods=goods).net == 1800 - 200  # the second set is cheap


def test_a_set_that_costs_just_its_price_is_not_made() -> None:
    goods = Basket((line(1, 900, category="tea"), line(2, 700, category="tea"), line(3, 300, 2, category="cake")))
    found = priced(offer("bundle", parts=PARTS, price=1000), goods=goods)
    assert nets(found) == [750, 700, 600 - 50]


def test_sets_of_several_units_are_made_while_they_cost_more() -> None:
    parts = [{"categories": ["tea"], "quantity": 2}]
    teas = [line(no, cost, category="tea") for no, cost in enumerate((900, 800, 700, 600, 400, 300, 200, 100), 1)]
    found = priced(offer("bundle", parts=parts, price=1000), goods=Basket(tuple(teas)))
    assert found.reasons[0].amount == (900 + 800 - 1000) + (700 + 600 - 1000)
    assert nets(found)[4:] == [400, 300, 200, 100]
    (once,) = priced(offer("bundle", parts=parts, price=1000, **limited("units", 3)), goods=Basket(tuple(teas))).reasons
    assert once.amount == 700


def test_a_bundle_at_a_percentage() -> None:
    goods = Basket((line(1, 333, 2, category="tea"), line(2, 333, 2, category="cake")))
    assert priced(offer("bundle", parts=PARTS, percent=[15, 100]), goods=goods).reasons[0].amount == 200


def test_a_unit_belongs_to_the_first_part_that_covers_it() -> None:
    parts = [{"products": [GTIN], "quantity": 2}, {"categories": ["tea", "cake"], "quantity": 1}]
    goods = Basket((line(1, 500, 3, category="tea"), line(2, 300, gtin=OTHER, category="cake")))
    assert priced(offer("bundle", parts=parts, price=1000), goods=goods).net == 500 + 1000


@pytest.mark.parametrize("more", [{}, {"price": 100, "percent": [1, 10]}])
def test_a_bundle_has_a_price_or_a_percentage(more: dict[str, Any]) -> None:
    with pytest.raises(ProgrammeError, match="either 'price' or 'percent'"):
        newest(offer("bundle", parts=PARTS, **more))


def test_a_flash_sale_gives_the_largest_savings_first_as_far_as_it_goes() -> None:
    goods = Basket((line(1, 500, 2), line(2, 900, gtin=OTHER)))
    sale = {"prices": {GTIN: 300, OTHER: 800}}
    assert priced(offer("flash_sale", **sale), goods=goods).reasons[0].amount == 500
    assert priced(offer("flash_sale", **sale, **limited("units", 1)), goods=goods).reasons[0].amount == 200
    assert priced(offer("flash_sale", **sale, **limited("times", 2)), goods=goods).reasons[0].amount == 400
    dear = offer("flash_sale", prices={GTIN: 500})
    assert priced(dear, goods=goods).missed[0].miss is Miss.NOTHING_OFF


def test_a_flash_sale_leaves_units_alone_that_it_makes_no_cheaper() -> None:
    goods = Basket((line(1, 500, 2), line(2, 801, gtin=OTHER)))
    found = priced(offer("flash_sale", prices={GTIN: 500, OTHER: 800}, **counted("units")), goods=goods)
    assert (found.net, [right.amount for right in found.rights]) == (1800, [1])


def test_a_flash_sale_of_weighed_goods_is_rounded_once() -> None:
    goods = Basket((replace(line(1, 1990), grams=333),))  # 6.63
    assert priced(offer("flash_sale", prices={GTIN: 1490}), goods=goods).net == 496


def test_a_flash_sale_works_on_the_member_s_price() -> None:
    entries = (member_price({GTIN: 400}), offer("flash_sale", prices={GTIN: 300}, **limited("units", 1)))
    assert priced(*entries, goods=Basket((line(1, 500, 2),)), who="regular").net == 700


def test_ten_stamps_make_the_eleventh_free() -> None:
    card = offer("stamp_card", categories=["tea"], buys=10)
    found = priced(card, state=TillState(stamps={"stamp-card": 8}), who="regular")
    assert found.reasons[0].amount == 500  # 8 and two paid ones make ten
    assert [(right.kind, right.amount) for right in found.rights] == [("stamp", 8)]
    few = priced(card, state=TillState(stamps={"stamp-card": 7}), who="regular")
    assert few.reasons == ()
    assert [(right.kind, right.amount) for right in few.rights] == [("stamp", -3)]
    assert priced(card).missed[0].miss is Miss.MEMBERS_ONLY
    limit = offer("stamp_card", categories=["tea"], buys=10, **limited("units", 2))
    assert priced(limit, state=TillState(stamps={"stamp-card": 9}), who="regular").reasons == ()


def test_units_that_another_offer_took_collect_no_stamps() -> None:
    card = offer("stamp_card", categories=["tea"], buys=10)
    found = priced(card, offer("nth_unit", categories=["tea"], nth=2, percent=[1, 2]), who="regular")
    assert [(right.key, right.amount) for right in found.rights] == [("stamp-card", -1)]


TEAS = Basket((line(1, 500, 4, category="tea"), line(2, 300, 2, category="cake")))


@pytest.mark.parametrize(
    ("entry", "times", "units"),
    [
        (offer("nth_unit", nth=2, percent=[1, 2]), 3, 6),
        (offer("buy_get", buy=1, get=1), 3, 6),
        (offer("buy_get", categories=["tea"], buy=2, get=1, get_categories=["cake"]), 2, 6),
        (offer("buy_get", categories=["tea"], buy=1, get=2, get_categories=["cake"]), 1, 3),
        (offer("cheapest_free", of=6), 1, 6),
        (offer("bundle", parts=PARTS, price=500), 2, 4),
        (offer("flash_sale", prices={GTIN: 100}), 6, 6),
        (offer("stamp_card", buys=2), 2, 6),
    ],
)
def test_a_limit_counts_the_sets_or_the_units_that_took_part(entry: dict[str, Any], times: int, units: int) -> None:
    for measure, count in (("times", times), ("units", units)):
        found = priced({**entry, **counted(measure)}, goods=TEAS, who="regular")
        assert [right.amount for right in found.rights if right.kind == "limit"] == [count]


@pytest.mark.parametrize(("units", "sets"), [(6, 2), (5, 1), (3, 1)])
def test_only_whole_sets_fit_into_a_limit_of_units(units: int, sets: int) -> None:
    gift = offer("buy_get", categories=["tea"], buy=2, get=1, get_categories=["cake"], **limited("units", units))
    assert priced(gift, goods=TEAS).reasons[0].amount == 300 * sets


@pytest.mark.parametrize(("measure", "most", "off"), [("times", 1, 300), ("times", 2, 600), ("units", 6, 600)])
def test_limits_of_a_stamp_card(measure: str, most: int, off: int) -> None:
    card = offer("stamp_card", buys=2, **limited(measure, most))
    assert priced(card, goods=TEAS, who="regular").reasons[0].amount == off


@pytest.mark.parametrize(("measure", "most", "off"), [("times", 1, 250), ("units", 3, 250), ("money", 333, 333)])
def test_limits_cut_what_an_item_offer_does(measure: str, most: int, off: int) -> None:
    half = offer("nth_unit", nth=2, percent=[1, 2], **limited(measure, most))
    assert priced(half).reasons[0].amount == off  # 900 500 | 500 300 would be 400


def test_the_tier_comes_after_the_item_offers() -> None:
    found = priced(offer("buy_get", buy=2, get=1), tier_percent(), who="gold")
    assert [(each.offer, each.amount) for each in found.reasons] == [("buy-get", 500), ("tier", 204)]
