"""Exact division of whole amounts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.money import allocate, half_up, split_units

AMOUNTS = st.lists(st.integers(-50, 10**9), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("amount", "rate", "rounded"),
    [
        (5, Fraction(1, 2), 3),
        (-5, Fraction(1, 2), -3),
        (4, Fraction(1, 3), 1),
        (5, Fraction(1, 3), 2),
        (0, Fraction(1, 2), 0),
        (10**18, Fraction(1, 3), 333_333_333_333_333_333),
        (7, Fraction(1), 7),
    ],
)
def test_half_up_on_the_magnitude(amount: int, rate: Fraction, rounded: int) -> None:
    assert half_up(amount, rate) == rounded


def test_left_over_units_go_to_the_largest_fractions() -> None:
    assert allocate(10, [10, 10, 10]) == [4, 3, 3]
    assert allocate(100, [333, 333, 334]) == [33, 33, 34]


def test_lines_at_or_below_zero_take_no_part() -> None:
    assert allocate(10, [-5, 10, 0, 10]) == [0, 5, 0, 5]


def test_nothing_is_divided_over_nothing() -> None:
    assert allocate(0, []) == []
    assert allocate(0, [0, -1]) == [0, 0]


@pytest.mark.parametrize(("amount", "lines"), [(11, [5, 5]), (-1, [5]), (1, []), (1, [0, -7])])
def test_more_than_the_lines_hold_is_refused(amount: int, lines: list[int]) -> None:
    with pytest.raises(ValueError, match=f"cannot divide {amount} over lines worth"):
        allocate(amount, lines)


@settings(derandomize=True, max_examples=300)
@given(AMOUNTS, st.fractions(0, 1))
def test_an_allocation_sums_exactly_and_never_exceeds_a_line(lines: list[int], part: Fraction) -> None:
    total = sum(line for line in lines if line > 0)
    amount = int(total * part)
    shares = allocate(amount, lines)
    assert sum(shares) == amount
    for share, line in zip(shares, lines, strict=True):
        assert 0 <= share <= max(line, 0)
        assert line <= 0 or abs(share - Fraction(amount * line, total)) < 1


def test_first_units_carry_the_rest() -> None:
    assert split_units(7, 3) == (3, 2, 2)
    assert split_units(0, 2) == (0, 0)


@settings(derandomize=True, max_examples=100)
@given(st.integers(0, 10**9), st.integers(1, 999))
def test_units_sum_exactly_and_differ_by_at_most_one(amount: int, quantity: int) -> None:
    units = split_units(amount, quantity)
    assert (sum(units), len(units)) == (amount, quantity)
    assert max(units) - min(units) <= 1
    assert list(units) == sorted(units, reverse=True)
