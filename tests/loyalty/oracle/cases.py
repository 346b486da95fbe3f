"""Random small cases from a seed: prices, quantities and thresholds that often tie, round and just reach."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.loyalty.oracle import earning_cases, offer_cases, state_cases
from tests.loyalty.oracle.offer_cases import CATEGORIES, GTINS, NAME, Shelf
from tests.loyalty.oracle.table import gross

Rule = dict[str, Any]

CURRENCIES = ("CNY", "CNY", "JPY", "KWD")
RATES = ([0, 1], [5, 100], [12, 100], [12, 100], [1, 3], [1, 2], [999, 1000])
OTHER_KINDS = ("freight", "tip", "gift_card", "deposit")


def case(seed: int, number: int) -> Rule:
    """Case `number` of `seed`: programme, basket, member, state and moment, all plain JSON."""
    draw = Random(f"{seed}/{number}")
    lines = basket_lines(draw)
    goods = [line for line in lines if "kind" not in line]
    shelf = Shelf(sum(map(gross, goods)), goods[0]["unit_price"] if goods else 100)
    offers = [offer_cases.offer(draw, f"o{place}", shelf) for place in range(draw.choice((1, 3, 4, 5, 6, 7, 8)))]
    if draw.random() < 0.3:
        offers = offer_cases.of_one_step(draw, offers, shelf)
    member, moment = state_cases.member(draw), state_cases.moment(draw)
    rules = programme(draw, offers)
    state, codes = state_cases.state(draw, rules, member, moment)
    removed = [offer["id"] for offer in offers if draw.random() < 0.05]
    asked = draw.choice((0, 0, 1, 5, 10, 50, 100, 250, 10_000))
    return {
        "programme": rules,
        "basket": {"lines": lines, "removed": removed, "points": asked, "coupons": codes},
        "member": member,
        "state": state,
        "moment": moment,
    }


def basket_lines(draw: Random) -> list[Rule]:
    """One to four lines, seldom none; the numbers need not be dense, nor in order."""
    count = 0 if draw.random() < 0.01 else draw.choice((1, 2, 3, 3, 4, 4))
    numbers = draw.sample(range(1, 7), count)
    price = _prices(draw)
    return [_line(draw, no, price(draw)) for no in numbers]


def _line(draw: Random, no: int, price: int) -> Rule:
    line: Rule = {
        "no": no,
        "gtin": draw.choice(GTINS),
        "quantity": draw.choice((1, 1, 2, 2, 3, 4, 5)),
        "unit_price": price,
        "category": draw.choice(CATEGORIES),
    }
    if draw.random() < 0.12:
        line |= {"quantity": 1, "grams": draw.choice((1, 250, 333, 500, 1000, 1499))}
    if draw.random() < 0.1:
        line["kind"] = draw.choice(OTHER_KINDS)
        if line["kind"] == "deposit" and draw.random() < 0.5:
            line["unit_price"] = -price
    return line


def _prices(draw: Random) -> Any:
    """A way of drawing prices for one basket: tiny ones round, tidy ones tie and reach thresholds exactly."""
    return draw.choice(
        (
            lambda draw: draw.randint(0, 12),
            lambda draw: draw.choice((2, 3, 199, 199, 200, 333)),
            lambda draw: draw.randrange(0, 1000, 50),
            lambda draw: draw.randint(1, 5000),
        )
    )


def programme(draw: Random, offers: list[Rule]) -> Rule:
    """A programme of format 2 with these offers, and a coupon rule for each offer of the coupon step."""
    coupons = [
        {
            "id": f"c-{offer['id']}",
            "name": NAME,
            "offer": offer["id"],
            "issue": {"by": "hq"},
            "transferable": draw.random() < 0.1,
        }
        for offer in offers
        if offer["kind"].startswith("coupon")
    ]
    rules: Rule = {
        "format": 2,
        "id": "chain",
        "version": 1,
        "currency": draw.choice(CURRENCIES),
        "zone": draw.choice(("Asia/Shanghai", "Europe/Berlin")),
        "valid_from": "2026-01-01",
        "valid_until": "2027-12-31",
        "tiers": [_tier(draw, "regular", 1), _tier(draw, "gold", 2)],
        **earning_cases.earning(draw),
        "points_as_money": _points_as_money(draw),
        "offers": offers,
        "coupons": coupons,
        "limits": {"copyable_daily_points": draw.choice((0, 100, 2000))},
        "cash_rounding": 0,
    }
    if draw.random() < 0.4:
        rules["tax"] = tax(draw)
    if draw.random() < 0.25:
        rules["order_cap"] = draw.choice(([0, 1], [1, 10], [1, 3], [1, 2], [1, 1]))
    if draw.random() < 0.3:
        rules["birthday"] = {"window_days": draw.choice((0, 3, 7)), "leap_day": draw.choice(("02-28", "03-01"))}
    return rules


def _tier(draw: Random, id: str, rank: int) -> Rule:
    earn = draw.choice(([1, 1], [3, 2], [2, 1], [1, 3]))
    return {"id": id, "name": NAME, "rank": rank, "percent_off": draw.choice(RATES), "earn": earn}


def _points_as_money(draw: Random) -> Rule:
    points, money = draw.choice(((100, 100), (10, 1), (1, 1), (3, 50)))
    return {"points": points, "money": money, "cap": draw.choice(([1, 2], [1, 3], [1, 1], [0, 1]))}


def tax(draw: Random) -> Rule:
    categories = draw.sample(CATEGORIES, 2)
    rates: list[Rule] = [
        {"id": "high", "rate": draw.choice(([13, 100], [19, 100], [1, 3])), "categories": [categories[0]]},
        {"id": "low", "rate": draw.choice(([9, 100], [0, 1])), "categories": [categories[1]]},
    ]
    rules: Rule = {"mode": draw.choice(("inclusive", "inclusive", "exclusive")), "rates": rates}
    return rules if draw.random() < 0.3 else {**rules, "default": draw.choice(("high", "low"))}
