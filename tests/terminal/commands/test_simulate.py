"""`stillpoint simulate`: its report, and what it says of a product that is broken."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner, Result

from terminal.bench.simulation.invariants import INVARIANTS, MEANWHILE
from terminal.commands.simulate import command

SMALL = ["--seeds", "1", "--terminals", "2", "--days", "1", "--jobs", "1"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, [*SMALL, *arguments])


def test_the_report_of_whole_worlds() -> None:
    result = run("--json")
    assert result.exit_code == 0, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    assert (report["seeds"], report["terminal_days"]) == (1, 2)
    assert report["violations"] == dict.fromkeys(sorted({*INVARIANTS, *MEANWHILE}), 0)
    assert report["operations"] > 0
    assert report["redemptions"].keys() >= {"wished", "accepted", "acceptance", "false_declines"}


def test_a_broken_product_is_told_with_seed_and_trace() -> None:
    result = run("--seed", "1", "--mutant", "timestamp-cursor", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["violations"]["pages_add_up"] == 1
    assert "seed 1: " in result.stderr
    assert "VIOLATION pages_add_up" in result.stderr


def test_people_get_a_few_lines() -> None:
    lines = run().stdout.splitlines()
    assert lines[0].startswith("1 seeds from 1: 2 terminal-days")
    assert lines[-1] == "violations: none"
