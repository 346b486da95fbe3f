"""`stillpoint programme`: all that is wrong with a document, or what is in it; and the schema of all documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from loyalty.schema import programme_schema
from terminal.cli import main
from tests.loyalty.material import document, member_price, tier_percent

SAMPLE = Path(__file__).parents[3] / "samples" / "chain" / "programme.json"


def check(path: Path) -> Result:
    return CliRunner().invoke(main, ["programme", "check", str(path)])


def written(folder: Path, text: str) -> Path:
    path = folder / "programme.json"
    path.write_text(text, "utf-8")
    return path


def test_a_document_that_is_right_says_what_is_in_it(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(document(member_price({"10000000": 1}), tier_percent())))
    result = check(path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "chain version 3, CNY, 2026-01-01 to 2027-12-31: nothing is wrong",
        "tiers 3, earning rules 1, offers 2, coupons 0, rewards 0, lotteries 0, count cards 0",
    ]


def test_the_sample_chain_is_right() -> None:
    assert check(SAMPLE).exit_code == 0


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(document(tier_percent(priority=0), version="3", zone="Mars")))
    result = check(path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sorted(line.removeprefix(f"{path}: ").partition(" ")[0] for line in result.stderr.splitlines()) == [
        "offers[0].priority",
        "version",
        "zone",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format": 3}', "format is 3: this program reads formats 1 to 2; update it first"),
        ('{"format":', "$ is not JSON ("),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    result = check(path)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{path}: {message}")
    assert result.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    result = check(tmp_path / "none.json")
    assert result.exit_code == 2
    assert "cannot be read (No such file or directory): check the name" in result.stderr


def test_the_schema_is_printed_as_it_is_committed() -> None:
    result = CliRunner().invoke(main, ["programme", "schema"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == programme_schema()
    assert result.stdout == (SAMPLE.parents[2] / "docs/reference/programme.schema.json").read_text("utf-8")
