"""`stillpoint vectors` prints what passed, failed and cannot be told, with ids, and exits accordingly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from terminal.cli import main
from tests.cards.known import FILE

GOOD = {"key": "2b7e151628aed2a6abf7158809cf4f3c", "message": ""}
CODE = "BB1D6929E95937287FA37D129B756746"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["vectors", *arguments])


def made(path: Path, **entries: dict[str, Any]) -> str:
    """A file with an entry for each name."""
    whole = {"category": "aes_cmac", "input": GOOD, "expected": {"cmac": CODE}, "verified": True}
    vectors = [{"id": name, **whole, **entry} for name, entry in entries.items()]
    path.write_text(json.dumps({"schema": 1, "vectors": vectors}), "utf-8")
    return str(path)


def test_the_known_answers_pass() -> None:
    result = run(str(FILE), "--json")
    figures = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (figures["entries"], len(figures["passed"]), figures["failed"], figures["unsupported"]) == (67, 60, [], [])
    assert {outcome: len(ids) for outcome, ids in figures["unverified"].items()} == {
        "passed": 7,
        "failed": 0,
        "unsupported": 0,
    }


def test_each_outcome_is_told_apart(tmp_path: Path) -> None:
    wrong = {"expected": {"cmac": "00" * 16}}
    path = made(
        tmp_path / "mixed.json",
        right={},
        wrong=wrong,
        strange={"category": "tarot"},
        loose={"verified": False},
        guess={"verified": False, **wrong},
    )
    result = run(path, "--json")
    figures = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [figures[outcome] for outcome in ("passed", "failed", "unsupported")] == [["right"], ["wrong"], ["strange"]]
    assert figures["unverified"] == {"passed": ["loose"], "failed": ["guess"], "unsupported": []}
    assert CODE.lower() in figures["reasons"]["wrong"]
    told = run(path).stdout
    for line in ("passed: 1", "  right", "failed: 1", "  wrong: cmac is ", "  strange: category 'tarot'", "  guess: "):
        assert f"\n{line}" in f"\n{told}"


def test_an_unconfirmed_answer_that_differs_does_not_fail_the_run(tmp_path: Path) -> None:
    path = made(tmp_path / "a.json", guess={"verified": False, "expected": {"cmac": "00"}}, strange={"category": "x"})
    assert run(path).exit_code == 0


def test_several_files_are_told_together(tmp_path: Path) -> None:
    files = [made(tmp_path / "a.json", one={}), made(tmp_path / "b.json", two={})]
    assert json.loads(run(*files, "--json").stdout)["passed"] == ["one", "two"]


def test_an_id_of_two_files_is_told_with_its_file(tmp_path: Path) -> None:
    files = [made(tmp_path / "a.json", one={}), made(tmp_path / "b.json", one={"expected": {"cmac": "00" * 16}})]
    figures = json.loads(run(*files, "--json").stdout)
    assert (figures["passed"], figures["failed"]) == ([f"{files[0]}:one"], [f"{files[1]}:one"])
    assert list(figures["reasons"]) == figures["failed"]


@pytest.mark.parametrize("entries", [{}, {"a\nfailed: 99": {}}, {"\ud800": {}}, {"\x1b[31m": {}}])
def test_a_file_that_proves_nothing_or_forges_lines_is_refused(tmp_path: Path, entries: dict[str, Any]) -> None:
    result = run(made(tmp_path / "odd.json", **entries))
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1


def test_a_reason_forges_no_line(tmp_path: Path) -> None:
    result = run(made(tmp_path / "odd.json", odd={"category": "x\nfailed: 99", "expected": {"\nfailed: 98": 1}}))
    assert result.exit_code == 0
    assert [line for line in result.stdout.splitlines() if line.startswith("failed")] == ["failed: 0"]


def test_a_file_of_another_format_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    path.write_text("{}", "utf-8")
    result = run(str(path), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ")
    assert "none.json: not an object with a list named 'vectors'" in result.stderr
    assert run().exit_code == 2
