"""A share over many worlds, and its standard error."""

from __future__ import annotations

from math import isclose

from terminal.bench.simulation.spread import Spread


def spread(*worlds: tuple[int, int]) -> Spread:
    total = Spread()
    for part, whole in worlds:
        total.add(Spread.of(part, whole))
    return total


def test_the_share_is_of_all_together() -> None:
    assert spread((1, 2), (5, 10), (3, 12)).share == 9 / 24


def test_worlds_that_are_alike_leave_no_error() -> None:
    assert spread((3, 10), (3, 10), (6, 20)).error == 0


def test_the_error_is_that_of_the_mean_where_all_worlds_are_as_large() -> None:
    error = spread((0, 10), (10, 10), (5, 10), (5, 10)).error
    assert error is not None
    assert isclose(error, (((0.25 + 0.25) / 3) / 4) ** 0.5)


def test_nothing_is_known_of_one_world_or_of_none() -> None:
    assert spread((1, 2)).error is None
    assert spread((0, 0)).share is None
    assert spread((1, 2), (0, 0)).worlds == 1
