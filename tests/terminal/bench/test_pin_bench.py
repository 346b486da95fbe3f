"""What is proposed for a PIN is what `pin begin` takes, on a slow machine and on a fast one."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from cards.pin_cost import FLOOR, MIB, MOST_MEMORY, Cost
from hq.cli import main
from terminal.bench.pin_bench import propose
from terminal.commands.bench import command


@pytest.mark.parametrize(
    ("ns_each", "memory_mib", "passes"),
    [(20_000, 19, 2), (5_000, 38, 2), (1_000, 64, 4)],
    ids=["slower than the floor", "a small board", "a fast one"],
)
def test_the_cost_is_fitted_to_the_machine(ns_each: int, memory_mib: int, passes: int) -> None:
    def took_ms(cost: Cost) -> int:
        return cost.memory_kib * cost.passes * ns_each // 1_000_000

    found = propose(took_ms)
    assert (found["memory_mib"], found["passes"]) == (memory_mib, passes)
    assert found["took_ms"] == took_ms(Cost(memory_mib * MIB, passes))
    assert found["floor_ms"] == took_ms(FLOOR)
    assert memory_mib * MIB <= MOST_MEMORY
    assert found["command"] == f"stillpoint-hq pin begin --memory-mib {memory_mib} --passes {passes}"


def test_this_machine_is_measured_and_hq_takes_what_is_said() -> None:
    done = CliRunner().invoke(command, ["pin", "--json"])
    found = json.loads(done.output)
    assert found["bench"] == "pin"
    assert found["memory_mib"] >= 19
    assert found["passes"] >= 2
    options = CliRunner().invoke(main, ["pin", "begin", "--help"]).output
    assert {word for word in found["command"].split() if word.startswith("--")} <= set(options.split())
