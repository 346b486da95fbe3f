"""The known answer of Argon2id, and calibration on machines of every speed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.pin_cost import FLOOR, LEAST_MS, MOST_MEMORY, MOST_MS, MOST_PASSES, Cost, argon2id, calibrate


def test_the_known_answer_of_rfc_9106() -> None:
    tag = argon2id(b"\x01" * 32, b"\x02" * 16, Cost(32, 3, 4), secret=b"\x03" * 8, data=b"\x04" * 12)
    assert tag.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


def machine(ns_each_kib: int, cache_kib: int = 0, slower: int = 1) -> Callable[[Cost], int]:
    """A machine on which memory beyond its cache is slower."""

    def measure(cost: Cost) -> int:
        beyond = max(0, cost.memory_kib - cache_kib) * (slower - 1)
        return (cost.memory_kib + beyond) * cost.passes * ns_each_kib // 1_000_000

    return measure


@given(st.integers(100, 12_000))
def test_it_takes_a_quarter_to_half_a_second_where_that_can_be(ns_each_kib: int) -> None:
    measure = machine(ns_each_kib)
    found = calibrate(measure)
    assert found.took_ms == measure(found.cost)
    assert found.measured <= 12
    if measure(FLOOR) <= MOST_MS and measure(Cost(MOST_MEMORY, MOST_PASSES)) >= LEAST_MS:
        assert LEAST_MS <= found.took_ms <= MOST_MS


@given(st.integers(1, 10**6), st.integers(0, 100_000), st.integers(1, 9))
def test_it_is_never_below_the_floor_nor_above_the_most(ns_each_kib: int, cache_kib: int, slower: int) -> None:
    cost = calibrate(machine(ns_each_kib, cache_kib, slower)).cost
    assert FLOOR.memory_kib <= cost.memory_kib <= MOST_MEMORY
    assert FLOOR.passes <= cost.passes <= MOST_PASSES
    assert cost.lanes == 1


def test_a_slow_machine_has_the_floor_and_waits() -> None:
    found = calibrate(machine(60_000))
    assert (found.cost, found.measured) == (FLOOR, 1)
    assert found.took_ms > MOST_MS


def test_a_step_that_takes_too_long_is_not_made_and_passes_are_tried() -> None:
    found = calibrate(machine(6_200, cache_kib=20_000, slower=9))
    assert found.cost.memory_kib == FLOOR.memory_kib
    assert LEAST_MS <= found.took_ms <= MOST_MS


@pytest.mark.parametrize("took", [0, 1])
def test_a_clock_that_shows_nothing_ends_at_the_most(took: int) -> None:
    assert calibrate(lambda _: took).cost == Cost(MOST_MEMORY, MOST_PASSES)
