"""The same seed gives the same world, to the last byte of its trace, in every process."""

from __future__ import annotations

import subprocess
import sys

from terminal.bench.simulation.runs import Bed
from terminal.bench.simulation.settings import Settings

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


def test_two_runs_are_the_same(worlds: Bed) -> None:
    first, second = (worlds.live(Settings(SEED)) for _ in range(2))
    assert first.trace.digest() == second.trace.digest()
    assert first.tally == second.tally


def test_another_seed_is_another_world(worlds: Bed) -> None:
    assert worlds.live(Settings(SEED)).trace.digest() != worlds.live(Settings(SEED + 1)).trace.digest()


def test_the_order_of_hashes_does_not_matter(worlds: Bed) -> None:
    here = worlds.live(Settings(SEED)).trace.digest()
    assert {digest_in_a_process("1"), digest_in_a_process("2")} == {here}
