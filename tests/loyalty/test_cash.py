"""Cash rounding."""

from __future__ import annotations

import pytest

from loyalty import cash_due
from loyalty.cash import round_cash
from tests.loyalty.material import basket, programme, quote


@pytest.mark.parametrize(
    ("amount", "unit", "rounded"),
    [(14043, 10, 14040), (14045, 10, 14050), (14047, 5, 14045), (4, 10, 0), (0, 10, 0), (14043, 0, 14043), (7, 1, 7)],
)
def test_the_nearest_multiple_half_up(amount: int, unit: int, rounded: int) -> None:
    assert round_cash(amount, unit) == rounded


def test_a_programme_without_cash_rounding_rounds_nothing() -> None:
    rules = programme(cash_rounding=0)
    assert cash_due(quote(basket(14043), rules), rules) == (14043, 0)


def test_rounding_may_go_up() -> None:
    rules = programme(cash_rounding=10)
    assert cash_due(quote(basket(14046), rules), rules) == (14050, 4)
