"""What the oracle says of tax, points, earning, rights and misses is what was worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.loyalty.oracle.answer import answer
from tests.loyalty.oracle.shopper import kept_birthday
from tests.loyalty.test_oracle_by_hand import MILK, TEA, case, line, offer

Rule = dict[str, Any]


def of(found: str, *arguments: Any, **more: Any) -> Any:
    return answer(case(*arguments, **more))[found]


def taxed(mode: str, *rates: tuple[str, list[int], str]) -> Rule:
    told = [{"id": id, "rate": rate, "categories": [category]} for id, rate, category in rates]
    return {"tax": {"mode": mode, "rates": told}}


def test_d03_points_are_floored_once() -> None:
    assert of("earned", [line(no, 1500) for no in (1, 2, 3)], []) == {"base": 4}


def test_d04_the_base_is_what_was_really_paid() -> None:
    """Points pay for goods alone, and freight earns nothing."""
    found = answer(case([line(1, 10000), line(2, 10000), line(3, 900, kind="freight")], [], points=300))
    assert found["bases"] == {1: 9850, 2: 9850, 3: 0}
    assert found["paid"] == {1: 150, 2: 150, 3: 0}


@pytest.mark.parametrize(("base", "mode", "expected"), [("gross", "inclusive", 9000), ("net", "inclusive", 7965)])
def test_d04_the_base_includes_tax_unless_the_policy_says_otherwise(base: str, mode: str, expected: int) -> None:
    rules = taxed(mode, ("high", [13, 100], "snacks")) | {"points": {"base": base}}
    assert of("bases", [line(1, 9000)], [], programme=rules) == {1: expected}


def test_d07_tax_is_taken_out_once_for_each_rate() -> None:
    assert of("taxes", [line(1, 9000)], [], programme=taxed("inclusive", ("high", [13, 100], "snacks"))) == [
        ["high", 7965, 1035]
    ]


def test_d07_tax_on_top_is_due_as_well() -> None:
    rules = taxed("exclusive", ("high", [13, 100], "snacks"), ("low", [9, 100], "drinks"))
    found = answer(case([line(1, 50), line(2, 50), line(3, 50, category="drinks")], [], programme=rules))
    assert found["taxes"] == [["high", 100, 13], ["low", 50, 5]]
    assert found["tax of lines"] == {1: ["high", 7], 2: ["high", 6], 3: ["low", 5]}
    assert (found["net"], found["due"]) == (150, 168)


def test_d07_bottles_that_come_back_bring_their_tax() -> None:
    rules = taxed("inclusive", ("high", [13, 100], "snacks"))
    found = answer(case([line(1, 113), line(2, -226, kind="deposit")], [], programme=rules))
    assert found["taxes"] == [["high", -100, -13]]
    assert found["tax of lines"] == {1: ["high", 13], 2: ["high", -26]}


def test_d08_whole_units_within_the_cap() -> None:
    lots = [{"id": "lot", "points": 2399}]
    found = answer(case([line(1, 2345)], [], points=2399, lots=lots))
    assert found["use"] == {
        "asked": 2399, "points": 1100, "money": 1100, "available": 1100, "limited_by": "cap",
    }  # fmt: skip


def test_points_pay_no_more_than_is_left_when_bottles_come_back() -> None:
    found = answer(case([line(1, 400), line(2, -300, kind="deposit")], [], points=1000))
    assert found["use"]["money"] == 0


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"assurance": "P0"}, "assurance"),
        ({"lots": [{"id": "lot", "points": 400, "expires_on": "2026-02-28"}]}, "available"),
        ({"assurance": "P1"}, "copyable_daily"),
    ],
)
def test_why_points_are_not_used(more: Rule, why: str) -> None:
    assert of("use", [line(1, 10000)], [], points=100, **more)["limited_by"] == why


def test_d19_a_birthday_on_29_february() -> None:
    born = {"birthday": "1988-02-29"}
    assert kept_birthday(born, date(2026, 2, 25), {}) == 2026
    assert kept_birthday(born, date(2026, 3, 4), {}) is None
    assert kept_birthday(born, date(2026, 3, 4), {"leap_day": "03-01"}) == 2026
    assert kept_birthday(born, date(2028, 3, 3), {}) == 2028
    assert kept_birthday({"birthday": "1990-01-02"}, date(2026, 12, 31), {}) == 2027
    assert kept_birthday(born | {"birthday_changed_on": "2026-02-01"}, date(2026, 2, 28), {}) is None


def test_coefficients_and_full_amounts_of_earning() -> None:
    lines = [line(1, 150), line(2, 150, category="drinks")]
    double = {"id": "double", "factor": [2, 1], "categories": ["drinks"]}
    each = {"id": "each", "kind": "each_full", "points": 1, "per": 100}
    rules = {"earning": [each], "earning_events": [double]}
    assert of("earned", lines, [], programme=rules) == {"each": 4}  # 150 of 2, 150 of 1: 300 in full, 450 hundredths
    rules["earning"] = [each | {"per": 200}]
    assert of("earned", lines, [], programme=rules) == {"each": 1}  # 200 in full: 150 of 2 and 50 of 1
    rules["earning"] = [{"id": "unit", "kind": "per_unit", "points": 3}]
    assert of("earned", lines, [], programme=rules) == {"unit": 9}


def test_stamps_come_in_and_go_out() -> None:
    card = offer("card", "stamp_card", buys=3)
    assert of("rights", [line(1, 100, 2)], [card]) == {"stamp card": -2}
    assert of("rights", [line(1, 100, 2)], [card], stamps={"card": 2}) == {"stamp card": 2}  # 2 + 1 − 3 = 0
    other = [card, offer("pair", "nth_unit", nth=2, percent=[1, 2])]
    assert of("rights", [line(1, 100, 3)], other) == {"stamp card": -1}  # two units are in the pair


def test_rights_that_are_used() -> None:
    limit = {"scope": "terminal", "measure": "units", "most": 5}
    offers = [
        offer("pair", "nth_unit", nth=2, percent=[1, 2], limits=[limit]),
        offer("gift", "coupon_amount", amount=5),
    ]
    assert of("rights", [line(1, 100, 3)], offers) == {"coupon gift": 1, "limit pair 0": 2}


def test_d28_what_was_removed_is_missed_as_removed() -> None:
    asked = case([line(1, 100)], [offer("half", "percent_off", percent=[1, 2])])
    asked["basket"]["removed"] = ["half"]
    assert answer(asked)["missed"] == {"half": "removed"}


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"stores": ["s9"], "hours": [["01:00", "02:00"]]}, "not_here"),
        ({"from": "2026-03-02"}, "not_yet"),
        ({"until": "2026-02-28"}, "ended"),
        ({"weekdays": [1]}, "not_today"),
        ({"hours": [["01:00", "02:00"]]}, "not_now"),
        ({"tiers": ["half"]}, "tier_too_low"),
        ({"groups": ["vip"]}, "not_in_group"),
        ({"birthday": True, "first_purchase": True}, "not_birthday"),
        ({"first_purchase": True}, "not_first_purchase"),
        ({"products": [TEA]}, "no_eligible_goods"),
        ({"limits": [{"scope": "chain", "measure": "times", "most": 9}]}, "limit_reached"),
        ({"threshold": 101}, ""),
    ],
)
def test_the_first_condition_that_fails(rule: Rule, why: str) -> None:
    asked = [offer("it", "percent_off", percent=[1, 2], **rule)]
    assert of("missed", [line(1, 100, gtin=MILK)], asked) == {"it": why}
