"""`stillpoint-hq snapshot`, `erase` and `erasures`, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from hq.cli import main


def run(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(main, words, input=answer)


def test_a_snapshot_by_hand(hq_folder: Path) -> None:
    result = run("snapshot", "--state", str(hq_folder))
    assert result.exit_code == 0, result.output
    assert "rows" in result.output
    assert "in 1 chunks" in result.output


def test_erasing_asks_first_and_then_shows_who_has_heard(hq_folder: Path) -> None:
    state = ("--state", str(hq_folder))
    assert run("erasures", *state).output == "no member was erased\n"
    assert run("erase", "m1", *state, answer="n\n").exit_code == 1
    assert json.loads(run("erasures", *state, "--json").output) == []
    assert run("erase", "m1", *state, answer="y\n").exit_code == 0
    (found,) = json.loads(run("erasures", *state, "--json").output)
    assert (found["member"], found["done"]) == ("m1", True), "there is no terminal yet"
    assert "every active terminal has forgotten" in run("erasures", *state).output


def test_what_cannot_be_erased_is_one_sentence(hq_folder: Path) -> None:
    result = run("erase", "nobody", "--state", str(hq_folder), "--yes")
    assert result.exit_code == 1
    assert "no member 'nobody'" in result.output
