"""Waiting after failures: longer, at random, bounded; HQ's wish counts."""

from __future__ import annotations

from random import Random

from terminal.sync.backoff import Backoff


def test_the_ceiling_doubles_to_its_limit() -> None:
    longest = Backoff(60, lambda: 1.0)
    assert [longest.next_s() for _ in range(8)] == [2, 4, 8, 16, 32, 60, 60, 60]
    shortest = Backoff(60, lambda: 0.0)
    assert [shortest.next_s() for _ in range(8)] == [1] * 8


def test_waits_are_spread() -> None:
    chance = Random(1)
    waits = []
    for _ in range(200):
        backoff = Backoff(900, chance.random)
        for _ in range(9):
            backoff.next_s()
        waits.append(backoff.next_s())
    assert min(waits) < 60
    assert max(waits) > 840
    assert all(1 <= wait <= 900 for wait in waits)


def test_success_begins_anew() -> None:
    backoff = Backoff(60, lambda: 1.0)
    for _ in range(5):
        backoff.next_s()
    backoff.reset()
    assert backoff.next_s() == 2


def test_hq_may_ask_for_more_but_not_for_ever() -> None:
    backoff = Backoff(60, lambda: 0.0)
    assert backoff.next_s(30) == 30
    assert backoff.next_s(9999) == 60
    assert Backoff(0, lambda: 0.5).next_s() == 1
