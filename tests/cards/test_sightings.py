"""One chip is never called two, in whatever order and however late it is told; two chips are, in any order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.sightings import READ_TWICE_MS, Sighting, contradicted, contradiction
from cards.sun import CounterVerdict

HOUR_MS = 3_600_000
DOUBT_MS = 2 * 60 * 1000


def at(counter: int, utc_ms: int, place: str = "a", doubt_ms: int = DOUBT_MS) -> Sighting:
    return Sighting(counter, utc_ms - doubt_ms, utc_ms + doubt_ms, place)


@dataclass(frozen=True)
class Tap:
    """A tap of an honest chip: when it truly was, where, and what that place's clock may be wrong by and was."""

    gap_ms: int
    more: int
    place: str
    doubt_ms: int
    off: float


TAPS = st.lists(
    st.builds(
        Tap,
        st.integers(1, 3 * HOUR_MS),
        st.integers(1, 5),
        st.sampled_from("abc"),
        st.sampled_from([0, 1000, DOUBT_MS, 30 * HOUR_MS]),
        st.floats(-1, 1),
    ),
    min_size=2,
    max_size=12,
)


def honest(taps: Sequence[Tap], begin: int = 0, from_ms: int = 10**12) -> list[Sighting]:
    """What the places saw of one chip, in the order in which it was."""
    counter, now_ms, seen = begin, from_ms, []
    for tap in taps:
        counter, now_ms = counter + tap.more, now_ms + tap.gap_ms
        told_ms = now_ms + round(tap.off * tap.doubt_ms)
        seen.append(at(counter, told_ms, tap.place, tap.doubt_ms))
    return seen


def told(reports: Sequence[Sighting]) -> list[CounterVerdict]:
    """What is found while the reports come in this order."""
    found = [contradicted(new, reports[:number]) for number, new in enumerate(reports)]
    return [each[1] for each in found if each is not None]


@given(TAPS, st.randoms(use_true_random=False))
def test_an_honest_card_raises_no_alarm_in_whatever_order_it_is_told(taps: list[Tap], chance: random.Random) -> None:
    reports = honest(taps)
    chance.shuffle(reports)
    assert told(reports) == []


def test_who_goes_by_the_order_of_the_reports_would_call_an_honest_card_two() -> None:
    """The control: comparing each report with the highest counter that came before."""
    late = [at(71, 2 * HOUR_MS, "b"), at(70, HOUR_MS, "a")]
    assert late[1].counter < max(each.counter for each in late[:1])
    assert told(late) == []


@given(TAPS, TAPS, st.integers(1, 50), st.randoms(use_true_random=False))
def test_a_second_chip_is_found_in_whatever_order_it_is_told(
    taps: list[Tap], more: list[Tap], behind: int, chance: random.Random
) -> None:
    """The copy counts on from where it was made; it is shown surely after a later tap of the real one."""
    real = honest(taps, begin=100)
    last = max(each.until_ms for each in real)
    copy = honest([Tap(61 * HOUR_MS, 1, "x", 1000, 0)], begin=real[-1].counter - behind - 1, from_ms=last)
    reports = [*real, *copy, *honest(more, begin=1000, from_ms=last + 300 * HOUR_MS)]
    chance.shuffle(reports)
    assert told(reports)


PAIRS = [
    (at(70, 0), at(71, HOUR_MS), None),
    (at(70, 0), at(65, HOUR_MS, "b"), CounterVerdict.BACKWARDS),
    (at(70, 0), at(65, 2 * DOUBT_MS, "b"), None),  # they may have been at the same moment
    (at(70, 0), at(65, 2 * DOUBT_MS + 1, "b"), CounterVerdict.BACKWARDS),
    (at(70, HOUR_MS), at(65, 0, "b"), None),
    (at(70, 0), at(70, 0), None),  # read twice over
    (at(70, 0), at(70, 2 * DOUBT_MS + READ_TWICE_MS), None),
    (at(70, 0), at(70, 2 * DOUBT_MS + READ_TWICE_MS + 1), CounterVerdict.REPEATED),
    (at(70, 0), at(70, 0, "b"), CounterVerdict.REPEATED),
    (at(70, 0), Sighting(65, 0, 10**15, "b"), None),  # by a clock of which nothing is known
]


@pytest.mark.parametrize(("one", "other", "verdict"), PAIRS)
def test_a_pair_is_judged_the_same_from_both_ends(
    one: Sighting, other: Sighting, verdict: CounterVerdict | None
) -> None:
    assert contradiction(one, other) is verdict
    assert contradiction(other, one) is verdict


@given(TAPS)
def test_a_later_tap_of_the_same_chip_never_contradicts(taps: list[Tap]) -> None:
    assert all(contradiction(one, other) is None for one, other in combinations(honest(taps), 2))
