"""The receipt in the how-to on refunds is what the command prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from terminal.cli import main

ROOT = Path(__file__).parents[2]


def test_the_printed_receipt_is_the_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "how-to" / "refund-a-sale.md").read_text("utf-8")
    match = re.search(r"^```sh\n(.*?)^```\s+^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert match is not None
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(main, shlex.split(match[1].replace("\\\n", " "))[1:])
    assert done.exit_code == 0, done.output
    assert done.output.strip("\n") == match[2].strip("\n")
