"""Each mutant breaks one rule and is caught; the product is not, at any seed of `test_seeds`."""

from __future__ import annotations

import pytest

from terminal.bench.simulation.mutants import MUTANTS
from terminal.bench.simulation.runs import Bed
from terminal.bench.simulation.settings import Settings
from terminal.bench.simulation.tally import Violation
from tests.simulation.recorded_seeds import ALONE, CAUGHT, LATEST


def test_a_seed_is_recorded_for_every_mutant() -> None:
    assert CAUGHT.keys() == MUTANTS.keys()
    assert all(seed <= LATEST for seed, _ in CAUGHT.values())


@pytest.mark.parametrize("mutant", sorted(CAUGHT))
def test_the_mutant_is_caught(worlds: Bed, mutant: str) -> None:
    recorded, invariants = CAUGHT[mutant]
    violation = caught(worlds, mutant, recorded)
    assert violation is not None, f"{mutant} survives {LATEST} seeds"
    assert violation.invariant in invariants


@pytest.mark.parametrize("mutant", sorted(ALONE))
def test_without_the_mutant_nothing_is_wrong(worlds: Bed, mutant: str) -> None:
    """So it is the mutant that is caught."""
    assert worlds.live(Settings(CAUGHT[mutant][0], faults=ALONE[mutant])).violations == ()


def caught(worlds: Bed, mutant: str, recorded: int) -> Violation | None:
    """By the recorded seed, or by one of the others up to LATEST."""
    for seed in (recorded, *(seed for seed in range(1, LATEST + 1) if seed != recorded)):
        lived = worlds.live(Settings(seed, mutant=mutant, faults=ALONE.get(mutant)))
        if lived.violations:
            return lived.violations[0]
    return None
