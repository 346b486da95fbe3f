"""Traces: lines, the ones that touch somebody, and a hash over all."""

from __future__ import annotations

from terminal.bench.simulation.schedule import DAY_MS, HOUR_MS
from terminal.bench.simulation.trace import Trace


def trace() -> Trace:
    told = Trace(1000)
    told.say(1000, "s01-1", "sold something", "m001")
    told.say(1000 + DAY_MS + HOUR_MS, "s02-1", "power off")
    told.say(1000 + 2 * DAY_MS, "world", "everything is mended")
    return told


def test_a_line_says_when_who_and_what() -> None:
    assert trace().about(["s02-1"], 10) == ["d01 01:00:00.000 s02-1     power off", trace().about(["x"], 10)[-1]]


def test_only_what_touches_is_shown_and_the_newest_first_to_stay() -> None:
    assert len(trace().about(["m001"], 10)) == 2, "the sale, and the world"
    assert trace().about(["m001"], 1) == trace().about(["nobody"], 1)


def test_the_digest_is_of_every_line() -> None:
    other = trace()
    assert other.digest() == trace().digest()
    other.say(5, "s01-1", "one more")
    assert other.digest() != trace().digest()
    assert len(other) == len(trace()) + 1
