"""`stillpoint-hq issuer`, `code` and `assurance` as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import zxingcpp
from PIL import Image

from hq import control
from hq.cli_state import opened
from loyalty.assurance import Action, Rule
from protocol.control import Configuration
from tests.hq.test_cli import run


def told(hq_folder: Path) -> Configuration:
    with opened(hq_folder) as hq, hq.database.reading() as connection:
        found = control.configuration(connection)
    assert found is not None
    return found


def test_a_key_is_made_and_a_code_with_it(hq_folder: Path, tmp_path: Path) -> None:
    without = run("code", "m1", "--state", hq_folder)
    assert (without.exit_code, "no issuer key" in without.output) == (1, True)
    made = run("issuer", "--state", hq_folder)
    assert made.output.startswith("issuer key 1 signs from now on")
    shown = run("code", "13800001234", "--state", hq_folder, "--qr", tmp_path / "code.png")
    assert shown.exit_code == 0, shown.output
    with Image.open(tmp_path / "code.png") as image:
        read = [found.text for found in zxingcpp.read_barcodes(image)]
    assert read == [shown.output.strip()]
    assert shown.output.startswith("M1:")
    assert run("code", "m1", "--state", hq_folder, "--block").output == "1 references of m1 are blocked\n"
    issuers = told(hq_folder).issuers
    assert issuers is not None
    assert [key.kid for key in issuers.keys] == [1]


def test_a_table_of_proofs_is_published_and_a_wrong_one_is_not(hq_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "table.json"
    file.write_text(json.dumps({"rules": [{"action": "earn", "level": "P1"}]}))
    assert run("assurance", file, "--state", hq_folder).output == "configuration version 1\n"
    table = told(hq_folder).assurance
    assert table is not None
    assert table.table() == (Rule(Action.EARN, "P1"),)
    for wrong in ('{"rules": [{"action": "redeem", "level": "P0"}]}', "[]", "no json"):
        file.write_text(wrong)
        refused = run("assurance", file, "--state", hq_folder)
        assert refused.exit_code == 1
        assert "is no table of proofs" in refused.output
    assert told(hq_folder).version == 1
