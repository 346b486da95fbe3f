"""`stillpoint enrol` as a person types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from terminal.commands.enrol import command
from tests.hq.served import ServedHq, serve_hq
from tests.hq.tiny_chain import write_tiny_chain


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[ServedHq]:
    with serve_hq(tmp_path, write_tiny_chain(tmp_path / "chain")) as served:
        yield served


def test_it_says_whom_it_believes_and_what_it_became(hq: ServedHq, tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [hq.make_claim("s01", "1"), "--state", str(tmp_path / "device")])
    assert done.exit_code == 0, done.output
    assert f"store s01, lane 1 of HQ {hq.url} (fingerprint {hq.headquarters.ca_pin[:4]} " in done.output
    assert done.output.endswith("This is now terminal s01-1.\n")


def test_json_has_no_secret(hq: ServedHq, tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [hq.make_claim("s01", "1"), "--state", str(tmp_path / "device"), "--json"])
    assert json.loads(done.output) == {
        "device": "s01-1",
        "epoch": 1,
        "store": "s01",
        "lane": "1",
        "hq": hq.url,
        "trust_key": hq.headquarters.keys.trust_key,
    }


def test_a_failure_has_its_code_sentence_and_action(tmp_path: Path) -> None:
    state = ["--state", str(tmp_path / "device")]
    told = CliRunner().invoke(command, ["https://example.org", *state])
    assert told.exit_code == 1
    assert "P01: This code is not one of our claims" in told.output
    assert "Scan the claim that HQ made" in told.output
    as_json = CliRunner().invoke(command, ["https://example.org", *state, "--json"])
    assert (as_json.exit_code, json.loads(as_json.output)["error"]["code"]) == (1, "P01")


def test_a_folder_that_is_not_ours_is_one_sentence(hq: ServedHq, tmp_path: Path) -> None:
    (tmp_path / "enrolment.json").write_text("{")
    told = CliRunner().invoke(command, [hq.make_claim("s01", "1"), "--state", str(tmp_path)])
    assert told.exit_code == 1
    assert "move it away and enrol again" in told.output
