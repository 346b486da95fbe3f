"""Quotes and sales as JSON."""

from __future__ import annotations

import json
from dataclasses import fields

from loyalty import Basket, Quote, QuoteLine, Sale, to_json
from protocol import canonical
from tests.loyalty.material import (
    basket,
    cash,
    line,
    member,
    programme,
    quote,
    sold,
    spend_and_save,
    tier_percent,
    till,
)

RULES = programme(tier_percent(), spend_and_save(15000, 2000), spend_and_save(99999, 10, "far"), cash_rounding=10)
BASKET = Basket((line(1, 10001, 2), line(2, 333)), points=1000)


def test_every_field_is_there_under_its_name() -> None:
    sale = to_json(sold(BASKET, RULES, member("gold"), till(5000, assurance="P1"), cash(20000)))
    assert set(sale) == {field.name for field in fields(Sale)}
    assert set(sale["quote"]) == {field.name for field in fields(Quote)}
    assert set(sale["quote"]["lines"][0]) == set(QuoteLine._fields)
    assert sale["tenders"] == [{"kind": "cash", "amount": 14900, "account": None}]
    assert sale["postings"][0] == {"account": "lease", "asset": "points", "lot": "lot1", "amount": -1000}
    assert sale["quote"]["missed"] == [
        {"offer": "far", "miss": "below_threshold", "distance": 93300, "saves": 10} | {"units": None, "other": None}
    ]


def test_units_are_run_lengths() -> None:
    document = to_json(quote(Basket((line(1, 199, 4),)), programme(tier_percent()), member("half")))
    assert document["lines"][0]["units"] == [[100, 2], [99, 2]]


def test_the_document_is_ready_to_be_canonical_and_is_the_same_every_time() -> None:
    one, other = (canonical.encode(to_json(quote(BASKET, RULES, member("gold"), till(5000)))) for _ in range(2))
    assert one == other
    assert canonical.decode(one) == json.loads(one)


def test_a_large_basket_stays_small() -> None:
    lines = tuple(line(no, 997, 999) for no in range(1, 61))
    assert len(canonical.encode(to_json(quote(Basket(lines), RULES, member("gold"))))) < 32_000


def test_a_guests_quote_has_null_where_nothing_limits() -> None:
    assert to_json(quote(basket(100), RULES))["use"]["limited_by"] is None
