"""The page on the simulation names every invariant and mutant there is, and none that is not."""

from __future__ import annotations

import re
from pathlib import Path

from terminal.bench.simulation.invariants import INVARIANTS, MEANWHILE
from terminal.bench.simulation.mutants import MUTANTS

PAGE = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text("utf-8")


def table() -> list[list[str]]:
    """The cells of the table of rules."""
    part = PAGE.partition("## What must hold")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("|")]
    return rows[2:]


def named(column: int) -> set[str]:
    return {name for row in table() for name in re.findall(r"`([a-z_-]+)`", row[column])}


def test_every_invariant_is_named_and_exists() -> None:
    assert named(1) == {*INVARIANTS, *MEANWHILE}


def test_every_mutant_is_named_and_exists() -> None:
    assert named(2) == MUTANTS.keys()


def test_each_rule_has_what_holds_it() -> None:
    assert all(re.search(r"`[a-z_]+`", row[1]) for row in table())
