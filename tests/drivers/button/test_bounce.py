"""Presses among the edges of contacts that bounce."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.button.bounce import Bounce

LIMITS = settings(
    derandomize=True, database=None, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
MS = 1_000_000
DOWN, UP = True, False


def presses(edges: list[tuple[bool, float]], quiet_ms: int = 15) -> list[float]:
    bounce = Bounce(quiet_ms * MS)
    return [at_ms for pressed, at_ms in edges if bounce.edge(pressed, round(at_ms * MS))]


@pytest.mark.parametrize("length_ms", [0.1, 1, 10, 1000])
def test_a_press_of_any_length_counts_when_it_begins(length_ms: float) -> None:
    assert presses([(DOWN, 5), (UP, 5 + length_ms)]) == [5]


def test_bouncing_at_the_press_and_at_the_release_does_not_count() -> None:
    press = [(DOWN, 0), (UP, 1), (DOWN, 2), (UP, 3), (DOWN, 4)]
    release = [(UP, 100), (DOWN, 101), (UP, 102), (DOWN, 103), (UP, 104)]
    assert presses(press + release) == [0]


def test_short_presses_that_follow_each_other_all_count() -> None:
    edges = [(pressed, start + offset) for start in range(0, 300, 30) for pressed, offset in ((DOWN, 0), (UP, 10))]
    assert presses(edges) == list(range(0, 300, 30))


def test_a_longer_quiet_time_would_swallow_them() -> None:
    assert presses([(DOWN, 0), (UP, 10), (DOWN, 30), (UP, 40)], quiet_ms=50) == [0]


@LIMITS
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 50 * MS)), max_size=50))
def test_presses_are_never_closer_than_the_quiet_time(steps: list[tuple[bool, int]]) -> None:
    bounce, at_ns, told = Bounce(15 * MS), 0, []
    for pressed, step_ns in steps:
        at_ns += step_ns
        if bounce.edge(pressed, at_ns):
            told.append(at_ns)
    assert all(later - earlier >= 15 * MS for earlier, later in itertools.pairwise(told))
