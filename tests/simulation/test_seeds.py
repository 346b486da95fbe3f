"""Small worlds with every fault, from many seeds: no rule of sync.md breaks. More: `stillpoint simulate --seeds N`."""

from __future__ import annotations

import pytest

from terminal.bench.simulation.runs import Bed
from terminal.bench.simulation.settings import Settings
from terminal.bench.simulation.tally import Tally

SEEDS, AT_ONCE = 48, 4  # small groups, so that the processes of a parallel run end together


@pytest.mark.parametrize("first", range(1, SEEDS + 1, AT_ONCE))
def test_every_rule_holds_in_every_world(worlds: Bed, first: int) -> None:
    total, broken = Tally(), []
    for seed in range(first, first + AT_ONCE):
        lived = worlds.live(Settings(seed))
        total.add(lived.tally)
        broken += [(seed, violation.invariant, violation.text) for violation in lived.violations]
    assert broken == []
    assert total.operations > 10 * AT_ONCE, "the worlds were asleep"
    assert sum(total.faults.values()) > 10 * AT_ONCE, "nothing went wrong"
    assert 0 < total.accepted < total.wished, "nobody could spend, or everybody always could"
