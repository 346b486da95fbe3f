"""What a kind of offer has where its keys are left out, and what its limits may count."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from loyalty import ProgrammeError
from tests.loyalty.material import GTIN, newest, offer

OTHER = "10000000"
PARTS = [{"categories": ["tea"], "quantity": 1}]
SUMS: dict[str, dict[str, Any]] = {
    "tier_percent": {},
    "category_percent": {"rates": [{"categories": ["tea"], "percent": [1, 10]}]},
    "percent_off": {"percent": [1, 10]},
    "spend_and_save": {"threshold": 100, "save": 10},
    "coupon_percent": {"percent": [1, 10]},
    "coupon_amount": {"amount": 100},
    "coupon_item": {},
    "coupon_exchange": {"pay": 100},
}
PRICES: dict[str, dict[str, Any]] = {
    "member_price": {"prices": {GTIN: 1, OTHER: 2}},
    "special_price": {"prices": {GTIN: 1, OTHER: 2}},
    "quantity_price": {"prices": [{"product": gtin, "at_least": 2, "unit_price": 0} for gtin in (GTIN, OTHER)]},
}
UNITS: dict[str, dict[str, Any]] = {
    "buy_get": {"buy": 1, "get": 1},
    "nth_unit": {"nth": 2, "percent": [1, 2]},
    "cheapest_free": {"of": 3},
    "bundle": {"parts": PARTS, "price": 100},
    "flash_sale": {"prices": {GTIN: 1}},
    "stamp_card": {"buys": 3},
}


def read(kind: str, **keys: Any) -> Any:
    (found,) = newest(offer(kind, **keys)).offers
    return found


@pytest.mark.parametrize(
    ("kind", "usual"),
    [
        ("percent_off", {"threshold": 0, "most": None}),
        ("coupon_percent", {"threshold": 0, "most": None}),
        ("coupon_amount", {"threshold": 0}),
        ("coupon_item", {"quantity": 1, "percent": Fraction(1)}),
        ("coupon_exchange", {"quantity": 1}),
    ],
)
def test_a_key_that_is_left_out_has_its_usual_value(kind: str, usual: dict[str, Any]) -> None:
    found = read(kind, **SUMS[kind])
    assert {key: getattr(found, key) for key in usual} == usual


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("coupon_amount", {"amount": 1, "threshold": 0}),
        ("coupon_item", {"quantity": 1}),
        ("coupon_exchange", {"quantity": 1, "pay": 0}),
        ("percent_off", {"percent": Fraction(0), "threshold": 0}),
    ],
)
def test_the_least_value_may_be_said(kind: str, least: dict[str, Any]) -> None:
    said = {key: [0, 1] if isinstance(value, Fraction) else value for key, value in least.items()}
    found = read(kind, **{**SUMS[kind], **said})
    assert {key: getattr(found, key) for key in least} == least


@pytest.mark.parametrize("kind", PRICES)
def test_a_table_of_prices_covers_its_products_alone(kind: str) -> None:
    assert read(kind, **PRICES[kind]).goods.products == {GTIN, OTHER}


def test_what_has_goods_of_its_own_ignores_those_of_the_offer() -> None:
    for kind in ("category_percent", "bundle"):
        assert not read(kind, **{**SUMS, **UNITS}[kind]).goods.is_named


def limits(measure: str) -> list[dict[str, Any]]:
    return [{"scope": "order", "measure": measure, "most": 5}]


@pytest.mark.parametrize("kind", [*SUMS, *PRICES])
def test_units_are_counted_by_offers_on_units_only(kind: str) -> None:
    with pytest.raises(ProgrammeError, match="a limit of this kind of offer may count"):
        read(kind, **{**SUMS, **PRICES}[kind], limits=limits("units"))


@pytest.mark.parametrize("measure", ["times", "units", "money"])
@pytest.mark.parametrize("kind", UNITS)
def test_offers_on_units_count_everything(kind: str, measure: str) -> None:
    assert len(read(kind, **UNITS[kind], limits=limits(measure)).limits) == 1


@pytest.mark.parametrize("kind", SUMS)
def test_offers_on_sums_count_times_and_money(kind: str) -> None:
    assert len(read(kind, **SUMS[kind], limits=limits("money")).limits) == 1
