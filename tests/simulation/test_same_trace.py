"""The same seed gives the same world, to the last byte of its trace, in every process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from terminal.bench.simulation.runs import Bed
from terminal.bench.simulation.settings import Settings
from terminal.bench.simulation.world import Lived

SEED = 11
TELL = f"""
from terminal.bench.simulation.runs import bed
from terminal.bench.simulation.settings import Settings
with bed(5) as worlds:
    print(worlds.live(Settings({SEED})).trace.digest())
"""


def digest_in_a_process(hash_seed: str) -> str:
    """The digest of the world of SEED in a process whose sets and dictionaries are in another order."""
    environment = {"PYTHONHASHSEED": hash_seed, "PATH": ""}
    done = subprocess.run([sys.executable, "-c", TELL], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def lived(worlds: Bed) -> Lived:
    """The world of SEED, for all to compare with."""
    return worlds.live(Settings(SEED))


def test_two_runs_are_the_same(worlds: Bed, lived: Lived) -> None:
    again = worlds.live(Settings(SEED))
    assert again.trace.digest() == lived.trace.digest()
    assert again.tally == lived.tally


def test_another_seed_is_another_world(worlds: Bed, lived: Lived) -> None:
    assert worlds.live(Settings(SEED + 1)).trace.digest() != lived.trace.digest()


def test_the_order_of_hashes_does_not_matter(lived: Lived) -> None:
    assert {digest_in_a_process("1"), digest_in_a_process("2")} == {lived.trace.digest()}
