"""Runs of units stand for the units one by one."""

from __future__ import annotations

from itertools import product

import pytest

from loyalty.units import Run, cost, count, in_order, lasts_of_blocks, part

RUNS = [[(9, 0, first), (5, 2, second), (2, 1, third)] for first, second, third in product((1, 2, 3), repeat=3)]


def one_by_one(runs: list[Run]) -> list[tuple[int, int]]:
    """Price and line of every unit, down the order."""
    return [(price, place) for price, place, many in runs for _ in range(many)]


def test_the_dearest_come_first_and_of_equal_price_the_lower_line_whatever_their_number() -> None:
    runs = [(5, 2, 1), (5, 1, 9), (7, 3, 1), (5, 0, 4)]
    assert in_order(runs) == [(7, 3, 1), (5, 0, 4), (5, 1, 9), (5, 2, 1)]


@pytest.mark.parametrize("runs", RUNS)
def test_number_and_cost_are_those_of_the_units(runs: list[Run]) -> None:
    units = one_by_one(runs)
    assert (count(runs), cost(runs)) == (len(units), sum(price for price, _ in units))


@pytest.mark.parametrize("runs", RUNS)
def test_a_part_is_a_slice_of_the_units_without_empty_runs(runs: list[Run]) -> None:
    units = one_by_one(runs)
    for start, stop in product(range(len(units) + 1), range(len(units) + 2)):
        found = part(runs, start, stop)
        assert one_by_one(found) == units[start:stop]
        assert all(many > 0 for _, _, many in found)


@pytest.mark.parametrize("runs", RUNS)
def test_the_last_units_of_full_blocks_are_those_counted_out(runs: list[Run]) -> None:
    prices = [price for price, _ in one_by_one(runs)]
    for block in range(1, len(prices) + 2):
        for lasts in range(1, block + 1):
            blocks = [prices[start : start + block] for start in range(0, len(prices), block)]
            full = [each for each in blocks if len(each) == block]
            assert lasts_of_blocks(runs, block, lasts) == sum(sum(each[-lasts:]) for each in full)
