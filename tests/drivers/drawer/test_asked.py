"""Requests to open a drawer."""

from __future__ import annotations

import pytest

from drivers.drawer.asked import FRESH_NS, Asked


def test_a_request_is_given_once() -> None:
    asked = Asked()
    asked.ask(5)
    assert [asked.take(6), asked.take(7)] == [True, False]


@pytest.mark.parametrize(("late_ns", "opens"), [(0, True), (FRESH_NS, True), (FRESH_NS + 1, False)])
def test_an_old_request_is_forgotten(late_ns: int, opens: bool) -> None:
    asked = Asked()
    asked.ask(5)
    assert asked.take(5 + late_ns) == opens
    assert not asked.take(5 + late_ns)


def test_many_requests_at_once_are_one() -> None:
    asked = Asked()
    for at_ns in range(10):
        asked.ask(at_ns)
    asked.wait(0)
    assert [asked.take(10), asked.take(10)] == [True, False]
