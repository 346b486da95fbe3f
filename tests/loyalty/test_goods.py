"""Which goods a rule covers."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty.basket import Line, LineKind
from loyalty.goods import Goods
from loyalty.section import Section

TEA, MUG = "10000000", "20000000"


def line(gtin: str = TEA, category: str = "tea", price: int = 500, kind: LineKind = LineKind.GOODS) -> Line:
    return Line(1, gtin, 1, price, category, kind)


@pytest.mark.parametrize(
    ("goods", "covered", "others"),
    [
        (Goods(), [line(), line(MUG, "")], []),
        (Goods(products=frozenset({TEA})), [line(), line(TEA, "gifts")], [line(MUG)]),
        (Goods(categories=frozenset({"tea"})), [line(), line(MUG)], [line(TEA, "gifts")]),
        (
            Goods(products=frozenset({MUG}), categories=frozenset({"tea"})),
            [line(MUG, "gifts"), line(TEA, "tea")],
            [line(TEA, "gifts")],
        ),
        (Goods(excluded_products=frozenset({TEA})), [line(MUG)], [line()]),
        (Goods(excluded_categories=frozenset({"tea"})), [line(TEA, "gifts")], [line()]),
        (Goods(products=frozenset({TEA}), excluded_categories=frozenset({"tea"})), [line(TEA, "gifts")], [line()]),
        (Goods(price_from=500), [line(price=500)], [line(price=499)]),
        (Goods(price_below=500), [line(price=499), line(price=0)], [line(price=500)]),
        (Goods(price_from=100, price_below=500), [line(price=100)], [line(price=99), line(price=500)]),
    ],
)
def test_what_is_named_is_covered_and_what_is_excluded_never(
    goods: Goods, covered: list[Line], others: list[Line]
) -> None:
    assert [goods.covers(each) for each in covered] == [True] * len(covered)
    assert [goods.covers(each) for each in others] == [False] * len(others)


@pytest.mark.parametrize("kind", [kind for kind in LineKind if kind is not LineKind.GOODS])
def test_what_is_no_goods_is_never_covered(kind: LineKind) -> None:
    assert not Goods(products=frozenset({TEA})).covers(line(kind=kind))


def test_an_index_finds_what_names_products_or_categories() -> None:
    assert Goods(products=frozenset({TEA})).is_named
    assert Goods(categories=frozenset({"tea"})).is_named
    assert not Goods(excluded_products=frozenset({TEA}), price_from=1).is_named


def read(value: dict[str, Any], named: frozenset[str] | None = None) -> tuple[Goods, list[str]]:
    section = Section(value, "$", [])
    goods = Goods.read(section, named)
    section.close()
    return goods, [str(fault) for fault in section.faults]


def test_every_key_is_read_and_each_may_be_left_out() -> None:
    value = {
        "products": [TEA],
        "categories": ["tea"],
        "excluded_products": [MUG],
        "excluded_categories": ["gifts"],
        "price_from": 100,
        "price_below": 500,
    }
    sets = (frozenset({TEA}), frozenset({"tea"}), frozenset({MUG}), frozenset({"gifts"}))
    assert read(value) == (Goods(*sets, 100, 500), [])
    assert read({}) == (Goods(), [])


def test_goods_that_are_named_in_another_way_are_named_in_that_alone() -> None:
    named = frozenset({TEA})
    assert read({"excluded_categories": ["tea"]}, named)[0] == Goods(named, excluded_categories=frozenset({"tea"}))
    assert "categories is not a known key" in read({"categories": ["tea"]}, named)[1][0]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"products": ["69"]}, "products is ['69']: use a list; a GTIN has 8, 12, 13 or 14 digits"),
        ({"price_from": 500, "price_below": 500}, "price_below is 500: use more than 'price_from', 500"),
    ],
)
def test_a_wrong_selection_is_a_fault_with_its_way_out(value: dict[str, Any], fault: str) -> None:
    assert read(value)[1] == [fault]
