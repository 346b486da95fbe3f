"""Tax by rate: inside the prices, on top of them, over lines that come back, and in parts of a line (D07)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.basket import Line, LineKind
from loyalty.money import half_up
from loyalty.quote import TaxOfRate
from loyalty.section import Section
from loyalty.tax import TaxMode, TaxRate, TaxRules, read_tax, tax_of, tax_of_part, tax_on_top

RULES = settings(derandomize=True, max_examples=300, deadline=None)
FULL = TaxRate("full", Fraction(13, 100), frozenset())
FOOD = TaxRate("food", Fraction(9, 100), frozenset({"food"}))
INSIDE = TaxRules(TaxMode.INCLUSIVE, (FULL, FOOD), "full")
ON_TOP = TaxRules(TaxMode.EXCLUSIVE, (FULL, FOOD), "full")


def sold(*categories: str, kind: LineKind = LineKind.GOODS) -> list[Line]:
    return [Line(no, "10000000", 1, 100, category, kind) for no, category in enumerate(categories, 1)]


def test_d07_tax_is_taken_out_of_the_gross() -> None:
    taxes = tax_of(sold("snacks"), [9000], INSIDE)
    assert taxes.totals == (TaxOfRate("full", 7965, 1035),)
    assert taxes.lines == (("full", 1035),)
    thirteen_percent_of_the_gross = half_up(9000, Fraction(13, 100))
    assert taxes.total != thirteen_percent_of_the_gross == 1170


def test_d07_the_discount_comes_before_the_tax() -> None:
    discounted = 10000 - 1000
    before_the_discount = tax_of(sold("snacks"), [10000], INSIDE).total
    assert tax_of(sold("snacks"), [discounted], INSIDE).total == 1035 != before_the_discount == 1150


def test_d07_once_for_each_rate_and_not_for_each_line() -> None:
    nets = [33, 33, 33]
    taxes = tax_of(sold("a", "b", "c"), nets, INSIDE)
    assert taxes.total == half_up(99, Fraction(13, 113)) == 11
    each_line_rounded = sum(half_up(net, Fraction(13, 113)) for net in nets)
    assert each_line_rounded == 12
    assert [tax for _, tax in taxes.lines] == [4, 4, 3]


@pytest.mark.parametrize("rules", [INSIDE, ON_TOP])
def test_d07_a_discount_of_everything_leaves_exactly_nothing(rules: TaxRules) -> None:
    taxes = tax_of(sold("food", "snacks"), [0, 0], rules)
    assert taxes.totals == (TaxOfRate("full", 0, 0), TaxOfRate("food", 0, 0))


def test_each_rate_has_its_own_lines() -> None:
    taxes = tax_of(sold("food", "snacks", "food"), [1000, 1000, 500], INSIDE)
    assert taxes.lines == (("food", 83), ("full", 115), ("food", 41))
    assert taxes.totals == (TaxOfRate("full", 885, 115), TaxOfRate("food", 1376, 124))


def test_tax_on_top_is_added_once_for_each_rate() -> None:
    taxes = tax_of(sold("food", "snacks", "snacks"), [1050, 4, 4], ON_TOP)
    assert taxes.totals == (TaxOfRate("full", 8, 1), TaxOfRate("food", 1050, 95))
    assert taxes.total == 96
    assert [tax for _, tax in taxes.lines] == [95, 1, 0]


def test_only_exclusive_tax_comes_on_top() -> None:
    assert [tax_on_top(rules) for rules in (ON_TOP, INSIDE, None)] == [True, False, False]


def test_a_category_without_a_rate_bears_no_tax() -> None:
    rules = TaxRules(TaxMode.INCLUSIVE, (FOOD,))
    taxes = tax_of(sold("snacks", "food"), [1000, 1090], rules)
    assert taxes.lines == (("", 0), ("food", 90))
    assert taxes.totals == (TaxOfRate("food", 1000, 90),)


def test_without_rules_there_is_no_tax() -> None:
    taxes = tax_of(sold("snacks", "food"), [1000, 1090], None)
    assert (taxes.lines, taxes.totals, taxes.total) == ((("", 0), ("", 0)), (), 0)


@pytest.mark.parametrize("kind", [LineKind.TIP, LineKind.GIFT_CARD])
def test_tips_and_gift_cards_bear_tax_only_where_a_rate_names_them(kind: LineKind) -> None:
    assert tax_of(sold("snacks", kind=kind), [1000], INSIDE).lines == (("", 0),)
    assert tax_of(sold("food", kind=kind), [1090], INSIDE).lines == (("food", 90),)


@pytest.mark.parametrize("kind", [LineKind.FREIGHT, LineKind.DEPOSIT])
def test_freight_and_deposits_bear_the_tax_of_their_category(kind: LineKind) -> None:
    assert tax_of(sold("freight", kind=kind), [1130], INSIDE).lines == (("full", 130),)


def test_bottles_that_come_back_carry_tax_back() -> None:
    taxes = tax_of(sold("snacks", "bottles", "bottles"), [1130, -25, -25], INSIDE)
    assert taxes.totals == (TaxOfRate("full", 956, 124),)
    assert taxes.lines == (("full", 130), ("full", -3), ("full", -3))


def test_only_bottles_that_come_back() -> None:
    taxes = tax_of(sold("bottles"), [-1130], INSIDE)
    assert (taxes.lines, taxes.totals) == ((("full", -130),), (TaxOfRate("full", -1000, -130),))


@given(
    st.lists(st.tuples(st.integers(-3000, 30000), st.sampled_from(["food", "snacks"])), max_size=8),
    st.sampled_from(list(TaxMode)),
    st.fractions(0, 1, max_denominator=100),
)
@RULES
def test_lines_carry_the_tax_of_their_rate_exactly(goods: list[tuple[int, str]], mode: TaxMode, rate: Fraction) -> None:
    rules = TaxRules(mode, (TaxRate("full", rate, frozenset()), FOOD), "full")
    nets = [net for net, _ in goods]
    taxes = tax_of(sold(*(category for _, category in goods)), nets, rules)
    for total in taxes.totals:
        exact = {"full": rate, "food": FOOD.rate}[total.rate]
        of_rate = sum(net for net, (name, _) in zip(nets, taxes.lines, strict=True) if name == total.rate)
        part = exact / (1 + exact) if mode is TaxMode.INCLUSIVE else exact
        assert total.tax == half_up(of_rate, part) == sum(tax for name, tax in taxes.lines if name == total.rate)
        assert total.net + (total.tax if mode is TaxMode.INCLUSIVE else 0) == of_rate
    for net, (_, tax) in zip(nets, taxes.lines, strict=True):
        assert abs(tax) <= abs(net)
        assert tax * net >= 0


@given(st.integers(-5000, 5000), st.lists(st.integers(0, 500), min_size=1, max_size=6))
@RULES
def test_the_parts_of_a_line_carry_its_tax_together(tax: int, parts: list[int]) -> None:
    whole, before, found = sum(parts), 0, []
    for part in parts:
        found.append(tax_of_part(tax, whole, before, part))
        before += part
    assert sum(found) == (tax if whole else 0)
    assert all(each * tax >= 0 for each in found)


def test_the_parts_of_a_line_are_not_rounded_one_by_one() -> None:
    parts = [tax_of_part(10, 3, before, 1) for before in range(3)]
    assert parts == [3, 4, 3]
    assert sum(half_up(10, Fraction(1, 3)) for _ in range(3)) == 9


@pytest.mark.parametrize(("before", "now"), [(-1, 1), (0, -1), (2, 2)])
def test_a_part_beyond_the_line_is_a_bug(before: int, now: int) -> None:
    with pytest.raises(ValueError, match="a part must lie within the whole"):
        tax_of_part(10, 3, before, now)


TAX: dict[str, Any] = {
    "mode": "exclusive",
    "rates": [{"id": "full", "rate": [13, 100]}, {"id": "food", "rate": [9, 100], "categories": ["food"]}],
    "default": "full",
}


def read(tax: object) -> tuple[TaxRules | None, list[str]]:
    section = Section({"tax": tax}, "$", [])
    rules = read_tax(section)
    section.close()
    return rules, [str(fault) for fault in section.faults]


def test_the_rules_are_read_from_the_programme() -> None:
    assert read(TAX) == (ON_TOP, [])
    assert read(None) == (None, [])


def test_the_default_may_be_left_out() -> None:
    rules, faults = read({**TAX, "default": None})
    assert (rules and rules.default, faults) == (None, [])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda t: t.update(mode="inclusiv"), "tax.mode is 'inclusiv': did you mean 'inclusive'?"),
        (lambda t: t.update(rates=[]), "tax.rates is []: use a list of 1 to 50 objects"),
        (lambda t: t.update(default="reduced"), "tax.default is 'reduced': use the id of a rate: food, full"),
        (lambda t: t["rates"][0].update(rate=[113, 100]), "tax.rates[0].rate is [113, 100]: use [numerator"),
        (lambda t: t["rates"][0].update(id="food"), "tax.rates[1].id is 'food': it is already used above"),
        (
            lambda t: t["rates"][0].update(categories=["food"]),
            "tax.rates[1].categories is ['food']: food is in a rate above; keep it in one",
        ),
        (lambda t: t["rates"][0].update(rat=1), "tax.rates[0].rat is not a known key: did you mean 'rate'?"),
        (lambda t: t.update(defalt="full"), "tax.defalt is not a known key: did you mean 'default'?"),
    ],
)
def test_a_wrong_rule_is_a_fault_with_its_way_out(change: Callable[[dict[str, Any]], Any], fault: str) -> None:
    tax = {**TAX, "rates": [dict(rate) for rate in TAX["rates"]]}
    change(tax)
    assert read(tax)[1][0].startswith(fault)
