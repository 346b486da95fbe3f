"""The programme as data."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from loyalty.earning_rules import ByRate
from tests.loyalty.material import programme, spend_and_save, tier_percent


def test_the_fields_are_typed_and_exact() -> None:
    rules = programme()
    assert (rules.id, rules.version, rules.currency, rules.zone) == ("chain", 3, "CNY", "Asia/Shanghai")
    assert (rules.valid_from, rules.valid_until) == (date(2026, 1, 1), date(2027, 12, 31))
    assert rules.tier("gold").percent_off == Fraction(12, 100)
    assert rules.earning[0].award == ByRate(Fraction(1, 1000))
    assert (rules.points_as_money.cap, rules.copyable_daily_points, rules.cash_rounding) == (Fraction(1, 2), 2000, 0)


def test_an_offer_is_found_by_its_id() -> None:
    rules = programme(tier_percent("a"), spend_and_save(100, 1, "b"))
    found = rules.offer("b")
    assert found is not None
    assert found.id == "b"
    assert rules.offer("c") is None
