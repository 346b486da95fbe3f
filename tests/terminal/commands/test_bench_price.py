"""`stillpoint bench price`: one JSON object for programs, tables for people."""

from __future__ import annotations

import json

from click.testing import CliRunner

from terminal.cli import main


def test_json_is_one_object_with_the_machine_in_it() -> None:
    result = CliRunner().invoke(main, ["bench", "price", "--samples", "20", "--quick", "--seed", "3", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["bench"], found["seed"], found["calm"]["member"]["samples"]) == ("price", 3, 20)
    assert set(found) == {
        "bench", "engine", "seed", "lines", "offers", "floor", "calm", "competing", "growth", "compile", "machine",
    }  # fmt: skip


def test_too_few_samples_are_refused() -> None:
    assert CliRunner().invoke(main, ["bench", "price", "--samples", "19"]).exit_code == 2
