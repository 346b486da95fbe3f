"""Ordinary weeks: every rule holds, and what HQ would have given is told from what nobody had."""

from __future__ import annotations

from terminal.bench.simulation.runs import Bed
from terminal.bench.simulation.settings import Settings
from terminal.bench.simulation.tally import CUT, GIVEN, UP

SEED = 4


def test_every_rule_holds_and_most_is_given(worlds: Bed) -> None:
    lived = worlds.live(Settings(SEED, days=2, world="everyday"))
    tally = lived.tally
    assert lived.violations == ()
    assert tally.of_line(UP, GIVEN) > tally.of_line(UP) / 2
    assert tally.of_line(UP) + tally.of_line(CUT) == tally.wished
    assert set(tally.faults) <= {"outage"}
