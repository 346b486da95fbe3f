"""What the how-to on quotes shows is what the commands print, and its state is one that can be read."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from loyalty import TillState
from terminal.cli import main
from terminal.commands.quote_state import state_reader

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "price-a-basket.md").read_text("utf-8")
SHOWN = re.findall(r"^```sh\n(.*?)^```\s+^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def printed(call: str) -> str:
    done = CliRunner().invoke(main, shlex.split(call.replace("\\\n", " "))[1:])
    assert done.exit_code == 0, done.output
    return done.output.strip("\n")


@pytest.mark.parametrize(("call", "text"), SHOWN)
def test_what_is_shown_is_what_is_printed(monkeypatch: pytest.MonkeyPatch, call: str, text: str) -> None:
    monkeypatch.chdir(ROOT)
    assert printed(call) == text.strip("\n")


def test_receipt_explanation_and_change_are_shown() -> None:
    shown = [("--explain" in call, "What if" in text) for call, text in SHOWN]
    assert shown == [(False, False), (True, False), (False, True)]


def test_the_calls_of_a_case_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    calls = [line for line in PAGE.splitlines() if line.startswith("stillpoint quote --case")]
    assert len(calls) == 2
    assert all("To pay" in printed(call) for call in calls)


def test_the_state_can_be_read() -> None:
    (example,) = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    state = state_reader(TillState())(json.loads(example))
    assert (state.store, state.stamps, state.coupons[0].rule) == ("s01", {"ten-coffees": 9}, "thanks")
