"""Waits, locks and limits at their edges; counts merge in any order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.pin_attempts import DAY_MS, MINUTE_MS, USUAL, Asked, Gate, PinCount, PinLimits, ask

NOW = 1_790_000_000_000
OPEN = Asked(Gate.OPEN)

counts = st.builds(
    PinCount,
    version=st.integers(1, 3),
    reset=st.integers(0, 3),
    wrong=st.dictionaries(st.sampled_from("abc"), st.integers(0, 12)),
    last_ms=st.integers(0, 9),
)


def known(count: PinCount) -> tuple[object, ...]:
    """What a count says; a terminal without a wrong guess is as good as none."""
    return count.age, {name: wrong for name, wrong in count.wrong.items() if wrong}, count.last_ms


@given(counts, counts)
def test_merging_is_commutative_where_it_matters(one: PinCount, other: PinCount) -> None:
    assert known(one.merge(other)) == known(other.merge(one))


@given(counts, counts, counts)
def test_merging_is_associative(one: PinCount, two: PinCount, three: PinCount) -> None:
    assert known(one.merge(two).merge(three)) == known(one.merge(two.merge(three)))


@given(counts, counts)
def test_merging_again_changes_nothing(one: PinCount, other: PinCount) -> None:
    merged = one.merge(other)
    assert known(merged.merge(other)) == known(merged.merge(one)) == known(merged.merge(merged)) == known(merged)


@given(counts, counts)
def test_merging_forgets_no_guess_of_the_newest_reset(one: PinCount, other: PinCount) -> None:
    merged = one.merge(other)
    assert merged.age == max(one.age, other.age)
    for count in (one, other):
        assert count.age < merged.age or merged.total >= count.total


def test_counts_of_two_terminals_add_up_and_are_not_added_twice() -> None:
    here = PinCount(1).guessed("a", 1).guessed("a", 2)
    there = PinCount(1).guessed("b", 3)
    both = here.merge(there)
    assert (both.total, both.last_ms) == (3, 3)
    assert both.merge(there).merge(here).total == 3


def test_the_highest_reset_wins_and_a_new_pin_begins_anew() -> None:
    old = PinCount(1, 0, {"a": 9}, 5)
    assert old.begun_anew() == PinCount(1, 1)
    assert old.merge(old.begun_anew()).total == 0
    assert old.of(2) == PinCount(2)
    assert old.of(1) is old


def test_a_merge_that_adds_would_count_twice() -> None:
    """The control."""

    def added(one: PinCount, other: PinCount) -> PinCount:
        return PinCount(1, 0, {name: one.wrong.get(name, 0) + other.wrong.get(name, 0) for name in "ab"})

    here, there = PinCount(1).guessed("a", 1), PinCount(1).guessed("b", 1)
    assert known(added(added(here, there), there)) != known(added(here, there))


@pytest.mark.parametrize(
    ("wrong", "since_ms", "asked"),
    [
        (0, 0, OPEN),
        (2, 0, OPEN),
        (3, 0, Asked(Gate.WAIT, MINUTE_MS)),
        (3, MINUTE_MS - 1, Asked(Gate.WAIT, 1)),
        (3, MINUTE_MS, OPEN),
        (4, MINUTE_MS, OPEN),
        (5, MINUTE_MS, Asked(Gate.WAIT, 14 * MINUTE_MS)),
        (9, 15 * MINUTE_MS, OPEN),
        (10, 365 * DAY_MS, Asked(Gate.LOCKED, None)),
        (3, -DAY_MS, Asked(Gate.WAIT, MINUTE_MS)),
    ],
)
def test_waits_and_the_lock(wrong: int, since_ms: int, asked: Asked) -> None:
    assert ask(PinCount(1, 0, {"a": wrong}, NOW - since_ms), [], [], NOW, online=True) == asked


def test_without_hq_five_guesses_a_day_are_enough() -> None:
    guesses = [NOW - DAY_MS + 1000, *[NOW - 1000] * 4]
    assert ask(PinCount(1), guesses, guesses, NOW, online=False) == Asked(Gate.OFFLINE, 1000)
    assert ask(PinCount(1), guesses, guesses, NOW, online=True) == OPEN
    assert ask(PinCount(1), guesses, guesses, NOW + 1000, online=False) == OPEN


def test_one_pin_is_not_tried_on_everybody() -> None:
    most, window = USUAL.terminal[0]
    guesses = [NOW - window + 5] + [NOW] * (most - 1)
    assert ask(PinCount(1), [], guesses, NOW, online=True) == Asked(Gate.TERMINAL, 5)
    assert ask(PinCount(1), [], guesses[1:], NOW, online=True) == OPEN
    slowly = [NOW - n * DAY_MS // 101 for n in range(100)]
    assert ask(PinCount(1), [], slowly, NOW, online=True).gate is Gate.TERMINAL


def test_guesses_ahead_of_a_clock_that_was_put_back_count_as_now() -> None:
    ahead = [NOW + DAY_MS] * 5
    assert ask(PinCount(1), ahead, ahead, NOW, online=False) == Asked(Gate.OFFLINE, DAY_MS)


def test_limits_are_settings() -> None:
    strict = PinLimits(waits=(), locked=1, terminal=())
    assert ask(PinCount(1), [], [NOW] * 500, NOW, online=True, limits=strict) == OPEN
    assert ask(PinCount(1, 0, {"a": 1}, NOW), [], [], NOW, online=True, limits=strict).gate is Gate.LOCKED
